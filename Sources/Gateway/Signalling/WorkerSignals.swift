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
        private var sides = Recent<SignalKey, Side>(most: 16)

        init(_ rollout: RolloutID, _ layout: SignalLayout) {
            self.rollout = rollout
            self.layout = layout
            self.counter = SignalCounter(layout: layout)
        }

        func side(_ key: SignalKey) -> Side {
            self.sides.value(of: key) { Side(key, in: self.rollout) }
        }
    }

    /// As what those are counted who are placed alike, whoever they are and whenever they come: one for all of them.
    fileprivate final class Side {
        /// The key of all of them, without account and slot.
        let key: SignalKey
        /// How their placement is written, but for the account.
        let text: WireText

        init(_ key: SignalKey, in rollout: RolloutID) {
            self.key = key
            self.text = PlacementText.rest(of: LoggedPlacement(key, in: rollout))
        }
    }

    /// As what a caller was counted last. Most are counted alike from one request to the next.
    struct Counted {
        fileprivate let count: Count
        fileprivate let side: Side
        fileprivate let slot: Int64
        fileprivate let ticket: SignalCounter.Ticket
    }

    /// A request that was admitted, and of which is to be told once more when it ends.
    struct Ticket {
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

    /// Counts the admission of a request, which is its exposure, and says as what, for its entry; nil where `plan`
    /// knows nothing of the rollout.
    ///
    /// - Parameters:
    ///   - caller: what is known of who asks.
    ///   - part: of which part of the public it is, where the plan asks.
    mutating func admit(
        _ placement: Placement, _ application: ApplicationID, account: String?, _ caller: CallerMemory.Known,
        at now: Timestamp,
        plan: (RolloutID) -> SealedPlan?, part: (SignalLayout.Dimension) -> Name?
    ) -> (ticket: Ticket, placement: PlacementText)? {
        let known = self.counts.first { $0.rollout == placement.rollout }
        guard let count = known ?? plan(placement.rollout).map({ Count(placement.rollout, SignalLayout($0)) }) else {
            return nil
        }
        if known == nil { self.counts.append(count) }
        let tag = self.callers.tag(of: caller, account, of: application, in: placement.rollout)
        var key = SignalKey(
            epoch: placement.epoch, stage: placement.stage, share: placement.share, arm: placement.arm,
            isSettling: placement.isSettling, stratum: count.layout.stratum(part), application: application, slot: 0)
        let slot = count.layout.slot(of: now)
        if let last = caller.counted, last.count === count, last.slot == slot, last.side.key == key,
            count.counter.admit(like: last.ticket)
        {
            let text = PlacementText(account: tag, rest: last.side.text)
            return (Ticket(count: count, ticket: last.ticket), text)
        }
        let side = count.side(key)
        (key.account, key.slot) = (tag, slot)
        let ticket = count.counter.admit(key)
        caller.counted = ticket.map { Counted(count: count, side: side, slot: slot, ticket: $0) }
        return (Ticket(count: count, ticket: ticket), PlacementText(account: tag, rest: side.text))
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
