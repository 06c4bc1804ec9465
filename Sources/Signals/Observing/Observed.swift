import ReleaseModel
public import StageControl

/// What signals say at a moment, in the shape in which rollout rules read it: the parts of ``Observations`` that come
/// from counting.
public struct Observed: Hashable, Sendable {
    /// Each metric of the plan, in its order.
    public var metrics: [MetricObservation]
    /// Units that fell to the arms, by the candidate's share at which they were first seen.
    public var units: [ArmSplit]
    /// Requests of the candidate since the epoch began.
    public var requests: Int
    /// The same by the parts of the public that stages ask for.
    public var strata: [StratumCount]
    /// Requests of the candidate in this epoch whose outcome nobody knows: those under way, and those that were lost.
    /// They are exposure, and no success.
    public var unknownOutcomes: Int
}

/// How many events of a day were told how late: what the delay of reports is estimated from.
public struct ReportedLag: Hashable, Sendable {
    /// The day on which they happened, counted from 1970-01-01 in UTC.
    public var occurredDay: Int64
    /// The day on which they were first told.
    public var reportedDay: Int64
    /// How many.
    public var count: Int

    /// A count with its days.
    public init(occurredDay: Int64, reportedDay: Int64, count: Int) {
        self.occurredDay = occurredDay
        self.reportedDay = reportedDay
        self.count = count
    }
}
