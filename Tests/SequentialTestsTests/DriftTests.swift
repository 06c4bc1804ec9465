import Foundation
import SequentialTests
import SluiceTesting
import Testing

@Suite("A detector of drift")
struct DriftTests {
    @Test("takes its threshold from the planned exposure and its share of the error budget")
    func threshold() throws {
        let detector = try DriftDetector(bound: 1e-3, plannedExposure: 1e7, falseAlarmRate: 0.01)
        #expect(abs(detector.logThreshold - logarithm(1e9)) < 1e-12)
        #expect(abs(detector.alternative / (1 - detector.alternative) / (1e-3 / 0.999) - 2.5) < 1e-12)
        #expect(throws: StatisticsFault.self) { try DriftDetector(bound: 0.1, plannedExposure: 0, falseAlarmRate: 0.1) }
        #expect(throws: StatisticsFault.self) {
            try DriftDetector(bound: 0.1, alternative: 0.1, plannedExposure: 10, falseAlarmRate: 0.1)
        }
        #expect(throws: StatisticsFault.self) {
            try DriftDetector(bound: 0.1, alternative: 1, plannedExposure: 10, falseAlarmRate: 0.1)
        }
    }

    @Test("bets fairly at its bound, and loses below it")
    func fairness() throws {
        for bound in [1e-6, 0.01, 0.5, 0.97] {
            let detector = try DriftDetector(bound: bound, plannedExposure: 10, falseAlarmRate: 0.1)
            let hit = exponential(try detector.logLikelihoodRatio(events: 1, trials: 1))
            let miss = exponential(try detector.logLikelihoodRatio(events: 0, trials: 1))
            #expect(abs(bound * hit + (1 - bound) * miss - 1) < 1e-12)
            #expect(bound / 2 * hit + (1 - bound / 2) * miss < 1)
            // Poisson events of one unit of exposure: Σ p(k) L(k) = 1.
            var (mean, logProbability) = (0.0, -bound)
            for count in 0..<40 {
                mean += exponential(try logProbability + detector.logLikelihoodRatio(events: count, exposure: 1))
                logProbability += logarithm(bound / Double(count + 1))
            }
            #expect(abs(mean - 1) < 1e-12)
        }
    }

    @Test("forgets a good past, and never falls below what the last batch alone says")
    func forgets() throws {
        let detector = try DriftDetector(bound: 1e-3, plannedExposure: 1e6, falseAlarmRate: 0.01)
        var (fresh, old) = (EDetector(), EDetector())
        for _ in 0..<1000 { try detector.observe(events: 0, trials: 1000, in: &old) }
        for state in 0..<10 {
            try detector.observe(events: 5, trials: 1000, in: &fresh)
            try detector.observe(events: 5, trials: 1000, in: &old)
            #expect(fresh.logCUSUM == old.logCUSUM, "batch \(state)")
        }
        #expect(detector.crossing(old) == .reached)
        #expect(detector.crossing(EDetector()) == .notReached)
        var exposed = EDetector()
        for _ in 0..<12 { try detector.observe(events: 5, exposure: 1000, in: &exposed) }
        #expect(detector.crossing(exposed) == .reached && abs(exposed.logCUSUM - 1.2 * fresh.logCUSUM) < 0.1)
    }

    @Test("is bounded by its e-SR, whose mean grows by one with each step at the most")
    func shiryaevRoberts() {
        repeated(seeds: 100) { _, generator in
            var state = EDetector()
            try #require(state.logShiryaevRoberts == -.infinity)
            for _ in 0..<60 {
                let log = Double.random(in: -3...3, using: &generator)
                let before = exponential(state.logShiryaevRoberts)
                try state.observe(logLikelihoodRatio: log)
                let after = exponential(state.logShiryaevRoberts)
                try #require(abs(after / ((before + 1) * exponential(log)) - 1) < 1e-10)
                try #require(state.logCUSUM <= state.logShiryaevRoberts + 1e-10)
            }
        }
    }

    @Test("takes nothing in that is no number, and holds however large the evidence")
    func extremes() throws {
        var state = EDetector()
        for log in [Double.nan, .infinity, -.infinity] {
            #expect(throws: StatisticsFault.self) { try state.observe(logLikelihoodRatio: log) }
        }
        #expect(state == EDetector())
        for log in [1e9, -2e9, 5, -1e300, 1e-300] { try state.observe(logLikelihoodRatio: log) }
        #expect(state.logCUSUM.isFinite && state.logShiryaevRobertsPlusOne.isFinite)
        let data = try JSONEncoder().encode(state)
        #expect(try JSONDecoder().decode(EDetector.self, from: data) == state)
        #expect(try JSONDecoder().decode(EDetector.self, from: JSONEncoder().encode(EDetector())) == EDetector())
    }
}
