import ReleaseModel
import SequentialTests

/// All rules of one metric in a stage, made ready for the run of evidence that the stage belongs to.
///
/// It never changes and goes with every judgement, so it is passed on by reference: copying it was a part of each look
/// that could be felt.
final class MetricTests: Hashable, Sendable {
    /// The metric's place in the plan.
    let index: Int
    let metric: PlanMetric
    /// Whether the stage ends only when the advance rule passes; a guard can only close.
    let mustPass: Bool
    let minExposure: Int
    let watermarkLag: Int64
    let advance: RuleTest?
    let rollback: RuleTest?
    let hold: RuleTest?
    let drift: DriftDetector?
    /// By what age which share of the reports has come in at least; nil where they come at once.
    let curve: DelayCurve?

    /// The rules of the metrics that a stage watches. Without error rates, nothing has been spent and only tripwires
    /// stand.
    static func ready(
        for spec: ReleasePlan.Spec, stage index: Int, errorRates: ErrorShares?
    ) -> [MetricTests] {
        let stage = spec.stages[index]
        let shares = Set(spec.run(of: index).map { spec.stages[$0].setWeight }).filter {
            0..<1_000_000 ~= $0.millionths
        }
        let share = shares.count == 1 ? shares.first : nil
        return spec.metrics.enumerated().compactMap { place, metric in
            guard stage.analysis.watched.contains(metric.name) else { return nil }
            return MetricTests(
                place, metric, in: stage, lag: spec.evaluation.watermarkLag, share: share, errorRates: errorRates)
        }
    }

    private init(
        _ index: Int, _ metric: PlanMetric, in stage: Stage, lag: TimeSpan, share: Share?, errorRates: ErrorShares?
    ) {
        self.index = index
        self.metric = metric
        self.mustPass = stage.analysis.metrics.contains(metric.name)
        self.minExposure = stage.analysis.minExposure
        self.watermarkLag = lag.milliseconds
        self.curve = metric.reportingDelay.flatMap { try? $0.envelope() }
        guard let errorRates else {
            (self.advance, self.rollback, self.hold, self.drift) = (nil, nil, nil, nil)
            return
        }
        let rules = metric.rules
        // All advance rules must pass, so each has the whole error rate. Any rollback closes, so they share theirs.
        self.advance = rules.advance.map { rule in
            RuleTest(
                .advance, side: .below, isRatio: rule.test.isRatio, bound: rule.bound, metric: metric,
                ratioShare: share, errorRate: errorRates.advance)
        }
        self.rollback = rules.rollback.map { rule in
            RuleTest(
                .rollback, side: .above, isRatio: rule.test.isRatio, bound: rule.bound, metric: metric,
                ratioShare: share, errorRate: errorRates.alarm * rule.weight)
        }
        self.hold = rules.hold.map { rule in
            RuleTest(
                .hold, side: .above, isRatio: rule.test.isRatio, bound: rule.bound, metric: metric,
                ratioShare: share, errorRate: errorRates.alarm * rule.weight)
        }
        self.drift = metric.driftRule(in: stage).flatMap { rule in
            // Half a false alarm in half the mean exposure between two.
            try? DriftDetector(bound: rule.bound, plannedExposure: rule.arl / 2, falseAlarmRate: 0.5)
        }
    }
}

extension PlanMetric {
    /// What a stage's detector of change looks for in the metric; nil if it does not look at it.
    func driftRule(in stage: Stage) -> (bound: Double, arl: Double)? {
        guard let rule = self.rules.rollback, !rule.test.isRatio, self.type != .boundedMean,
            let drift = stage.watch?.drift, drift.unit == self.exposure
        else { return nil }
        return (rule.bound, drift.arl)
    }
}

extension MetricTests {
    static func == (lhs: MetricTests, rhs: MetricTests) -> Bool {
        lhs === rhs
            || (lhs.index, lhs.mustPass, lhs.minExposure) == (rhs.index, rhs.mustPass, rhs.minExposure)
                && (lhs.watermarkLag, lhs.metric, lhs.curve) == (rhs.watermarkLag, rhs.metric, rhs.curve)
                && (lhs.advance, lhs.rollback, lhs.hold, lhs.drift) == (rhs.advance, rhs.rollback, rhs.hold, rhs.drift)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.index)
        hasher.combine(self.metric)
    }
}

/// The error rates that one run of evidence has, spent when it began.
public struct ErrorShares: Codable, Hashable, Sendable {
    /// Of a false advance, for each advance rule.
    public var advance: Double
    /// Of a false rollback or hold, shared by the rules' weights.
    public var alarm: Double
}

extension ReleasePlan.Spec {
    /// The run of evidence that a stage belongs to.
    func run(of index: Int) -> Range<Int> {
        self.evidenceRuns.first { $0.contains(index) } ?? index..<(index + 1)
    }
}

/// What is remembered of a metric from one record to the next, within one epoch of evidence.
struct MetricMemory: Hashable, Sendable {
    /// The observation of the last record.
    var last: MetricObservation?
    var isRolledBack = false
    var isHeld = false
    var hasDrifted = false
    var drift = EDetector()
    /// Events that the tripwire had counted when the stage began.
    var trippedBefore = 0
    /// The closest bounds so far.
    var bounds = RunningBounds()
    /// The proven recall of the last probes; nil without any.
    var recall: Double?
}
