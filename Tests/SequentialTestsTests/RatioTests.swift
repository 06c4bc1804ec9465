import Foundation
import SequentialTests
import SluiceTesting
import Testing

@Suite("A ratio of two rates")
struct RatioTests {
    @Test("is a rate among the events of both arms")
    func split() throws {
        #expect(try EventSplit.candidateProbability(ratio: 1, share: 0.05) == 0.05)
        #expect(abs(try EventSplit.candidateProbability(ratio: 3, share: 0.5) - 0.75) < 1e-15)
        for (ratio, share) in [(0.1, 0.01), (1.5, 0.1), (20, 0.9)] {
            let probability = try EventSplit.candidateProbability(ratio: ratio, share: share)
            #expect(abs(EventSplit.ratio(candidateProbability: probability, share: share) / ratio - 1) < 1e-13)
            let test = try EventSplitTest(.above, ratio: ratio, share: share)
            let process = try BetaEProcess(
                .above, bound: probability, prior: .centred(.above, bound: probability))
            let left = try test.logEvidence(candidateEvents: 7, baselineEvents: 11)
            #expect(try left == process.logEvidence(events: 7, trials: 18))
        }
    }

    @Test("that leaves no events to one of the arms is refused")
    func impossible() {
        #expect(throws: StatisticsFault.self) { try EventSplitTest(.above, ratio: 1e308, share: 0.999_999) }
        #expect(throws: StatisticsFault.self) {
            try EventSplitTest(.below, ratio: .leastNonzeroMagnitude, share: 0.000_001)
        }
    }

    @Test("lies within its bounds, which say nothing before there are events")
    func bounds() throws {
        let test = try EventSplitTest(.above, ratio: 1, share: 0.1)
        let none = try test.ratioBounds(candidateEvents: 0, baselineEvents: 0, errorRate: 0.05)
        #expect(none.lower == 0 && none.upper == .infinity)
        // Thirty events where ten were to be expected.
        let some = try test.ratioBounds(candidateEvents: 30, baselineEvents: 90, errorRate: 0.05)
        #expect(some.lower > 1 && some.lower < 3 && some.upper > 3 && some.upper < 9)
        let more = try test.ratioBounds(candidateEvents: 300, baselineEvents: 900, errorRate: 0.05)
        #expect(more.lower > some.lower && more.upper < some.upper)
    }
}

@Suite("A ratio under a changing share")
struct VaryingShareTests {
    @Test("is a fair bet at its bound, whatever the share")
    func fairness() {
        repeated(seeds: 200) { _, generator in
            let (test, share) = try Self.random(&generator)
            let bound = try EventSplit.candidateProbability(ratio: test.ratio, share: share)
            var (hit, miss) = (test, test)
            try hit.observe(candidateEvents: 1, baselineEvents: 0, share: share)
            try miss.observe(candidateEvents: 0, baselineEvents: 1, share: share)
            let now = test.logEvidence
            let mean = bound * exponential(hit.logEvidence - now) + (1 - bound) * exponential(miss.logEvidence - now)
            try #require(abs(mean - 1) < 1e-10)
        }
    }

    @Test("is a losing bet under every ratio on the other side")
    func unfairness() {
        repeated(seeds: 200) { _, generator in
            let (test, share) = try Self.random(&generator)
            let factor = exponential(Double.random(in: 0...2, using: &generator))
            let ratio = test.side == .above ? test.ratio / factor : test.ratio * factor
            let probability = try EventSplit.candidateProbability(ratio: ratio, share: share)
            var (hit, miss) = (test, test)
            try hit.observe(candidateEvents: 1, baselineEvents: 0, share: share)
            try miss.observe(candidateEvents: 0, baselineEvents: 1, share: share)
            let now = test.logEvidence
            let mean =
                probability * exponential(hit.logEvidence - now)
                + (1 - probability) * exponential(miss.logEvidence - now)
            try #require(mean <= 1 + 1e-10)
        }
    }

    /// A test that has seen some batches, and a share for the next event.
    private static func random(_ generator: inout SeededGenerator) throws -> (VaryingShareTest, Double) {
        let side: Side = Bool.random(using: &generator) ? .above : .below
        var test = try VaryingShareTest(side, ratio: exponential(Double.random(in: -1...1, using: &generator)))
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            try test.observe(
                candidateEvents: Int.random(in: 0...9, using: &generator),
                baselineEvents: Int.random(in: 0...9, using: &generator),
                share: Double.random(in: 0.01...0.99, using: &generator))
        }
        return (test, Double.random(in: 0.01...0.99, using: &generator))
    }

    @Test("finds what the test with one share finds, about as soon")
    func power() throws {
        var varying = try VaryingShareTest(.above, ratio: 1)
        let fixed = try EventSplitTest(.above, ratio: 1, share: 0.1)
        #expect(abs(varying.logEvidence) < 1e-14)
        try varying.observe(candidateEvents: 12, baselineEvents: 36, share: 0.1)
        let threshold = try Threshold(errorRate: 0.05)
        #expect(threshold.crossing(varying.logEvidence) == .reached)
        #expect(try threshold.crossing(fixed.logEvidence(candidateEvents: 12, baselineEvents: 36)) == .reached)
        // Three times the share and three times the candidate's events are no change of the ratio.
        try varying.observe(candidateEvents: 30, baselineEvents: 70, share: 0.3)
        #expect(varying.logEvidence < threshold.logEvidence)
    }

    @Test("does not depend on the order of the batches, nor on how they are cut")
    func order() throws {
        let batches = [(3, 9, 0.1), (0, 4, 0.2), (8, 2, 0.5), (1, 1, 0.05)]
        var (forward, backward, cut) = (
            try VaryingShareTest(.below, ratio: 1.25), try VaryingShareTest(.below, ratio: 1.25),
            try VaryingShareTest(.below, ratio: 1.25)
        )
        for (candidate, baseline, share) in batches {
            try forward.observe(candidateEvents: candidate, baselineEvents: baseline, share: share)
            for _ in 0..<candidate { try cut.observe(candidateEvents: 1, baselineEvents: 0, share: share) }
            for _ in 0..<baseline { try cut.observe(candidateEvents: 0, baselineEvents: 1, share: share) }
        }
        for (candidate, baseline, share) in batches.reversed() {
            try backward.observe(candidateEvents: candidate, baselineEvents: baseline, share: share)
        }
        #expect(abs(forward.logEvidence - backward.logEvidence) < 1e-12)
        #expect(abs(forward.logEvidence - cut.logEvidence) < 1e-12)
    }

    @Test("goes on from what was kept, and from nothing else")
    func kept() throws {
        var test = try VaryingShareTest(.above, ratio: 1.5)
        try test.observe(candidateEvents: 4, baselineEvents: 9, share: 0.25)
        let data = try JSONEncoder().encode(test)
        #expect(try JSONDecoder().decode(VaryingShareTest.self, from: data) == test)
        let text = #"{"side":"above","ratio":1.5,"log_likelihood_ratios":[0]}"#
        #expect(throws: StatisticsFault.self) { try JSONDecoder().decode(VaryingShareTest.self, from: Data(text.utf8)) }
        #expect(throws: StatisticsFault.self) {
            try VaryingShareTest(.above, ratio: 1, logLikelihoodRatios: Array(repeating: .nan, count: 20))
        }
        let before = test
        #expect(throws: StatisticsFault.self) { try test.observe(candidateEvents: 1, baselineEvents: 0, share: 1) }
        #expect(throws: StatisticsFault.self) { try test.observe(candidateEvents: -1, baselineEvents: 0, share: 0.1) }
        #expect(test == before)
    }
}

@Suite("A sample ratio")
struct SampleRatioTests {
    @Test("is a fair bet at the planned shares")
    func fairness() {
        repeated(seeds: 200) { _, generator in
            let weights = (0..<Int.random(in: 2...5, using: &generator)).map { _ in
                Double.random(in: 0.05...1, using: &generator)
            }
            let shares = weights.map { $0 / weights.reduce(0, +) }
            let concentration = exponential(Double.random(in: 0...9, using: &generator))
            let test = try SampleRatioTest(shares: shares, concentration: concentration)
            let counts = shares.map { Int($0 * Double.random(in: 0...20_000, using: &generator)) }
            let now = try test.logEvidence(counts: counts)
            var mean = 0.0
            for (index, share) in shares.enumerated() {
                var next = counts
                next[index] += 1
                mean += share * exponential(try test.logEvidence(counts: next) - now)
            }
            try #require(abs(mean - 1) < 1e-9, "\(shares) \(counts)")
        }
    }

    @Test("that is off by a tenth of its share is found; the planned one is not called broken")
    func power() throws {
        let test = try SampleRatioTest(shares: [0.05, 0.95])
        let threshold = try Threshold(errorRate: SampleRatioTest.errorRate)
        #expect(try threshold.crossing(test.logEvidence(counts: [0, 0])) == .notReached)
        #expect(try threshold.crossing(test.logEvidence(counts: [5000, 95_000])) == .notReached)
        #expect(try threshold.crossing(test.logEvidence(counts: [5500, 94_500])) == .reached)
        var (chance, frequency) = (Chance(seed: 12), Frequency())
        for _ in 0..<200 {
            var counts = [0, 0]
            let hit = try (0..<300).contains { _ in
                let more = chance.binomial(500, 0.05)
                counts = [counts[0] + more, counts[1] + 500 - more]
                return try threshold.crossing(test.logEvidence(counts: counts)) == .reached
            }
            frequency.count(hit)
        }
        #expect(frequency.hits <= 2)
    }

    @Test("needs shares that make a whole, and a shape for each")
    func shares() {
        #expect(throws: StatisticsFault.wrongSum(field: "shares", sum: 0.75, expected: "1")) {
            try SampleRatioTest(shares: [0.5, 0.25])
        }
        #expect(throws: StatisticsFault.empty(field: "shares")) { try SampleRatioTest(shares: []) }
        #expect(throws: StatisticsFault.self) { try SampleRatioTest(shares: [0.5, 0.5], concentration: 0.001) }
    }
}
