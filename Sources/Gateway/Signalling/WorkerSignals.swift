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
        let layout: SignalLayout
        var counter: SignalCounter
        /// How whom it placed last is written, but for the account.
        private var rests = Recent<LoggedPlacement, WireText>(most: 16)

        init(_ rollout: RolloutID, _ layout: SignalLayout) {
            self.rollout = rollout
            self.layout = layout
            self.counter = SignalCounter(layout: layout)
        }

        func text(of key: SignalKey) -> PlacementText {
            var placement = LoggedPlacement(key, in: self.rollout)
            placement.account = nil
            return PlacementText(
                account: key.account, rest: self.rests.value(of: placement) { PlacementText.rest(of: placement) })
        }
    }

    /// As what a request counts that was admitted, and is to be told of once more when it ends. Requests that count
    /// alike have one.
    final class Ticket {
        /// As what the request counts, for its entry.
        let placement: PlacementText
        fileprivate let key: SignalKey
        fileprivate let count: Count
        fileprivate let ticket: SignalCounter.Ticket?

        fileprivate init(
            _ placement: PlacementText, _ key: SignalKey, _ count: Count, _ ticket: SignalCounter.Ticket?
        ) {
            self.placement = placement
            self.key = key
            self.count = count
            self.ticket = ticket
        }
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
    ///   - caller: what is known of who asks.
    ///   - part: of which part of the public it is, where the plan asks.
    mutating func admit(
        _ placement: Placement, _ application: ApplicationID, account: String?, _ caller: CallerMemory.Known,
        at now: Timestamp,
        plan: (RolloutID) -> SealedPlan?, part: (SignalLayout.Dimension) -> Name?
    ) -> Ticket? {
        let known = self.counts.first { $0.rollout == placement.rollout }
        guard let count = known ?? plan(placement.rollout).map({ Count(placement.rollout, SignalLayout($0)) }) else {
            return nil
        }
        if known == nil { self.counts.append(count) }
        let tag = self.callers.tag(of: caller, account, of: application, in: placement.rollout)
        let key = SignalKey(
            epoch: placement.epoch, stage: placement.stage, share: placement.share, arm: placement.arm,
            isSettling: placement.isSettling, stratum: count.layout.stratum(part), application: application,
            account: tag, slot: count.layout.slot(of: now))
        if let last = caller.ticket, last.count === count, last.key == key {
            if let ticket = last.ticket, count.counter.admit(like: ticket) { return last }
            caller.ticket = Ticket(last.placement, key, count, count.counter.admit(key))
        } else {
            caller.ticket = Ticket(count.text(of: key), key, count, count.counter.admit(key))
        }
        return caller.ticket
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
