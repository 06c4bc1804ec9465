import ReleaseModel
import SequentialTests
import StageControl

/// How long a stage takes until it has the exposure to decide about a metric, at the use that the plan expects.
enum DecisionTime: Hashable {
    /// So many days after the stage opens; none if the stages before have shown enough already.
    case days(Double)
    /// Never: a fixed budget ends before, or nothing is used.
    case never
    /// The plan does not say how much use it expects.
    case unknown

    /// The days as a table shows them.
    var text: String {
        switch self {
        case .days(let days): PlanFigures.days(days)
        case .never: "never"
        case .unknown: "unknown"
        }
    }
}

extension ReleasePlan.Spec {
    /// How long a stage takes from its opening until a good release can be decided (``Feasibility/toDecide``).
    ///
    /// Stages before it whose evidence counts are taken to have lasted their least time: what they had beyond it only
    /// helps.
    func decisionTime(_ feasibility: Feasibility) -> DecisionTime {
        guard let metric = self.metric(named: feasibility.metric),
            let most = self.exposure(of: metric, inStage: feasibility.stage, days: TimeSpan.longest.days)
        else { return .unknown }
        guard most >= feasibility.toDecide else { return .never }
        // Exposure grows with the days, so the interval is halved until it is below a second.
        var (low, high) = (0.0, TimeSpan.longest.days)
        while high - low > 1e-5 {
            let middle = (low + high) / 2
            let reached = self.exposure(of: metric, inStage: feasibility.stage, days: middle) ?? 0
            (low, high) = reached < feasibility.toDecide ? (middle, high) : (low, middle)
        }
        return .days(high < 2e-5 ? 0 : high)
    }

    /// The exposure of a metric that counts in a stage after so many days of it; nil if nobody knows what to expect.
    func exposure(of metric: PlanMetric, inStage index: Int, days: Double) -> Double? {
        var (sum, elapsed) = (0.0, 0.0)
        for number in self.evidence(inStage: index).reversed() {
            let stage = self.stages[number]
            let lasting = number == index ? days : (stage.bake?.min.days ?? 0)
            let reported = metric.reportedDays(from: elapsed, to: elapsed + lasting)
            elapsed += lasting
            let budget = metric.exposure == .requests ? stage.fixedBudget : nil
            if let perDay = self.perDay(metric.exposure, in: stage) {
                sum += min(perDay * reported, budget ?? .infinity)
            } else if let budget {
                sum += lasting > 0 ? budget : 0
            } else {
                return nil
            }
        }
        return sum
    }

    private func perDay(_ unit: ExposureUnit, in stage: Stage) -> Double? {
        let cap = unit == .requests ? stage.caps.requestsPerDay.map { Double($0) } : nil
        guard let expected = self.traffic.perDay(unit, in: stage) else { return cap }
        return min(expected, cap ?? .infinity)
    }
}

extension Stage {
    /// The most requests that the stage may have, if its budget does not grow.
    fileprivate var fixedBudget: Double? {
        guard let budget = self.exposureBudget, budget.growth == .fixed else { return nil }
        return Double(budget.initial)
    }
}

extension PlanMetric {
    /// Of exposure at an even pace that is between so many days old, the days' worth that has been reported at least.
    fileprivate func reportedDays(from youngest: Double, to oldest: Double) -> Double {
        guard let delay = self.reportingDelay, let curve = try? delay.envelope() else { return oldest - youngest }
        var (sum, before) = (0.0, 0.0)
        for step in curve.steps {
            sum += (step.share - before) * (max(0, oldest - step.age) - max(0, youngest - step.age))
            before = step.share
        }
        return sum
    }
}
