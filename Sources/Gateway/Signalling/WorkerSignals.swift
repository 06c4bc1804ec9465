import AccessPolicy
import ReleaseModel
import Signals
import StageControl

/// What one event loop counts for the rollouts of which it serves an arm.
struct WorkerSignals {
    /// What it counts for one of them: an object, so that a request which ends finds it without looking.
    fileprivate final class Count {
        let rollout: RolloutID
        let layout: SignalLayout
        var counter: SignalCounter

        init(_ rollout: RolloutID, _ layout: SignalLayout) {
            self.rollout = rollout
            self.layout = layout
            self.counter = SignalCounter(layout: layout)
        }
    }

    /// A request that was admitted, and is to be told of once more when it ends.
    struct Ticket {
        /// As what the request counts, for its entry.
        let placement: PlacementText
        fileprivate let key: SignalKey
        fileprivate let count: Count
        fileprivate let ticket: SignalCounter.Ticket?
    }

    /// One for each rollout that is under way, so a few.
    private var counts: [Count] = []
    /// Who comes, with what was found out of them.
    var callers: CallerMemory

    /// - Parameter accountKey: what end users are hashed under, alike on all event loops.
    init(accountKey: AccountKey) {
        self.callers = CallerMemory(accountKey)
    }

    /// Counts the admission of a request, which is its exposure; nil where `plan` knows nothing of the rollout.
    ///
    /// - Parameters:
    ///   - place: the caller's among ``callers``.
    ///   - part: of which part of the public it is, where the plan asks.
    mutating func admit(
        _ placement: Placement, _ application: ApplicationID, account: String?, at place: Int, _ now: Timestamp,
        plan: (RolloutID) -> SealedPlan?, part: (SignalLayout.Dimension) -> Name?
    ) -> Ticket? {
        let known = self.counts.first { $0.rollout == placement.rollout }
        guard let count = known ?? plan(placement.rollout).map({ Count(placement.rollout, SignalLayout($0)) }) else {
            return nil
        }
        if known == nil { self.counts.append(count) }
        let tag = self.callers.tag(at: place, account, of: application, in: placement.rollout)
        let key = SignalKey(
            epoch: placement.epoch, stage: placement.stage, share: placement.share, arm: placement.arm,
            isSettling: placement.isSettling, stratum: count.layout.stratum(part), application: application,
            account: tag, slot: count.layout.slot(of: now))
        if let last = self.callers[place].ticket, last.count === count, last.key == key {
            return Ticket(
                placement: last.placement, key: key, count: count,
                ticket: count.counter.admit(key, like: last.ticket))
        }
        let ticket = Ticket(
            placement: PlacementText(LoggedPlacement(key, in: placement.rollout)), key: key, count: count,
            ticket: count.counter.admit(key))
        self.callers[place].ticket = ticket
        return ticket
    }

    /// Counts what became of it.
    mutating func end(_ ticket: Ticket, _ outcome: RequestOutcome) {
        ticket.count.counter.end(ticket.ticket, outcome)
    }

    /// All that was counted for a rollout since the last time.
    mutating func draw(_ rollout: RolloutID, at now: Timestamp) -> SignalDraw? {
        self.counts.first { $0.rollout == rollout }?.counter.draw(at: now)
    }

    /// Forgets rollouts that are over.
    mutating func keep(_ rollouts: Set<RolloutID>) {
        let before = self.counts.count
        self.counts.removeAll { !rollouts.contains($0.rollout) && $0.counter.requestsUnderWay == 0 }
        if self.counts.count < before { self.callers.forget() }
    }
}
