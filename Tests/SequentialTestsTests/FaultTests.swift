import SequentialTests
import Testing

/// Runs `body` and gives back the code of the fault that it throws.
private func code(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? StatisticsFault)?.code
    }
}

@Suite("What is no input")
struct FaultTests {
    private static let noFractions: [Double] = [0, 1, -0.1, 1.1, .nan, .infinity, -.infinity]
    private static let noPositives: [Double] = [0, -1, .nan, .infinity]
    private static let negatives: [Double] = [-1, .nan, .infinity, -.infinity]

    @Test("is refused as a bound, a rate of error or a share", arguments: noFractions)
    func fractions(value: Double) {
        #expect(code { _ = try BetaEProcess(.below, bound: value) } == "not_a_fraction")
        #expect(code { _ = try Threshold(errorRate: value) } == "not_a_fraction")
        #expect(code { _ = try EventSplitTest(.above, ratio: 1, share: value) } == "not_a_fraction")
        #expect(code { _ = try BettingProcess(.below, bound: value) } == "not_a_fraction")
        #expect(code { _ = try HedgedProcess(bound: value) } == "not_a_fraction")
        #expect(code { _ = try HedgedConfidenceSequence(errorRate: value) } == "not_a_fraction")
        #expect(code { _ = try EmpiricalBernstein(errorRate: value) } == "not_a_fraction")
        #expect(code { _ = try ErrorBudget(errorRate: value, plannedStarts: 1) } == "not_a_fraction")
        #expect(code { _ = try RollbackBudget(errorRate: value, weights: [:]) } == "not_a_fraction")
        #expect(code { _ = try SampleRatioTest(shares: [value, 0.5]) } == "not_a_fraction")
        #expect(
            code { _ = try DriftDetector(bound: value, plannedExposure: 10, falseAlarmRate: 0.1) } == "not_a_fraction")
        #expect(
            code { _ = try ClopperPearson.upper(events: 0, trials: 1, errorRate: value) } == "not_a_fraction")
        #expect(
            code { _ = try EBenjaminiHochberg.called(logEvidence: [1], falseDiscoveryRate: value) }
                == "not_a_fraction")
    }

    @Test("is refused where a number above zero is needed", arguments: noPositives)
    func positives(value: Double) {
        #expect(code { _ = try GammaEProcess(.below, bound: value) } == "not_positive")
        #expect(code { _ = try GammaPrior(a: 1, b: value) } == "not_positive")
        #expect(code { _ = try Garwood.upper(events: 0, exposure: value, errorRate: 0.1) } == "not_positive")
        #expect(code { _ = try VaryingShareTest(.above, ratio: value) } == "not_positive")
        #expect(code { _ = try EventSplitTest(.above, ratio: value, share: 0.1) } == "not_positive")
        #expect(code { _ = try HarmBudget(expectedEvents: value) } == "not_positive")
        #expect(code { _ = try IncompleteBeta.logLower(a: value, b: 1, x: 0.5) } == "not_positive")
        #expect(code { _ = try IncompleteGamma.logP(a: value, z: 1) } == "not_positive")
        #expect(code { _ = try RollbackBudget(errorRate: 0.1, weights: ["x": value]) } == "not_positive")
    }

    @Test("is refused as an amount", arguments: negatives)
    func amounts(value: Double) throws {
        let process = try GammaEProcess(.below, bound: 1)
        #expect(code { _ = try process.logEvidence(events: 0, exposure: value) } == "negative")
        #expect(
            code { _ = try GammaConfidenceSequence().upper(events: 0, exposure: value, errorRate: 0.1) }
                == "negative")
        #expect(code { _ = try DelayCurve(steps: [.init(age: value, share: 0.5)]) } == "negative")
        let curve = try DelayCurve.envelope(p50: 1, p90: 2, p99: 3)
        #expect(code { _ = try curve.effectiveExposure(of: [.init(age: 1, exposure: value)]) } == "negative")
        #expect(code { _ = try curve.effectiveExposure(of: [.init(age: value, exposure: 1)]) } == "negative")
    }

    @Test("is refused as counts")
    func counts() throws {
        let beta = try BetaEProcess(.above, bound: 0.1)
        #expect(code { _ = try beta.logEvidence(events: -1, trials: 5) } == "negative")
        #expect(code { _ = try beta.logEvidence(events: 6, trials: 5) } == "more_events_than_trials")
        #expect(code { _ = try beta.logEvidence(events: 0, trials: -1) } == "more_events_than_trials")
        let split = try EventSplitTest(.above, ratio: 1, share: 0.5)
        #expect(code { _ = try split.logEvidence(candidateEvents: -1, baselineEvents: 0) } == "negative")
        #expect(code { _ = try split.logEvidence(candidateEvents: 0, baselineEvents: -1) } == "negative")
        #expect(
            code { _ = try split.ratioBounds(candidateEvents: .max, baselineEvents: 1, errorRate: 0.1) }
                == "out_of_range")
        let sample = try SampleRatioTest(shares: [0.5, 0.5])
        #expect(code { _ = try sample.logEvidence(counts: [1]) } == "lengths_differ")
        #expect(code { _ = try sample.logEvidence(counts: [1, -1]) } == "negative")
    }

    @Test("is refused as a prior", arguments: [0, 0.0009, -1, 1e101, .nan, .infinity])
    func priors(shape: Double) {
        #expect(code { _ = try BetaPrior(a: shape, b: 1) } == "out_of_range")
        #expect(code { _ = try BetaPrior(a: 1, b: shape) } == "out_of_range")
        #expect(code { _ = try GammaPrior(a: shape, b: 1) } == "out_of_range")
    }

    @Test("is refused where it would leave the range of numbers")
    func range() throws {
        let wide = try GammaPrior(a: 1, b: 1e200)
        #expect(code { _ = try GammaEProcess(.below, bound: 1, prior: wide) } == "out_of_range")
        #expect(code { _ = try GammaEProcess(.below, bound: 1e-200, prior: wide) } == nil)
        let process = try GammaEProcess(.above, bound: 1e300)
        #expect(code { _ = try process.logEvidence(events: 1, exposure: 1) } == "out_of_range")
        #expect(code { _ = try EvidenceCombination.mean([1, .nan]) } == "out_of_range")
        #expect(
            code { _ = try EBenjaminiHochberg.called(logEvidence: [.nan], falseDiscoveryRate: 0.1) } == "out_of_range")
    }

    @Test("is refused as an observation of a bounded quantity, and changes nothing", arguments: [-0.01, 1.01, .nan])
    func observations(value: Double) throws {
        var betting = try BettingProcess(.below, bound: 0.5)
        var hedged = try HedgedProcess(bound: 0.5)
        var sequence = try HedgedConfidenceSequence(errorRate: 0.05, cells: 10)
        var bernstein = try EmpiricalBernstein(errorRate: 0.05)
        let before = (betting, hedged, sequence, bernstein)
        #expect(code { try betting.observe(value) } == "out_of_range")
        #expect(code { try hedged.observe(value) } == "out_of_range")
        #expect(code { try sequence.observe(value) } == "out_of_range")
        #expect(code { try bernstein.observe(value) } == "out_of_range")
        #expect(before == (betting, hedged, sequence, bernstein))
    }

    @Test("is told with the field, what was expected and what to do")
    func descriptions() {
        let faults: [(StatisticsFault, String)] = [
            (.notAFraction(field: "bound", value: 2), "bound is 2.0; give a number above 0 and below 1."),
            (.notPositive(field: "bound", value: 0), "bound is 0.0; give a finite number above 0."),
            (.negative(field: "events", value: -1), "events is -1.0; give a finite number that is not below 0."),
            (
                .outOfRange(field: "x", value: 3, expected: "a number from 0 to 1"),
                "x is 3.0; give a number from 0 to 1."
            ),
            (
                .moreEventsThanTrials(events: 3, trials: 2),
                "events is 3 and trials is 2; count each event within one of the trials."
            ),
            (.lengthsDiffer(field: "w", count: 1, expected: 2), "w has 1 numbers; give 2, one for each."),
            (.empty(field: "edges"), "edges is empty; give at least one."),
            (.notRising(field: "edges", index: 2), "edges falls or stands still at index 2; give numbers that rise."),
            (.wrongSum(field: "shares", sum: 0.9, expected: "1"), "shares add up to 0.9; make the sum 1."),
        ]
        for (fault, text) in faults { #expect(fault.description == text) }
        #expect(Set(faults.map(\.0.code)).count == faults.count)
    }
}
