import ReleaseModel
import StageControl
import Store
import StrictJSON
import Testing

@testable import sluice

/// The control log of a conducted release, as `sluice decisions verify` reads it.
struct DecisionLog {
    /// The entries as they stand in the log.
    var entries: [[UInt8]]

    init(_ reader: LogReader) throws {
        var entries: [[UInt8]] = []
        try reader.entries(0..<reader.size()) { _, bytes in entries.append(bytes) }
        self.entries = entries
    }

    /// Everything decided again.
    func check() throws -> DecisionsCheck {
        var check = DecisionsCheck()
        for (index, bytes) in self.entries.enumerated() { try check.take(UInt64(index), bytes) }
        return check
    }

    /// Requires that what was decided is what the rules say, and that there was something.
    func requireNoDifference() throws {
        let check = try self.check()
        try #require(check.differences.isEmpty, "\(check.document.canonicalText)")
        try #require(check.entries > 0)
    }
}

extension DecisionLog {
    /// Requires that each entry is written again, and each decision made again, to the same bytes.
    func requireSameBytes() throws {
        var rollouts: [RolloutID: Rollout] = [:]
        var book = RolloutBook()
        for bytes in self.entries {
            let entry = try JSONValue(parsing: bytes).decoded(as: ControlEntry.self)
            try #require(try JSONValue(encoding: entry).canonical == bytes)
            try book.apply(entry)
            switch entry.event {
            case .rolloutDrafted(let draft): rollouts[draft.rollout] = book.pages[draft.rollout]?.draft
            case .rolloutChanged(let change):
                let recorded = try RolloutBook.entry(of: change, in: entry)
                let rollout = try #require(rollouts[change.rollout])
                if case .decision(let record) = recorded.event {
                    let step = try Rollout.step(rollout, record.inputs, recording: .everything)
                    let again = try JSONValue(encoding: try #require(step.entries.first)).canonical
                    try #require(again == change.entry.canonical)
                }
                rollouts[change.rollout]?.apply(recorded)
            default: break
            }
        }
    }
}
