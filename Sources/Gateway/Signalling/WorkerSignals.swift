import AccessPolicy
import HTTPWire
import ReleaseModel
import Signals
import StageControl

/// What one event loop counts for the rollouts of which it serves an arm.
struct WorkerSignals {
    /// What it counts for one of them: an object, so that a request which ends finds it without looking.
    fileprivate final class Count {
        let rollout: RolloutID
        /// Whether the plan asks which part of the public a request is from.
        let isStratified: Bool
        private let layout: SignalLayout
        var counter: SignalCounter

        init(_ rollout: RolloutID, _ layout: SignalLayout) {
            self.rollout = rollout
            self.isStratified = !layout.dimensions.isEmpty
            self.layout = layout
            self.counter = SignalCounter(layout: layout)
        }

        func slot(of now: Timestamp) -> Int64 { self.layout.slot(of: now) }
        func stratum(_ part: (SignalLayout.Dimension) -> Name?) -> Int { self.layout.stratum(part) }
    }

    /// As what those are counted who are placed alike, whoever they are and whenever they come: one for all of them.
    fileprivate final class Side {
        let count: Count
        /// The key of all of them, without account and slot.
        let key: SignalKey
        /// How their placement is written, but for the account.
        let text: WireText

        init(_ key: SignalKey, in count: Count) {
            self.count = count
            self.key = key
            self.text = PlacementText.rest(of: LoggedPlacement(key, in: count.rollout))
        }
    }

    /// A request that was admitted, and of which is to be told once more when it ends.
    struct Ticket {
        fileprivate let side: Side
        fileprivate let account: AccountTag?
        fileprivate let ticket: SignalCounter.Ticket?

        /// As what the request counts, for its entry.
        var placement: PlacementText { PlacementText(account: self.account, rest: self.side.text) }
    }

    /// One for each rollout that is under way, so a few.
    private var counts: [Count] = []
    private var sides = Recent<Place, Side>(most: 16)
    /// Who comes, with what was found out of them.
    var callers: CallerMemory

    private struct Place: Equatable {
        let rollout: RolloutID
        let key: SignalKey
    }

    /// - Parameter accountKey: what end users are hashed under, alike on all event loops.
    init(accountKey: AccountKey) {
        self.callers = CallerMemory(accountKey)
    }

    /// Counts the admission of a request, which is its exposure; nil where `plan` knows nothing of the rollout.
    ///
    /// - Parameters:
    ///   - caller: what is known of who asks.
    ///   - part: of which part of the public it is, where the plan asks.
    mutating func admit(
        _ placement: Placement, _ application: ApplicationID, _ caller: CallerMemory.Known, at now: Timestamp,
        plan: (RolloutID) -> SealedPlan?, part: (SignalLayout.Dimension) -> Name?
    ) -> Ticket? {
        let known = self.counts.first { $0.rollout == placement.rollout }
        guard let count = known ?? plan(placement.rollout).map({ Count(placement.rollout, SignalLayout($0)) }) else {
            return nil
        }
        if known == nil { self.counts.append(count) }
        var key = SignalKey(
            epoch: placement.epoch, stage: placement.stage, share: placement.share, arm: placement.arm,
            isSettling: placement.isSettling, stratum: count.isStratified ? count.stratum(part) : 0,
            application: application, slot: 0)
        let slot = count.slot(of: now)
        // Most are counted alike from one request to the next.
        if let last = caller.counted, last.side.count === count, last.side.key == key, let ticket = last.ticket,
            count.counter.admit(like: ticket, slot: slot)
        {
            return last
        }
        let side = self.sides.value(of: Place(rollout: placement.rollout, key: key)) { Side(key, in: count) }
        let tag = self.callers.tag(of: caller, of: application, in: placement.rollout)
        (key.account, key.slot) = (tag, slot)
        let ticket = Ticket(side: side, account: tag, ticket: count.counter.admit(key))
        caller.counted = ticket
        return ticket
    }

    /// Counts what became of it.
    mutating func end(_ ticket: Ticket, _ outcome: RequestOutcome) {
        ticket.side.count.counter.end(ticket.ticket, outcome)
    }

    /// All that was counted for a rollout since the last time.
    mutating func draw(_ rollout: RolloutID, at now: Timestamp) -> SignalDraw? {
        self.counts.first { $0.rollout == rollout }?.counter.draw(at: now)
    }

    /// Forgets rollouts that are over.
    mutating func keep(_ rollouts: Set<RolloutID>) {
        let before = self.counts.count
        self.counts.removeAll { !rollouts.contains($0.rollout) && $0.counter.requestsUnderWay == 0 }
        guard self.counts.count < before else { return }
        self.callers.forget()
        self.sides.removeAll()
    }
}
