/// How long a stage takes until it has the exposure to decide about a metric, at the use that the plan expects.
public enum DecisionTime: Hashable, Sendable {
    /// So many days after the stage opens; none if the stages before have shown enough already.
    case days(Double)
    /// Never: a fixed budget ends before, or nothing is used.
    case never
    /// The plan does not say how much use it expects.
    case unknown
}

extension ReleasePlan.Spec {
    /// How long a stage takes from its opening until a good release can be decided (``Feasibility/toDecide``).
    ///
    /// Stages before it whose evidence counts are taken to have lasted their least time: what they had beyond it only
    /// helps.
    public func decisionTime(_ feasibility: Feasibility) -> DecisionTime {
        let longest = TimeSpan.longest.days
        guard let most = self.exposure(for: feasibility, days: longest) else { return .unknown }
        guard most >= feasibility.toDecide else { return .never }
        // Exposure grows with the days, so the interval is halved until it is below a second.
        var (low, high) = (0.0, longest)
        while high - low > 1e-5 {
            let middle = (low + high) / 2
            let reached = self.exposure(for: feasibility, days: middle) ?? 0
            (low, high) = reached < feasibility.toDecide ? (middle, high) : (low, middle)
        }
        return .days(high < 2e-5 ? 0 : high)
    }

    /// The exposure that counts in a stage after so many days of it, when the stages before lasted their least time;
    /// nil if nobody knows what to expect.
    func exposure(for feasibility: Feasibility, days: Double) -> Double? {
        self.metric(named: feasibility.metric).flatMap { metric in
            self.exposure(of: metric, inStage: feasibility.stage, days: days) { $0.bake?.min.days ?? 0 }
        }
    }
}
