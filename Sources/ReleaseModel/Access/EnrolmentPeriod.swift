/// A time in which whoever asked was let in to use a model.
public struct EnrolmentPeriod: Codable, Hashable, Sendable {
    /// The grant that those who enrolled got the like of. It also ends when this grant does.
    public var grant: GrantID
    /// Since when.
    public var opened: Timestamp
    /// Until before when; `nil` if nobody closed it.
    public var closed: Timestamp?

    /// A time with all its fields.
    public init(grant: GrantID, opened: Timestamp, closed: Timestamp? = nil) {
        self.grant = grant
        self.opened = opened
        self.closed = closed
    }
}
