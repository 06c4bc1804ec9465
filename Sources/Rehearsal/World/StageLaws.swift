import ReleaseModel
import StageControl

/// What happens in each stage of a supposed world, made ready once for all runs.
struct StageLaws: Sendable {
    /// One metric in one stage.
    struct Metric: Sendable {
        /// Exposure in a millisecond.
        let pace: Double
        /// Exposure of the baseline in a millisecond, while it serves beside the candidate; nil where nothing is
        /// compared.
        let baselinePace: Double?
        let candidate: BlockLaw
        let baseline: BlockLaw?
        /// Events that the tripwire counts, where it does not count all.
        let tripped: BlockLaw?
        let bursts: Bursts
    }

    /// One stage.
    struct Stage: Sendable {
        /// Requests in a millisecond.
        let requestPace: Double
        /// The candidate's share in millionths.
        let share: Int
        let metrics: [Metric]
    }

    let stages: [Stage]
    /// By metric; nil where reports come at once.
    let delays: [ReportDelay?]
    /// By metric: which share of single events a tripwire counts; 1 is all.
    let tripwireShares: [Double]
    let hasTripwire: [Bool]

    init(_ world: SupposedWorld) {
        self.delays = world.spec.metrics.map { metric in
            metric.reportingDelay.map { ReportDelay($0, factor: world.suppositions.delayFactor) }
        }
        self.tripwireShares = world.metrics.map(\.tripwireShare)
        self.hasTripwire = world.spec.metrics.map { $0.rules.tripwire != nil }
        self.stages = world.spec.stages.indices.map { Self.stage($0, world) }
    }

    private static let day = 86_400_000.0

    private static func stage(_ index: Int, _ world: SupposedWorld) -> Stage {
        let stage = world.spec.stages[index]
        let share = stage.setWeight.millionths
        let isSplit = world.spec.baseline != nil && 1..<1_000_000 ~= share
        let metrics = zip(world.spec.metrics, world.metrics).map { metric, supposed in
            let pace = world.counted(metric, inStage: index) / Self.day
            let others = Double(1_000_000 - share) / Double(max(1, share))
            let isCompared = isSplit && metric.isCompared
            let perBurst = supposed.recall / supposed.bursts.counted
            let isPart = metric.rules.tripwire != nil && metric.reportingDelay == nil && supposed.tripwireShare < 1
            return Metric(
                pace: pace, baselinePace: isCompared ? pace * others : nil,
                candidate: BlockLaw(rate: supposed.rates[index] * perBurst),
                baseline: isCompared ? BlockLaw(rate: supposed.baselineRate * perBurst) : nil,
                tripped: isPart
                    ? BlockLaw(rate: supposed.rates[index] * supposed.recall * supposed.tripwireShare) : nil,
                bursts: supposed.bursts)
        }
        return Stage(requestPace: world.requests[index] / Self.day, share: share, metrics: metrics)
    }
}

extension PlanMetric {
    /// Whether a rule compares it with the baseline.
    var isCompared: Bool {
        self.rules.advance?.test.isRatio ?? false || self.rules.rollback?.test.isRatio ?? false
            || self.rules.hold?.test.isRatio ?? false
    }
}
