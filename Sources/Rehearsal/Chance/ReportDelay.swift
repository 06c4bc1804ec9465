import StageControl

/// How late an event is reported in a rehearsal: what the plan says of its reports, made a law.
///
/// Straight lines lead through the plan's percentiles: half of the reports take less than p50, nine in ten less than
/// p90, ninety-nine in a hundred less than p99, and the last take up to twice that.
struct ReportDelay: Hashable, Sendable {
    private let ages: [Double]
    private static let shares = [0, 0.5, 0.9, 0.99, 1]

    /// The law of a plan, with all delays multiplied by a factor.
    init(_ delay: PlanReportingDelay, factor: Double) {
        let ages = [.zero, delay.p50, delay.p90, delay.p99].map { Double($0.milliseconds) }
        self.ages = (ages + [2 * ages[3]]).map { $0 * factor }
    }

    /// The delay in milliseconds, for a number from 0 to below 1.
    func milliseconds(_ share: Double) -> Int64 {
        let place = share < 0.9 ? (share < 0.5 ? 1 : 2) : (share < 0.99 ? 3 : 4)
        let (low, high) = (Self.shares[place - 1], Self.shares[place])
        let part = (share - low) / (high - low)
        return Int64(self.ages[place - 1] + part * (self.ages[place] - self.ages[place - 1]))
    }
}
