import SequentialTests
import SluiceTesting
import Testing

/// 2000 exposures a day, a bound of one incident in 1000, a log-normal delay with a median of five days, looks each
/// day for 45 days, α = 0.05. The frequencies are those of an independent simulation of 40,000 rollouts in NumPy, to
/// one in a hundred.
@Suite("With reports that come late")
struct DelayedLabelTests {
    private static let days = 45
    private static let perDay = 2000.0
    private static let bound = 1e-3

    /// How much of the exposure is taken for matured.
    enum Maturity: CaseIterable {
        /// All of it, at once.
        case naive
        case known
        case pessimistic
        /// Twice as quick as the truth.
        case optimistic

        func share(_ day: Int) -> Double {
            switch self {
            case .naive: 1
            case .known: Self.logNormal(Double(day), median: 5)
            case .pessimistic: Self.logNormal(Double(day), median: 8)
            case .optimistic: Self.logNormal(Double(day), median: 2.5)
            }
        }

        static func logNormal(_ day: Double, median: Double) -> Double {
            day > 0 ? normalProbability(logarithm(day / median)) : 0
        }
    }

    @Test(
        "matured exposure advances what is safe, and nothing else",
        arguments: [
            (1.5, [91.37, 0.27, 0.01, 6.60], [2, 999, 999, 999]),
            (1.0, [98.05, 3.48, 0.21, 25.90], [2, 999, 999, 999]),
            (0.3, [100.0, 100.0, 99.98, 100.0], [2, 11, 17, 5]),
        ])
    func advances(multiple: Double, percents: [Double], medians: [Int]) throws {
        let limits = try Maturity.allCases.map { try Self.limits($0) }
        let matured = try Self.effectiveExposure(.known)
        var chance = Chance(seed: 5)
        var frequencies = [Frequency](repeating: Frequency(), count: limits.count)
        var days = [[Double]](repeating: [], count: limits.count)
        for _ in 0..<Frequency.repetitions(20_000) {
            var (reported, events) = ([Int](), 0)
            for day in 0..<Self.days {
                let more = matured[day] - (day > 0 ? matured[day - 1] : 0)
                events += chance.poisson(multiple * Self.bound * more)
                reported.append(events)
            }
            for (index, most) in limits.enumerated() {
                let day = reported.indices.first { reported[$0] <= most[$0] }
                frequencies[index].count(day != nil)
                days[index].append(Double(day.map { $0 + 1 } ?? 999))
            }
        }
        for index in limits.indices {
            let name = "\(Maturity.allCases[index]) at \(multiple)"
            #expect(frequencies[index].isWithinOnePoint(of: percents[index]), "\(name): \(frequencies[index])")
            #expect(abs(quantile(days[index], 0.5) - Double(medians[index])) <= 1, "\(name)")
        }
    }

    /// The exposure that has matured by the end of each day, today's being of age 0.
    private static func effectiveExposure(_ maturity: Maturity) throws -> [Double] {
        let curve = try DelayCurve(
            steps: (0...Self.days).map { .init(age: Double($0), share: maturity.share($0)) })
        return try (0..<Self.days).map { today in
            try curve.effectiveExposure(
                of: (0...today).map { AgedExposure(age: Double(today - $0), exposure: Self.perDay) })
        }
    }

    /// The most reports with which the evidence suffices at the end of each day; −1 where none does.
    private static func limits(_ maturity: Maturity) throws -> [Int] {
        let process = try GammaEProcess(.below, bound: Self.bound)
        let threshold = try Threshold(errorRate: 0.05)
        return try Self.effectiveExposure(maturity).map { exposure in
            var limit = 0
            while try threshold.crossing(process.logEvidence(events: limit, exposure: exposure)) == .reached {
                limit += 1
            }
            return limit - 1
        }
    }
}
