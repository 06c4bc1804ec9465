import ControlAPI
import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import StrictJSON
import Testing

/// A whole rollout, step by step: proposed, signed, started, advanced, harmed, closed and ended.
struct Course: Sendable {
    /// What a step does. It can be done again after an end in its middle.
    typealias Step = @Sendable (ConductedRelease) async throws -> Void

    /// What is on the disk after a step, and what was published then.
    struct Place: Sendable {
        var entries: [[UInt8]]
        var signals: [SignalRecords.Record]
        var rollout: Rollout?
    }

    static let steps: [Step] = [
        { _ = try await $0.propose(try TrialPlan.read()) },
        { await $0.round() },
        { try await $0.approve(.openPlan, on: $0.only, by: ConductedRelease.bob) },
        { try await $0.approve(.openPlan, on: $0.only, by: ConductedRelease.carol) },
        { try await $0.perform(.start(notBefore: $0.time.now), on: $0.only, by: ConductedRelease.alice) },
        { await $0.round() },
        { await $0.round() },
        { await $0.round(after: 301_000) },
        { release in
            try release.use(10_000, of: try release.only)
            await release.round()
        },
        { await $0.round() },
        { try await $0.report(1, of: $0.only, reported: $0.opening) },
        { release in
            try release.use(500, of: try release.only)
            await release.round()
        },
        { try await $0.report(2, of: $0.only, severity: .critical, reported: $0.opening) },
        { await $0.round(after: 6_000) },
        { try await $0.perform(.abort(reason: "it harms"), on: $0.only, by: ConductedRelease.carol) },
    ]

    /// A folder in which people and a model are set up, and nothing else.
    let furnished: String
    private let owner: ConductedRelease
    /// The places before the first step and after each, in a course without an end in its middle.
    let places: [Place]
    /// The calls of that course that change something on the disk, from the opening of the folder on.
    let calls: Int

    /// Runs the course once from its beginning to its end.
    init() async throws {
        self.owner = try await ConductedRelease.furnished()
        try self.owner.close()
        self.furnished = self.owner.folder
        let (disk, folder) = (DyingDisk(), try Self.copy(self.furnished))
        let release = try await ConductedRelease(in: folder.path, boot: 2, on: disk)
        var places = [try await Place(of: release)]
        for step in Self.steps {
            try await step(release)
            places.append(try await Place(of: release))
        }
        try release.close()
        (self.places, self.calls) = (places, disk.calls)
        try #require(places.last?.rollout?.phase == .aborted)
        try #require(places.contains { $0.rollout?.stage == 1 })
    }

    /// A folder of its own with the same files.
    static func copy(_ folder: String) throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory("crashed")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: copy.path(of: name))
        }
        return copy
    }

    /// The step that what is on a disk is at: everything before it is done, and of it at most what stands in signals.
    ///
    /// Of signals each record is whole or not there: those of a step are several, each is durable before a decision is
    /// made of it.
    func step(of found: Place) throws -> Int {
        let step = self.places.indices.last { index in
            let next = self.places[min(index + 1, self.places.count - 1)]
            return found.entries == self.places[index].entries && found.signals.starts(with: self.places[index].signals)
                && next.signals.starts(with: found.signals)
        }
        return try #require(step, "\(found.entries.count) entries and \(found.signals.count) signals are no step's")
    }
}

extension Course.Place {
    init(of release: ConductedRelease) async throws {
        let id = release.plane.rollouts.current.pages.keys.first
        self.entries = try DecisionLog(release.reader).entries
        self.signals = []
        if let id { self.signals = try await release.store.signals.read(id) }
        self.rollout = id.flatMap { release.plane.rollouts.current[$0] }
    }
}

extension ConductedRelease {
    /// The one rollout that there is.
    var only: RolloutID {
        get throws { try #require(self.plane.rollouts.current.pages.keys.first) }
    }

    /// When its stage opened: a report that is sent again is of the same moment.
    fileprivate var opening: Timestamp {
        get throws { try self.rollout(self.only).stageOpened }
    }
}
