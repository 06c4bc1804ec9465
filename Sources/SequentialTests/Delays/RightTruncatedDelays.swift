/// A report that has come in: how long it took, and how long it could have taken so far.
public struct ReportedDelay: Codable, Hashable, Sendable {
    /// From the exposure to its report; at least 0.
    public let delay: Double
    /// From the exposure to now; at least the delay.
    public let age: Double

    /// A report that took `delay`, of an exposure of `age`.
    public init(delay: Double, age: Double) {
        self.delay = delay
        self.age = age
    }
}

/// What the reports that have come in say about the delay.
///
/// Long delays of young exposure have not been seen yet: the delays are truncated on the right. Looked at in reversed
/// time they are truncated on the left, and the product-limit estimate holds:
/// ```
/// F(x) = Π over dⱼ > x of (1 − mⱼ/nⱼ)        mⱼ reports took dⱼ, of nⱼ that took at most dⱼ and could have taken dⱼ
/// ```
/// It is conditional on a delay within the greatest age, and says nothing about what takes longer.
///
/// Sources: D. Lynden-Bell (1971); M. Woodroofe, *Estimating a distribution function with truncated data* (1985). The
/// same numbers come from chain-ladder factors and from a Kaplan–Meier fit in reversed time.
public struct RightTruncatedDelays: Hashable, Sendable {
    /// Reports that the estimate stands on.
    public let count: Int
    /// The greatest age among them; 0 without reports.
    public let greatestAge: Double
    private let points: [Point]

    /// The estimate at a delay that was seen.
    private struct Point: Hashable, Sendable {
        var delay: Double
        /// F.
        var share: Double
        /// The variance of ln F (Greenwood's formula).
        var logVariance: Double
    }

    /// The estimate from all reports so far; throws unless 0 ≤ delay ≤ age < ∞ for each.
    public init(_ reports: [ReportedDelay]) throws(StatisticsFault) {
        for report in reports {
            try report.delay.requireNotNegative("delay")
            guard report.age >= report.delay, report.age.isFinite else {
                throw .outOfRange(
                    field: "age", value: report.age, expected: "a finite age of at least the delay \(report.delay)")
            }
        }
        let delays = reports.map(\.delay).sorted()
        let ages = reports.map(\.age).sorted()
        self.count = reports.count
        self.greatestAge = ages.last ?? 0
        self.points = Self.points(delays: delays, ages: ages)
    }

    /// The points in the order of delay, from delays and ages that are each sorted.
    private static func points(delays: [Double], ages: [Double]) -> [Point] {
        var points: [Point] = []
        var (share, logVariance) = (1.0, 0.0)
        // From the longest delay down; `upTo` reports took at most it, `younger` are too young to have taken it.
        var (upTo, younger) = (delays.count, ages.count)
        while upTo > 0 {
            let delay = delays[upTo - 1]
            points.append(Point(delay: delay, share: share, logVariance: logVariance))
            var before = upTo
            while before > 0, delays[before - 1] == delay { before -= 1 }
            while younger > 0, ages[younger - 1] >= delay { younger -= 1 }
            let (events, atRisk) = (Double(upTo - before), Double(upTo - younger))
            share *= (atRisk - events) / atRisk
            logVariance += events / (atRisk * (atRisk - events))
            upTo = before
        }
        return points.reversed()
    }

    /// The estimate of F itself.
    public var curve: DelayCurve {
        .rising(self.points.map { DelayCurve.Step(age: $0.delay, share: $0.share) })
    }

    /// F less so many standard errors of its logarithm, at each age by itself: F·e^(−k·se).
    ///
    /// An approximation, good for some fifty reports and more. 0 where the variance is not known.
    public func lowerBand(standardErrors: Double) throws(StatisticsFault) -> DelayCurve {
        try standardErrors.requireNotNegative("standardErrors")
        var steps: [DelayCurve.Step] = []
        var highest = 0.0
        for point in self.points {
            let band = point.share > 0 ? point.share * .exp(-standardErrors * point.logVariance.squareRoot()) : 0
            highest = max(highest, band)
            steps.append(DelayCurve.Step(age: point.delay, share: highest))
        }
        return .rising(steps)
    }
}
