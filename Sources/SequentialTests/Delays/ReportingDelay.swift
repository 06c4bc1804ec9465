/// The pessimistic curve by which exposure matures before an advance.
///
/// It starts from the envelope of the plan. The reports that come in can at first only lower it; once ``reportsNeeded``
/// have come in, they replace it within the ages that they know, and the plan's envelope at the greatest of these ages
/// stands for what takes longer still.
///
/// It assumes that delays do not depend on each other and that their distribution stays as it is. A delay that grows
/// with load breaks that: hence the lower band and the plan's p99.
public struct ReportingDelay: Hashable, Sendable {
    /// What the plan promises.
    public let envelope: DelayCurve

    /// From so many reports on the estimate stands on its own.
    public static let reportsNeeded = 50
    /// Standard errors by which the estimate is lowered: about 98 % at each age by itself.
    public static let standardErrors = 2.0

    /// The delay as a plan knows it; throws unless the ages are finite, at least 0 and rise.
    public init(p50: Double, p90: Double, p99: Double) throws(StatisticsFault) {
        self.envelope = try .envelope(p50: p50, p90: p90, p99: p99)
    }

    /// A lower curve for the delay, in the light of the reports so far; the plan's own without any.
    ///
    /// Throws unless 0 ≤ delay ≤ age < ∞ for each report.
    public func curve(after reports: [ReportedDelay]) throws(StatisticsFault) -> DelayCurve {
        guard !reports.isEmpty else { return self.envelope }
        let seen = try RightTruncatedDelays(reports)
        let known = try seen.lowerBand(standardErrors: Self.standardErrors)
            .scaled(by: self.envelope.share(at: seen.greatestAge))
        return seen.count >= Self.reportsNeeded ? known : known.lower(self.envelope)
    }
}
