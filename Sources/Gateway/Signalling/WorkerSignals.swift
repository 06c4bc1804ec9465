import AccessPolicy
import ReleaseModel
import Signals
import StageControl

/// What one event loop counts for the rollouts of which it serves an arm.
struct WorkerSignals {
    /// A request that was admitted, and is to be told of once more when it ends.
    struct Ticket {
        let rollout: RolloutID
        /// Where the request counts.
        let key: SignalKey
        fileprivate let ticket: SignalCounter.Ticket?
    }

    private var counters: [RolloutID: SignalCounter] = [:]
    private var tags: AccountTags

    /// - Parameter accountKey: what end users are hashed under, alike on all event loops.
    init(accountKey: AccountKey) {
        self.tags = AccountTags(accountKey)
    }

    /// Counts the admission of a request, which is its exposure. `part` says of which part of the public it is, where
    /// the plan asks.
    mutating func admit(
        _ placement: Placement, plan: SealedPlan, _ application: ApplicationID, account: String?, at now: Timestamp,
        part: (SignalLayout.Dimension) -> Name?
    ) -> Ticket {
        if self.counters[placement.rollout] == nil {
            self.counters[placement.rollout] = SignalCounter(layout: SignalLayout(plan))
        }
        let layout = self.counters[placement.rollout]?.layout ?? SignalLayout(plan)
        let tag = account.map { self.tags.tag($0, of: application, in: placement.rollout) }
        let key = SignalKey(
            epoch: placement.epoch, stage: placement.stage, share: placement.share, arm: placement.arm,
            isSettling: placement.isSettling, stratum: layout.stratum(part),
            application: application, account: tag, slot: layout.slot(of: now))
        return Ticket(rollout: placement.rollout, key: key, ticket: self.counters[placement.rollout]?.admit(key))
    }

    /// Counts what became of it.
    mutating func end(_ ticket: Ticket, _ outcome: RequestOutcome) {
        self.counters[ticket.rollout]?.end(ticket.ticket, outcome)
    }

    /// All that was counted for a rollout since the last time.
    mutating func draw(_ rollout: RolloutID, at now: Timestamp) -> SignalDraw? {
        self.counters[rollout]?.draw(at: now)
    }

    /// Forgets rollouts that are over.
    mutating func keep(_ rollouts: Set<RolloutID>) {
        self.counters = self.counters.filter { rollouts.contains($0.key) || $0.value.requestsUnderWay > 0 }
    }
}
