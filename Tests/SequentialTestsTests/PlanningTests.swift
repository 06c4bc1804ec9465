import SequentialTests
import SluiceTesting
import Testing

@Suite("The smallest detectable rate")
struct SmallestDetectableRateTests {
    @Test("is 3.68 over the exposure where no event came, at α = 0.05")
    func noEvents() throws {
        #expect(abs(smallestDetectableRate(exposure: 41_751, errorRate: 0.05) - 8.8e-5) < 1e-6)
        for (events, product) in [3.680, 6.596, 8.835, 10.83, 12.69, 14.45].enumerated() {
            let rate = smallestDetectableRate(exposure: 1e6, events: events, errorRate: 0.05)
            #expect(abs(rate * 1e6 / product - 1) < 5e-4)
        }
    }

    @Test("is infinite where nothing can be excluded, and never no number")
    func ends() {
        #expect(smallestDetectableRate(exposure: 0, errorRate: 0.05) == .infinity)
        #expect(smallestDetectableRate(exposure: -1, errorRate: 0.05) == .infinity)
        #expect(smallestDetectableRate(exposure: .nan, errorRate: 0.05) == .infinity)
        #expect(smallestDetectableRate(exposure: 1, errorRate: 0) == .infinity)
        #expect(smallestDetectableRate(exposure: 1, errorRate: .nan) == .infinity)
        #expect(smallestDetectableRate(exposure: 1, errorRate: 1) == 0)
        #expect(smallestDetectableRate(exposure: .infinity, errorRate: 0.5) == 0)
        let none = smallestDetectableRate(exposure: 10, events: 0, errorRate: 0.05)
        #expect(smallestDetectableRate(exposure: 10, events: -5, errorRate: 0.05) == none)
    }
}

@Suite("The time to decide")
struct TimeToDecideTests {
    /// Medians and 90th percentiles of 1000 simulated rollouts with looks every tenth of 1/bound.
    @Test(
        "is as simulated, to the chance of a thousand rollouts",
        arguments: [
            (0.05, 0.1, 3.7, 8.9), (0.05, 0.25, 6.6, 14.5), (0.05, 0.5, 19.5, 51.9), (0.01, 0.1, 5.5, 11.0),
            (0.01, 0.25, 11.0, 22.1), (0.001, 0.1, 11.3, 16.1), (0.001, 0.25, 18.2, 29.1),
        ])
    func simulated(errorRate: Double, share: Double, median: Double, p90: Double) {
        let law = TimeToDecide(bound: 1e-4, trueRate: share * 1e-4, errorRate: errorRate)
        // A simulated quantile lies between these of the law, and a look comes up to a tenth later than the moment.
        for (percentile, simulated) in [(0.5, median), (0.9, p90)] {
            let chance = 3 * (percentile * (1 - percentile) / 1000).squareRoot()
            #expect(simulated >= law.exposure(percentile: percentile - chance) * 1e-4 - 0.05)
            #expect(simulated <= law.exposure(percentile: percentile + chance) * 1e-4 + 0.15)
        }
    }

    @Test("agrees with rollouts that are decided by the process itself", arguments: [(0.25, 0.05), (0.6, 0.01)])
    func simulation(share: Double, errorRate: Double) throws {
        let process = try GammaEProcess(.below, bound: 1)
        let threshold = try Threshold(errorRate: errorRate).logEvidence
        let law = TimeToDecide(bound: 1, trueRate: share, errorRate: errorRate)
        // The first exposure at which the evidence suffices after so many events.
        let moments = try (0..<200).map { events in
            try GammaConfidenceSequence().upper(events: events, exposure: 1, errorRate: errorRate)
        }
        for (events, moment) in moments.prefix(5).enumerated() {
            #expect(abs(try process.logEvidence(events: events, exposure: moment) - threshold) < 1e-8)
        }
        var chance = Chance(seed: 15)
        var decided = [Double]()
        for _ in 0..<Frequency.repetitions(2000) {
            var (events, next) = (0, chance.exponential() / share)
            while events < moments.count, next <= moments[events] {
                events += 1
                next += chance.exponential() / share
            }
            decided.append(events < moments.count ? moments[events] : .infinity)
        }
        for exposure in [4.0, 7, 10, 15, 25, 40, 80] {
            let share = Double(decided.count { $0 <= exposure }) / Double(decided.count)
            #expect(abs(share - law.probability(within: exposure)) < 0.035, "\(exposure)")
        }
    }

    @Test("is shorter for a better release and a weaker demand, and scales with the bound")
    func monotone() {
        for percentile in [0.1, 0.5, 0.9] {
            var previous = 0.0
            for share in [0, 0.05, 0.1, 0.25, 0.5, 0.7] {
                let law = TimeToDecide(bound: 1, trueRate: share, errorRate: 0.05)
                let exposure = law.exposure(percentile: percentile)
                #expect(exposure >= previous)
                let scaled = TimeToDecide(bound: 1e-6, trueRate: share * 1e-6, errorRate: 0.05)
                #expect(abs(scaled.exposure(percentile: percentile) * 1e-6 / exposure - 1) < 1e-9)
                let stricter = TimeToDecide(bound: 1, trueRate: share, errorRate: 0.001)
                #expect(stricter.exposure(percentile: percentile) > exposure)
                previous = exposure
            }
        }
    }

    @Test("is never for a release at its bound or worse, but for the error rate")
    func atBound() {
        for errorRate in [0.05, 0.01] {
            let law = TimeToDecide(bound: 1, trueRate: 1, errorRate: errorRate)
            let ever = law.probability(within: .infinity)
            #expect(ever < errorRate && ever > 0.9 * errorRate)
            #expect(law.exposure(percentile: 0.5) == .infinity)
            let worse = TimeToDecide(bound: 1, trueRate: 2, errorRate: errorRate)
            #expect(worse.probability(within: .infinity) < 0.1 * errorRate)
        }
    }

    @Test("is never where numbers say nothing, and no percentile but one between 0 and 1 is known")
    func ends() {
        for law in [
            TimeToDecide(bound: 0, trueRate: 0, errorRate: 0.05), TimeToDecide(bound: 1, trueRate: -1, errorRate: 0.05),
            TimeToDecide(bound: 1, trueRate: 0, errorRate: 1), TimeToDecide(bound: 1, trueRate: .nan, errorRate: 0.05),
            TimeToDecide(bound: .infinity, trueRate: 0, errorRate: 0.05),
            TimeToDecide(bound: 1, trueRate: 1e300, errorRate: 0.05),
        ] {
            #expect(law.exposure(percentile: 0.01) == .infinity && law.probability(within: 1e9) == 0)
        }
        let law = TimeToDecide(bound: 1, trueRate: 0, errorRate: 0.05)
        for percentile in [0, 1, 50, -1, .nan] { #expect(law.exposure(percentile: percentile) == .infinity) }
        #expect(law.exposure(percentile: 0.999) < 3.7)
        #expect(law.probability(within: 3.6) == 0 && abs(law.probability(within: 3.7) - 1) < 1e-12)
    }
}
