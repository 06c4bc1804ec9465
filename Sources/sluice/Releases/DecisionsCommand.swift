import AccessPolicy
import ArgumentParser
import FoundationEssentials
import ReleaseModel
import StageControl
import Store
import StrictJSON

struct DecisionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions", _superCommandName: "sluice",
        abstract: "Check from the log alone what was decided about rollouts.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide everything again that the control log says, and name what differs.",
            discussion: """
                Every signature, verdict, number and transition of every rollout is computed anew from the entries \
                before it and from what the entry itself says was seen; what gates saw of the evidence is computed \
                from what was attached, judged and withdrawn until then. That the log is whole is for 'sluice log \
                verify' to say.
                """)

        @Option(help: ArgumentHelp("The data folder; SLUICE_DATA if left out, else this folder.", valueName: "dir"))
        var data: String?
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let folder = DataFolder(path: self.data ?? environment["SLUICE_DATA"] ?? ".")
            try self.run(LogReader(directory: folder.log(.control)), .standard(environment: environment))
        }

        func run(_ reader: LogReader, _ terminal: Terminal) throws {
            var check = DecisionsCheck()
            try reader.entries(0..<reader.size()) { index, bytes in
                try check.take(index, bytes)
            }
            switch self.output {
            case .json: terminal.line(check.document.canonicalText)
            case .table:
                terminal.table(
                    Table(["ENTRY", "ROLLOUT", "FIELD", "RECORDED", "EXPECTED"], check.differences.map(\.cells)),
                    orSay: "\(check.entries) entries about \(check.rollouts) rollouts, decided again: 0 differ.")
            }
            guard check.differences.isEmpty else {
                throw CommandFault(
                    .verificationFailed, "\(check.differences.count) fields are not what the rules say")
            }
        }
    }
}

/// Decides the rollouts of a control log again, entry by entry.
struct DecisionsCheck {
    /// One field that the rules would have written otherwise.
    struct Difference {
        /// The entry's place in the control log.
        let index: UInt64
        let rollout: RolloutID
        let found: DecisionCheck.Difference

        var cells: [String] {
            ["\(self.index)", "\(self.rollout)", self.found.field, self.found.recorded, self.found.expected]
        }
    }

    private(set) var differences: [Difference] = []
    private(set) var entries = 0
    var rollouts: Int { self.checks.count }

    private var book = RolloutBook()
    private var registry = Registry()
    private var checks: [RolloutID: DecisionCheck] = [:]

    /// Takes an entry of the control log; what says nothing of rollouts is passed over.
    mutating func take(_ index: UInt64, _ bytes: [UInt8]) throws {
        let entry: ControlEntry
        do {
            entry = try JSONValue(parsing: bytes).decoded(as: ControlEntry.self)
            try self.book.apply(entry)
        } catch {
            throw CommandFault(.verificationFailed, "entry \(index) cannot be read: \(error)")
        }
        defer { self.registry.apply(entry) }
        switch entry.event {
        case .rolloutDrafted(let draft):
            self.checks[draft.rollout] = self.book.pages[draft.rollout].map { DecisionCheck($0.draft) }
            self.entries += 1
        case .rolloutChanged(let change):
            guard var check = self.checks[change.rollout] else { break }
            let before = check.differences.count
            let decided = try RolloutBook.entry(of: change, in: entry)
            self.compareRoles(decided, of: change.rollout, at: index)
            if case .decision(let record) = decided.event {
                let gates = self.registry.evidence(for: check.rollout.spec, at: record.inputs.clock.wall)
                check.compare(evidence: gates, with: record)
            }
            check.take(decided)
            for found in check.differences[before...] {
                self.differences.append(Difference(index: index, rollout: change.rollout, found: found))
            }
            self.checks[change.rollout] = check
            self.entries += 1
        default: break
        }
    }

    /// A signature counts by the roles that the log gave the person before it, not by those that it names itself.
    private mutating func compareRoles(_ entry: RolloutEntry, of rollout: RolloutID, at index: UInt64) {
        guard case .command(_, let roles) = entry.event, case .person(let person) = entry.by else { return }
        let known = self.registry.roles(of: person).sorted()
        guard roles.sorted() != known else { return }
        let found = DecisionCheck.Difference(
            entry: 0, field: "roles", recorded: roles.map(\.rawValue).joined(separator: ", "),
            expected: known.map(\.rawValue).joined(separator: ", "))
        self.differences.append(Difference(index: index, rollout: rollout, found: found))
    }

    var document: JSONValue {
        [
            "rollouts": .integer(Int64(self.rollouts)), "entries": .integer(Int64(self.entries)),
            "differences": .array(
                self.differences.map {
                    [
                        "entry": .integer(Int64($0.index)), "rollout": .string($0.rollout.description),
                        "field": .string($0.found.field), "recorded": .string($0.found.recorded),
                        "expected": .string($0.found.expected),
                    ]
                }),
        ]
    }
}
