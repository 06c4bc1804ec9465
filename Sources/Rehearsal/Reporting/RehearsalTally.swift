import StageControl

/// What came of some runs. Two tallies add up, in any order and any parts, to the tally of all.
public struct RehearsalTally: Hashable, Sendable {
    /// Runs.
    public private(set) var runs = 0
    /// How many ended in which way, by the stage in which they did.
    private(set) var ends: [Ending: Int] = [:]
    /// For each stage, when it opened, in milliseconds since the first did; of the runs in which it did.
    private(set) var opened: [[Int64]]
    /// For each stage, the requests that it had; of the runs in which it opened.
    private(set) var requests: [[Int]]
    /// Exposure by stage and metric, of all runs together.
    private(set) var exposure: [[Int]]
    /// From the opening of the stage in which harm was shown until the machine went back, in milliseconds.
    private(set) var timesToRollBack: [Int64] = []
    /// From the opening of the first stage to the plan's end.
    private(set) var timesToComplete: [Int64] = []
    /// Runs that left a stage which was to show that a rate is below a bound that it is not below.
    private(set) var falseAdvances = 0
    /// Runs in which a rule went back for a rate that is not above the rule's bound.
    private(set) var falseRollbacks = 0
    /// How often the rules were asked.
    public private(set) var looks = 0

    /// A way to end, and where.
    struct Ending: Hashable, Sendable {
        let end: RehearsalRun.End
        let stage: Int?
    }

    /// Of no runs.
    init(stages: Int, metrics: Int) {
        self.opened = Array(repeating: [], count: stages)
        self.requests = Array(repeating: [], count: stages)
        self.exposure = Array(repeating: Array(repeating: 0, count: metrics), count: stages)
    }

    /// Adds a run.
    mutating func add(_ run: RehearsalRun, in world: SupposedWorld) {
        self.runs += 1
        self.looks += run.looks
        self.ends[Ending(end: run.end, stage: run.stage), default: 0] += 1
        for (stage, moment) in run.opened.enumerated() {
            self.opened[stage].append(moment)
            self.requests[stage].append(run.requests[stage])
            for (metric, exposure) in run.exposure[stage].enumerated() { self.exposure[stage][metric] += exposure }
        }
        switch run.end {
        case .rolledBack(let metric, let rule):
            self.timesToRollBack.append(run.ended - (run.opened.last ?? 0))
            if let stage = run.stage, world.isWithin(metric, rule, inStage: stage) { self.falseRollbacks += 1 }
        case .completed: self.timesToComplete.append(run.ended)
        case .held, .unfinished: break
        }
        let left = run.end == .completed ? run.opened.count : max(0, run.opened.count - 1)
        if (0..<left).contains(where: world.mustNotPass) { self.falseAdvances += 1 }
    }

    /// The tally of both. Both are of the same plan.
    public static func + (lhs: Self, rhs: Self) -> Self {
        var sum = lhs
        sum.runs += rhs.runs
        sum.ends.merge(rhs.ends, uniquingKeysWith: +)
        for stage in sum.opened.indices {
            sum.opened[stage] += rhs.opened[stage]
            sum.requests[stage] += rhs.requests[stage]
            for metric in sum.exposure[stage].indices { sum.exposure[stage][metric] += rhs.exposure[stage][metric] }
        }
        sum.timesToRollBack += rhs.timesToRollBack
        sum.timesToComplete += rhs.timesToComplete
        sum.falseAdvances += rhs.falseAdvances
        sum.falseRollbacks += rhs.falseRollbacks
        sum.looks += rhs.looks
        return sum
    }

    /// How many ended so, in whatever stage.
    func count(where isMeant: (RehearsalRun.End) -> Bool) -> Int {
        self.ends.reduce(0) { $0 + (isMeant($1.key.end) ? $1.value : 0) }
    }

    /// How many rolled back.
    var rolledBack: Int {
        self.count {
            if case .rolledBack = $0 { return true }
            return false
        }
    }
}

extension SupposedWorld {
    /// Whether a stage is to show that a rate is below a bound, and as far as it is seen it is not.
    func mustNotPass(_ stage: Int) -> Bool {
        self.spec.stages.indices.dropLast().contains(stage)
            && self.spec.stages[stage].analysis.metrics.contains { name in
                guard let index = self.spec.metrics.firstIndex(where: { $0.name == name }),
                    let rule = self.spec.metrics[index].rules.advance
                else { return false }
                let rate = self.figure(index, isRatio: rule.test.isRatio, inStage: stage)
                return rate >= rule.bound * (1 - 1e-9)
            }
    }

    /// Whether a rate, as far as it is seen, is not above the bound of the rule that went back for it.
    func isWithin(_ metric: Int, _ rule: RuleKind?, inStage stage: Int) -> Bool {
        guard rule == .rollback || rule == .drift, let bound = self.spec.metrics[metric].rules.rollback else {
            return false
        }
        return self.figure(metric, isRatio: bound.test.isRatio, inStage: stage) <= bound.bound * (1 + 1e-9)
    }

    /// What a test is about: the rate as it is seen in the metric's own unit, or its ratio to the baseline's.
    private func figure(_ metric: Int, isRatio: Bool, inStage stage: Int) -> Double {
        let supposed = self.metrics[metric]
        if isRatio {
            return supposed.baselineRate > 0 ? supposed.rates[stage] / supposed.baselineRate : .infinity
        }
        let rate = supposed.rates[stage] * supposed.recall
        if case .gateway(.mean(_, let cap)) = self.spec.metrics[metric].source { return rate * cap }
        return rate
    }
}
