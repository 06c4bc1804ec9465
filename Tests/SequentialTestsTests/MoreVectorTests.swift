import SequentialTests
import Testing

@Suite("Reference values of bets, ratios, drift, delays and budgets")
struct MoreVectorTests {
    @Test("of predictable bets are met")
    func predictableBets() throws {
        try Vectors("predictable-bets").expectAgreement { one in
            let errorRate = try one.number("error_rate")
            let logInverse = try Threshold(errorRate: errorRate).logEvidence
            var bets = PredictableBets()
            return try one.numbers("values").map { value in
                let stake = bets.stake(logInverseErrorRate: logInverse)
                bets.observe(value)
                return stake
            }
        }
    }

    @Test("of betting against a mean are met, hedged and one-sided")
    func betting() throws {
        let sequences = try Vectors.sequences()
        try Vectors("betting").expectAgreement { one in
            let values = try #require(sequences[try one.text("sequence")])
            let (bound, errorRate) = (try one.number("bound"), try one.number("error_rate"))
            if try one.flag("hedged") {
                var process = try HedgedProcess(bound: bound, tunedErrorRate: errorRate)
                for value in values { try process.observe(value) }
                return [exponential(process.logEvidence)]
            }
            var process = try BettingProcess(.above, bound: bound, tunedErrorRate: errorRate)
            for value in values { try process.observe(value) }
            return [exponential(process.logEvidence)]
        }
    }

    @Test("of the hedged confidence sequence are met")
    func hedgedConfidenceSequence() throws {
        let sequences = try Vectors.sequences()
        try Vectors("hedged-confidence-sequence").expectAgreement { one in
            let values = try #require(sequences[try one.text("sequence")])
            var sequence = try HedgedConfidenceSequence(
                errorRate: one.number("error_rate"), cells: one.count("cells"))
            for value in values.prefix(try one.count("observations")) { try sequence.observe(value) }
            return [sequence.bounds.lower, try #require(sequence.bounds.upper)]
        }
    }

    @Test("of empirical Bernstein bounds are met, one-sided and two-sided")
    func empiricalBernstein() throws {
        let sequences = try Vectors.sequences()
        try Vectors("empirical-bernstein").expectAgreement { one in
            let values = try #require(sequences[try one.text("sequence")])
            let isTwoSided = one.expected.count == 2
            let errorRate = try one.number("error_rate") / (isTwoSided ? 2 : 1)
            var lower = try EmpiricalBernstein(errorRate: errorRate)
            var upper = try EmpiricalBernstein(errorRate: errorRate)
            for value in values {
                try lower.observe(value)
                try upper.observe(1 - value)
            }
            return isTwoSided ? [lower.lower, 1 - upper.lower] : [lower.lower]
        }
    }

    @Test("of Wald's test are met, for trials and for exposure")
    func probabilityRatioTest() throws {
        try Vectors("probability-ratio-trials").expectAgreement { one in
            let test = try Self.probabilityRatioTest(one)
            let limits = try test.limits(trials: one.count("trials"))
            return [test.logUpper, test.logLower, limits.lower, limits.upper]
        }
        try Vectors("probability-ratio-exposure").expectAgreement { one in
            let test = try Self.probabilityRatioTest(one)
            let ratio = try test.logRatio(events: one.count("events"), exposure: one.number("exposure"))
            return [ratio, test.logUpper, test.logLower]
        }
    }

    private static func probabilityRatioTest(_ one: Vectors.Case) throws -> ProbabilityRatioTest {
        try ProbabilityRatioTest(
            null: one.number("null"), alternative: one.number("alternative"),
            falseAlternative: one.number("false_alternative"), falseNull: one.number("false_null"))
    }

    @Test("of e-BH are met")
    func eBenjaminiHochberg() throws {
        try Vectors("e-benjamini-hochberg").expectAgreement { one in
            let logs = try one.numbers("e_values").map { logarithm($0) }
            return try EBenjaminiHochberg.called(logEvidence: logs, falseDiscoveryRate: one.number("rate"))
                .map(Double.init)
        }
    }

    @Test("of means and products of e-values are met")
    func evidenceCombination() throws {
        try Vectors("evidence-combination").expectAgreement { one in
            let logs = try one.numbers("e_values").map { logarithm($0) }
            return [
                exponential(try EvidenceCombination.mean(logs, weights: one.numbers("weights"))),
                exponential(EvidenceCombination.product(logs)),
            ]
        }
    }

    @Test("of e-CUSUM and e-SR are met")
    func eDetector() throws {
        try Vectors("e-detector").expectAgreement { one in
            var detector = EDetector()
            var (cusum, shiryaevRoberts) = ([Double](), [Double]())
            for ratio in try one.numbers("ratios") {
                try detector.observe(logLikelihoodRatio: logarithm(ratio))
                cusum.append(exponential(detector.logCUSUM))
                shiryaevRoberts.append(exponential(detector.logShiryaevRoberts))
            }
            return cusum + shiryaevRoberts
        }
    }

    @Test("of the harm budget are met")
    func harmBudget() throws {
        try Vectors("harm-budget").expectAgreement { one in
            let expected = try one.number("expected_events")
            let budget = try HarmBudget(expectedEvents: expected, cohortShift: one.number("cohort_shift"))
            return [
                try budget.exposure(upperBound: one.number("upper_bound")), budget.probability(ofAtLeast: 1),
                budget.probability(ofAtLeast: Int((2 * expected).rounded(.up))),
            ]
        }
    }

    @Test("of effective exposure are met")
    func effectiveExposure() throws {
        try Vectors("effective-exposure").expectAgreement { one in
            let steps = zip(try one.numbers("curve_ages"), try one.numbers("curve_shares"))
                .map { DelayCurve.Step(age: $0, share: $1) }
            let batches = zip(try one.numbers("ages"), try one.numbers("exposures"))
                .map { AgedExposure(age: $0, exposure: $1) }
            return [try DelayCurve(steps: steps).effectiveExposure(of: batches)]
        }
    }

    @Test("of event-split likelihood ratios under a changing share are met")
    func eventSplit() throws {
        try Vectors("event-split").expectAgreement { one in
            let (null, alternative) = (try one.number("null"), try one.number("alternative"))
            let terms = zip(try one.numbers("is_candidate"), try one.numbers("shares")).map { candidate, share in
                EventSplit.logLikelihoodRatio(
                    candidateEvents: candidate, baselineEvents: 1 - candidate, share: share, null: null,
                    alternative: alternative)
            }
            return [terms.reduce(0, +)]
        }
    }

    @Test("of right-truncated delays are met")
    func rightTruncatedDelays() throws {
        try Vectors("right-truncated-delays").expectAgreement { one in
            let reports = zip(try one.numbers("delays"), try one.numbers("ages"))
                .map { ReportedDelay(delay: $0, age: $1) }
            let curve = try RightTruncatedDelays(reports).curve
            return try one.numbers("grid").map { curve.share(at: $0) }
        }
    }

    @Test("of the sample-ratio test are met")
    func sampleRatio() throws {
        try Vectors("sample-ratio").expectAgreement(.wholeLogarithm) { one in
            let test = try SampleRatioTest(shares: one.numbers("shares"), concentration: one.number("concentration"))
            return [try test.logEvidence(counts: one.numbers("counts").map { Int($0) })]
        }
    }
}
