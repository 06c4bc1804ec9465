import NIOConcurrencyHelpers
public import ReleaseModel
public import Signals

/// Where whoever conducts rollouts draws off what a gateway counted.
public final class SignalTap: Sendable {
    private let crew = NIOLockedValueBox<Crew?>(nil)

    /// A tap of a gateway that does not run yet.
    public init() {}

    /// What was counted for a rollout since the last time, on all event loops, and which of its generations all of them
    /// enforce: requests that are admitted from now on are decided under it, or a later one.
    ///
    /// Nil while the gateway does not run.
    public func draw(_ rollout: RolloutID, at now: Timestamp) async -> Draught? {
        await self.crew.withLockedValue { $0 }?.draw(rollout, at: now)
    }

    /// Whether all event loops decide by rules of this rehearsal or a later one; false if the gateway does not run.
    public func confirms(drill: Int) async -> Bool {
        guard let crew = self.crew.withLockedValue({ $0 }) else { return false }
        return await crew.confirms(drill: drill)
    }

    /// Forgets what was counted for all other rollouts.
    public func keep(_ rollouts: Set<RolloutID>) async {
        await self.crew.withLockedValue { $0 }?.keep(rollouts)
    }

    func open(_ crew: Crew) {
        self.crew.withLockedValue { $0 = crew }
    }

    func close() {
        self.crew.withLockedValue { $0 = nil }
    }
}

/// What was drawn off a gateway.
public struct Draught: Sendable {
    /// What was counted.
    public var content: SignalContent
    /// The generation that is enforced; nil where the rollout opens nothing.
    public var generation: Int?
}
