public import ReleaseModel

/// All that one gateway counted for one rollout in a stretch of time.
///
/// The batches of one start of a gateway are numbered from 0, and each begins where the one before it ended. So a
/// batch that comes twice is recognised, and one that is missing is missed. A batch without content is a heartbeat.
public struct SignalBatch: Hashable, Sendable {
    /// The rollout.
    public var rollout: RolloutID
    /// The digest of the plan whose ``SignalLayout`` the content has.
    public var plan: ContentDigest
    /// The gateway.
    public var gateway: Name
    /// Which start of the gateway: a number that only rises.
    public var boot: Int
    /// The number of the batch since that start.
    public var sequence: Int
    /// From when on; where the batch before ended.
    public var from: Timestamp
    /// Until when: everything is counted that was admitted or ended before.
    public var to: Timestamp
    /// Whether the gateway stops after it and nothing is under way.
    public var isLast: Bool
    /// What was counted.
    public var content: SignalContent

    /// A batch with all its fields.
    public init(
        rollout: RolloutID, plan: ContentDigest, gateway: Name, boot: Int, sequence: Int, from: Timestamp,
        to: Timestamp, isLast: Bool = false, content: SignalContent = SignalContent()
    ) {
        self.rollout = rollout
        self.plan = plan
        self.gateway = gateway
        self.boot = boot
        self.sequence = sequence
        self.from = from
        self.to = to
        self.isLast = isLast
        self.content = content
    }

    /// The batch and the next one in one, under its own number, for a gateway that has sent neither; nil if `next` does
    /// not follow it. The numbers of later batches then move up by one.
    public func joined(with next: Self) -> Self? {
        guard
            (self.rollout, self.plan, self.gateway, self.boot) == (next.rollout, next.plan, next.gateway, next.boot),
            self.sequence + 1 == next.sequence, self.to == next.from, !self.isLast
        else { return nil }
        var joined = self
        joined.to = next.to
        joined.isLast = next.isLast
        joined.content.merge(next.content)
        return joined
    }
}
