import AccessPolicy
import Arms
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

    /// Counts the admission of a request, which is its exposure.
    mutating func admit(
        _ placement: Placement, plan: SealedPlan, _ admission: Admission, account: String?, at now: Timestamp
    ) -> Ticket {
        if self.counters[placement.rollout] == nil {
            self.counters[placement.rollout] = SignalCounter(layout: SignalLayout(plan))
        }
        let layout = self.counters[placement.rollout]?.layout ?? SignalLayout(plan)
        let content = admission.grant.content
        let tag = account.map { self.tags.tag($0, of: admission.application, in: placement.rollout) }
        let key = SignalKey(
            epoch: placement.epoch, stage: placement.stage, share: placement.share, arm: placement.arm,
            isSettling: placement.isSettling, stratum: layout.stratum { content.part(by: $0) },
            application: admission.application, account: tag, slot: layout.slot(of: now))
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

extension GrantTerms {
    /// The part of the public that a grant's holder is in; what a grant leaves open is in none.
    fileprivate func part(by dimension: Stratum.Dimension) -> Name? {
        switch dimension {
        case .region: self.regions?.count == 1 ? self.regions?.first : nil
        case .use: self.uses?.count == 1 ? self.uses?.first : nil
        case .language, .organisation: nil
        }
    }
}
