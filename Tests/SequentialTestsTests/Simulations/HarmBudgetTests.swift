import SequentialTests
import SluiceTesting
import Testing

/// Eight stages, the first of 2000 exposures, each next one of what a budget of two expected events leaves.
@Suite("Stages by harm budget")
struct HarmBudgetSimulationTests {
    @Test(
        "keep the harm that is to be expected in every stage within what is tolerated",
        arguments: [(0.0, 0.0), (1e-5, 0.15), (1e-4, 1.47), (5e-4, 1.45)])
    func worstStage(rate: Double, p95: Double) throws {
        let budget = try HarmBudget(expectedEvents: 2)
        let sequence = GammaConfidenceSequence()
        let products = try (0..<60).map { try sequence.upper(events: $0, exposure: 1, errorRate: 0.05) }
        var (chance, missed, worst) = (Chance(seed: 8), Frequency(), [Double]())
        for _ in 0..<Frequency.repetitions(2000) {
            var (events, exposure, next, most, isMissed) = (0, 0.0, 2000.0, 0.0, false)
            for _ in 0..<8 {
                events += chance.poisson(rate * next)
                exposure += next
                most = max(most, rate * next)
                let upper = products[events] / exposure
                isMissed = isMissed || upper < rate
                next = try min(2e7, budget.exposure(upperBound: upper))
            }
            missed.count(isMissed)
            worst.append(most)
        }
        #expect(abs(quantile(worst, 0.95) - p95) < 0.1, "\(quantile(worst, 0.95))")
        #expect(missed.share <= 0.05, "\(missed)")
        if rate == 1e-4 { #expect(missed.isWithinOnePoint(of: 1.53)) }
        if rate == 5e-4 { #expect(missed.isWithinOnePoint(of: 0.79)) }
    }

    @Test("grow as published where no event comes")
    func growth() throws {
        let budget = try HarmBudget(expectedEvents: 2)
        var (exposure, next, stages) = (0.0, 2000.0, [Int]())
        for _ in 0..<8 {
            exposure += next
            stages.append(Int(exposure))
            let upper = try GammaConfidenceSequence().upper(events: 0, exposure: exposure, errorRate: 0.05)
            next = try budget.exposure(upperBound: upper)
        }
        #expect(stages == [2000, 3087, 4765, 7355, 11352, 17523, 27048, 41751])
    }
}
