import NIOConcurrencyHelpers
public import ReleaseModel
public import Signals

/// Where whoever conducts rollouts draws off what a gateway counted.
public final class SignalTap: Sendable {
    private let source = NIOLockedValueBox<(any SignalSource)?>(nil)

    /// A tap of a gateway that does not run yet.
    public init() {}

    /// What was counted for a rollout since the last time, on all event loops, and which of its generations all of them
    /// enforce: requests that are admitted from now on are decided under it, or a later one.
    ///
    /// Nil while the gateway does not run.
    public func draw(_ rollout: RolloutID, at now: Timestamp) async -> Draught? {
        await self.source.withLockedValue { $0 }?.draw(rollout, at: now)
    }

    /// Whether all event loops decide by rules of this rehearsal or a later one; false if the gateway does not run.
    public func confirms(drill: Int) async -> Bool {
        guard let source = self.source.withLockedValue({ $0 }) else { return false }
        return await source.confirms(drill: drill)
    }

    /// Forgets what was counted for all other rollouts.
    public func keep(_ rollouts: Set<RolloutID>) async {
        await self.source.withLockedValue { $0 }?.keep(rollouts)
    }

    /// The gateway runs, and is drawn off here.
    package func open(_ source: any SignalSource) {
        self.source.withLockedValue { $0 = source }
    }

    /// The gateway does not run any more.
    package func close() {
        self.source.withLockedValue { $0 = nil }
    }
}

/// What a tap draws from: the event loops of a gateway, or whatever stands for one where time is not the system's.
package protocol SignalSource: Sendable {
    /// What was counted for a rollout since the last time, and which generation is enforced.
    func draw(_ rollout: RolloutID, at now: Timestamp) async -> Draught
    /// Whether the rules of this rehearsal or a later one are decided by.
    func confirms(drill: Int) async -> Bool
    /// Forgets what was counted for all other rollouts.
    func keep(_ rollouts: Set<RolloutID>) async
}

/// What was drawn off a gateway.
public struct Draught: Sendable {
    /// What was counted.
    public var content: SignalContent
    /// The generation that is enforced; nil where the rollout opens nothing.
    public var generation: Int?

    /// What was counted under a generation.
    package init(content: SignalContent, generation: Int?) {
        self.content = content
        self.generation = generation
    }
}
