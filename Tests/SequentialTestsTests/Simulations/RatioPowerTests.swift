import SequentialTests
import SluiceTesting
import Testing

/// Looks every so many exposures of both arms, as an independent simulation had them.
@Suite("Candidate against baseline, under continuous looks")
struct RatioPowerTests {
    @Test(
        "two equal arms are seldom told apart",
        arguments: [(0.05, 0.5, 200, 1.57), (0.0005, 0.05, 5000, 2.81)])
    func falseRollback(rate: Double, share: Double, step: Int, percent: Double) throws {
        var frequency = Frequency()
        try Self.simulate(rate: rate, ratio: 1, share: share, step: step, looks: 400, 9) { frequency.count($0 != nil) }
        #expect(frequency.isWithinOnePoint(of: percent) && frequency.share <= 0.05, "\(frequency)")
    }

    @Test("a candidate three times as bad is found after as many exposures as published")
    func power() throws {
        var exposures = [Double]()
        try Self.simulate(rate: 5e-4, ratio: 3, share: 0.05, step: 2000, looks: 1000, 10) { look in
            exposures.append(Double((look ?? 9999) * 2000))
        }
        #expect(abs(quantile(exposures, 0.5) - 114_000) <= 8000, "\(quantile(exposures, 0.5))")
    }

    /// Calls `body` for each rollout with the look at which the ratio seems above 1 at α = 0.05.
    private static func simulate(
        rate: Double, ratio: Double, share: Double, step: Int, looks: Int, _ seed: UInt64, _ body: (Int?) -> Void
    ) throws {
        let test = try EventSplitTest(.above, ratio: 1, share: share)
        let threshold = try Threshold(errorRate: 0.05)
        // The fewest candidate events that suffice beside so many of the baseline, found when they are asked for.
        var fewest: [Int] = []
        func isReached(_ candidate: Int, _ baseline: Int) throws -> Bool {
            while fewest.count <= baseline {
                var count = fewest.last ?? 0
                while try threshold.crossing(
                    test.logEvidence(candidateEvents: count, baselineEvents: fewest.count)) != .reached
                {
                    count += 1
                }
                fewest.append(count)
            }
            return candidate >= fewest[baseline]
        }
        let inCandidate = Int(Double(step) * share)
        var chance = Chance(seed: seed)
        for _ in 0..<Frequency.repetitions(1000) {
            var candidate = GrowingCount(rate: rate * ratio, &chance)
            var baseline = GrowingCount(rate: rate, &chance)
            let look = try (1...looks).first { look in
                let left = candidate.advance(to: look * inCandidate, rate: rate * ratio, &chance)
                let right = baseline.advance(to: look * (step - inCandidate), rate: rate, &chance)
                return try isReached(left, right)
            }
            body(look)
        }
    }
}
