public import ReleaseModel
import StrictJSON

/// Every rollout that there ever was: the fold of what the control log says of them.
public struct RolloutBook: Sendable {
    /// A rollout with what is known of it beside its state.
    public struct Page: Hashable, Sendable {
        /// The rollout.
        public internal(set) var rollout: Rollout
        /// Its number among all, in the order in which they were drafted.
        public let number: Int
        /// When it was drafted.
        public let drafted: Timestamp
        /// SHA-256 of the secret of its buckets.
        public let seedCommitment: ContentDigest
        /// The secret, once it is none any more.
        public internal(set) var seed: String?
        /// The draft, before its first entry: where a check begins.
        public let draft: Rollout
        /// What was open when, in the order of time.
        public internal(set) var stagings: [Staging] = []
    }

    /// By identifier.
    public private(set) var pages: [RolloutID: Page] = [:]

    /// The last rehearsal of a rollback; nil if there was none.
    public private(set) var drill: DrillReport?

    /// Nothing was ever drafted.
    public init() {}

    /// All, the newest first.
    public var newestFirst: [Page] { self.pages.values.sorted { $0.number > $1.number } }

    /// A rollout by its identifier.
    public subscript(id: RolloutID) -> Rollout? { self.pages[id]?.rollout }

    /// Those that open or watch something now, or are on their way back; of one model there is at most one.
    public var live: [Page] { self.newestFirst.filter(\.rollout.isLive) }

    /// The live rollout of a model.
    public func live(of model: Name) -> Page? { self.live.first { $0.rollout.spec.model == model } }

    /// Those that were closed to everybody, and for how many milliseconds answers of their candidates may go on that
    /// were on their way.
    public var closed: [RolloutID: Int64] {
        self.pages.compactMapValues { $0.rollout.isClosed ? $0.rollout.enforcement.drain : nil }
    }

    /// Those that the rules look at.
    public var conducted: [Page] { self.newestFirst.filter(\.rollout.isConducted) }

    /// Takes in an entry of the control log; one that says nothing of rollouts changes nothing.
    ///
    /// Throws ``RolloutBookFault`` for an entry that the rules cannot read or that contradicts itself: to pass over it
    /// would be to fold a wrong state.
    public mutating func apply(_ entry: ControlEntry) throws(RolloutBookFault) {
        switch entry.event {
        case .rolloutDrafted(let draft): try self.begin(draft, entry)
        case .rolloutChanged(let change):
            guard self.pages[change.rollout] != nil else { throw .unknownRollout(change.rollout) }
            self.pages[change.rollout]?.rollout.apply(try Self.entry(of: change, in: entry))
            self.pages[change.rollout]?.noteStaging(at: entry.at)
        case .seedRevealed(let reveal):
            guard self.pages[reveal.rollout] != nil else { throw .unknownRollout(reveal.rollout) }
            self.pages[reveal.rollout]?.seed = reveal.seed
        case .rollbackDrilled(let drill):
            self.drill = drill.p99.map { DrillReport(at: entry.at, p99: $0) } ?? self.drill
        default: break
        }
    }

    /// What a change says, read strictly.
    public static func entry(
        of change: RolloutChange, in entry: ControlEntry
    ) throws(RolloutBookFault) -> RolloutEntry {
        let read: RolloutEntry
        do {
            read = try change.entry.decoded(as: RolloutEntry.self)
        } catch {
            throw .unreadable(change.rollout, "\(error)")
        }
        guard read.at == entry.at, read.by == entry.by else { throw .contradictory(change.rollout) }
        return read
    }

    private mutating func begin(_ draft: RolloutDraft, _ entry: ControlEntry) throws(RolloutBookFault) {
        guard self.pages[draft.rollout] == nil else { throw .draftedTwice(draft.rollout) }
        guard case .person(let author) = entry.by else { throw .contradictory(draft.rollout) }
        let plan: ReleasePlan
        do throws(PlanFaults) {
            plan = try ReleasePlan.read(PlanSource(draft.plan))
        } catch {
            throw .unreadable(draft.rollout, error.faults.map(\.description).joined(separator: "; "))
        }
        let rollout = Rollout(id: draft.rollout, plan: SealedPlan(plan), author: author)
        self.pages[draft.rollout] = Page(
            rollout: rollout, number: self.pages.count, drafted: entry.at, seedCommitment: draft.seedCommitment,
            seed: nil, draft: rollout)
    }
}

extension Rollout {
    /// Whether it has opened something and is not over.
    public var isLive: Bool { self.standing.isLive }

    /// Whether something was open, and nothing is any more. What was completed is open: it is the model's version.
    var isClosed: Bool {
        self.phase != .completed && self.enforcement.generation > 0 && self.enforcement.openings.isEmpty
    }

    /// Whether the rules have anything to do with it: it waits for people who look at evidence, or is live.
    public var isConducted: Bool {
        switch self.standing {
        case .inReview, .approved, .scheduled: true
        default: self.standing.isLive
        }
    }
}

/// Why an entry about a rollout cannot be taken in.
public enum RolloutBookFault: Error, Hashable, Sendable {
    /// The entry is about a rollout that nobody drafted.
    case unknownRollout(RolloutID)
    /// The rollout was drafted before.
    case draftedTwice(RolloutID)
    /// The rules cannot read what the entry says.
    case unreadable(RolloutID, String)
    /// The entry says two things about when or by whom.
    case contradictory(RolloutID)
}

extension RolloutBookFault: CustomStringConvertible {
    /// What is wrong, for an operator.
    public var description: String {
        switch self {
        case .unknownRollout(let id): "it is about the rollout \(id), which nobody drafted"
        case .draftedTwice(let id): "the rollout \(id) was drafted before"
        case .unreadable(let id, let detail): "the rules cannot read what it says of \(id): \(detail)"
        case .contradictory(let id): "it says two things about when or by whom \(id) was changed"
        }
    }
}
