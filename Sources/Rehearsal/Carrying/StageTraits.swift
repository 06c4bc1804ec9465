import ReleaseModel
import StageControl

/// What the clock of a run must know of a stage.
struct StageTraits: Sendable {
    /// Milliseconds after which counting begins, if it begins anew with the stage.
    let initialDelay: Int64
    /// By metric: whether its bound decides how much exposure there may be, in this stage or a later one that goes on
    /// with its evidence.
    let boundsExposure: [Bool]
    /// By metric: the ages at which late reports count more, in milliseconds.
    let maturing: [[Int64]]
    /// Whether a detector of change is fed at each look.
    let detectsChange: Bool

    /// The longest time without a look in a stage with a detector of change: a week. Its error rate holds for batches
    /// of any size, and it finds a change the sooner the smaller they are; but in a rehearsal true rates do not change.
    static let longestBatch: Int64 = 7 * 86_400_000

    /// Whether something is kept beside the counts that every look adds to.
    var keepsEvidence: Bool { self.detectsChange || self.boundsExposure.contains(true) }

    static func all(_ spec: ReleasePlan.Spec) -> [StageTraits] {
        spec.stages.indices.map { index in
            let stage = spec.stages[index]
            let run = spec.evidenceRuns.first { $0.contains(index) } ?? index..<(index + 1)
            // What came before it in the run is behind.
            let isMetered = spec.stages[index..<run.upperBound].contains {
                $0.exposureBudget?.growth == .byHarmBudget
            }
            let bounds = spec.metrics.map { metric in
                isMetered && metric.harmBudget != nil && stage.analysis.watched.contains(metric.name)
            }
            return StageTraits(
                initialDelay: stage.analysis.initialDelay.milliseconds, boundsExposure: bounds,
                maturing: spec.metrics.map { metric in
                    metric.reportingDelay.map { [$0.p50, $0.p90, $0.p99].map(\.milliseconds) } ?? []
                },
                detectsChange: stage.watch?.drift != nil)
        }
    }
}
