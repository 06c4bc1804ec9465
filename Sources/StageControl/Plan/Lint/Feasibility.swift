public import ReleaseModel
import SequentialTests

/// What a stage can show about one metric in its time, before it has begun.
///
/// Nothing here decides anything while a release runs; it says beforehand what a plan asks for and cannot get.
public struct Feasibility: Hashable, Sendable {
    /// The stage, by its place.
    public let stage: Int
    /// The metric.
    public let metric: Name
    /// What is to be shown: a rate below this.
    public let bound: Double
    /// How often that may be shown wrongly.
    public let errorRate: Double
    /// The most exposure that can count by the end of the stage; nil if the plan does not say how much use it expects.
    public let reach: Double?
    /// Whether ``reach`` is too high, because an influence cap counts actors and nothing says how many there will be.
    public let missesActors: Bool
    /// The smallest rate that this exposure could exclude, if no event came; nil if nothing is expected.
    public let smallestRate: Double?
    /// The exposure at which nine in ten releases are decided whose true rate is ``supposedShare`` of the bound.
    public let toDecide: Double

    /// A release that is good by far has at most a quarter of the bound.
    public static let supposedShare = 0.25
}

extension ReleasePlan.Spec {
    /// What the stages can show, of each metric of which they must show an absolute rate before the next one opens; so
    /// nothing about the last stage, and nothing in a plan that the rule `error-rates` objects to.
    public func feasibility() -> [Feasibility] {
        guard let errorRate = self.advanceErrorRate else { return [] }
        // Exposure to decide goes with the bound, so one law serves all: that of the bound 1.
        let law = TimeToDecide(bound: 1, trueRate: Feasibility.supposedShare, errorRate: errorRate)
        let toDecide = law.exposure(percentile: 0.9)
        return self.stages.enumerated().dropLast().flatMap { index, stage in
            stage.analysis.metrics.compactMap { name in
                guard let metric = self.metric(named: name), let rule = metric.rules.advance, rule.test == .below,
                    rule.bound > 0
                else { return nil }
                let reach = self.reach(ofStage: index, of: metric)
                return Feasibility(
                    stage: index, metric: name, bound: rule.bound, errorRate: errorRate, reach: reach,
                    missesActors: self.evidence(inStage: index).contains {
                        self.missesActors(of: metric, inStage: $0)
                    },
                    smallestRate: reach.map { smallestDetectableRate(exposure: $0, errorRate: errorRate) },
                    toDecide: toDecide / rule.bound)
            }
        }
    }

    /// The most exposure of a metric that can count by the end of a stage, over its run of evidence: all the time that
    /// its stages have, the use that is expected in them and can count, and of that what is reported by then.
    func reach(ofStage index: Int, of metric: PlanMetric) -> Double? {
        self.exposure(of: metric, inStage: index, days: self.mostTime(of: self.stages[index]).days) {
            self.mostTime(of: $0).days
        }
    }
}
