import ReleaseModel
import StageControl

extension RehearsalReport {
    /// The report of a rehearsal's runs, and of those of other worlds of the same plan.
    public init(
        _ rehearsal: Rehearsal, _ tally: RehearsalTally, seed: UInt64,
        grid: [(cell: RehearsalCell, tally: RehearsalTally)] = []
    ) {
        let (spec, world) = (rehearsal.plan.spec, rehearsal.world)
        self.plan = rehearsal.plan.metadata.name.text
        self.digest = rehearsal.plan.digest
        (self.seed, self.runs) = (seed, tally.runs)
        self.suppositions = world.sentences
        self.stages = spec.stages.indices.map { Stage($0, tally, world) }
        self.endings = Self.endings(tally, spec)
        self.completes = Proportion(tally.count { $0 == .completed }, of: tally.runs)
        self.daysToComplete = Percentiles(tally.timesToComplete, times: 1 / 86_400_000)
        self.rollsBack = Proportion(tally.rolledBack, of: tally.runs)
        self.hoursToRollBack = Percentiles(tally.timesToRollBack, times: 1 / 3_600_000)
        self.falseAdvance = world.falseAdvance(tally)
        self.falseRollback =
            world.hasHarmlessRollback ? Proportion(tally.falseRollbacks, of: tally.runs) : nil
        self.sensitivity = grid.map { Sensitivity($0.cell, $0.tally, spec) }
    }

    private static func endings(_ tally: RehearsalTally, _ spec: ReleasePlan.Spec) -> [Ending] {
        tally.ends.map { ending, runs in
            let stage = ending.stage.map { spec.stages[$0].name }
            let share = Proportion(runs, of: tally.runs)
            switch ending.end {
            case .completed: return Ending(kind: .completed, stage: stage, runs: share)
            case .unfinished: return Ending(kind: .unfinished, stage: stage, runs: share)
            case .held(let cause):
                return Ending(kind: .held, stage: stage, reason: cause.sentence(in: spec), runs: share)
            case .rolledBack(let metric, let rule):
                let back = Transition.RollBack(stage: nil, reaction: .rollback, metric: metric, rule: rule, drain: 0)
                return Ending(
                    kind: .rolledBack, stage: stage, metric: spec.metrics[metric].name, rule: rule,
                    reason: back.sentence(in: spec), runs: share)
            }
        }.sorted { one, other in
            (other.runs.count, one.kind.rawValue, one.stage?.text ?? "", one.reason ?? "")
                < (one.runs.count, other.kind.rawValue, other.stage?.text ?? "", other.reason ?? "")
        }
    }
}

extension RehearsalReport.Stage {
    init(_ index: Int, _ tally: RehearsalTally, _ world: SupposedWorld) {
        self.name = world.spec.stages[index].name
        self.reached = RehearsalReport.Proportion(tally.opened[index].count, of: tally.runs)
        self.days = RehearsalReport.Percentiles(tally.opened[index], times: 1 / 86_400_000)
        self.requests = RehearsalReport.Percentiles(tally.requests[index])
        self.harm = world.spec.metrics.indices.filter { world.spec.metrics[$0].kind == .safety }.map { metric in
            RehearsalReport.Harm(
                metric: world.spec.metrics[metric].name, events: world.harm(metric, inStage: index, tally))
        }
    }
}

extension RehearsalReport.Sensitivity {
    init(_ cell: RehearsalCell, _ tally: RehearsalTally, _ spec: ReleasePlan.Spec) {
        self.metric = spec.metrics[cell.metric].name
        (self.multiple, self.rate) = (cell.multiple, cell.rate)
        self.completes = RehearsalReport.Proportion(tally.count { $0 == .completed }, of: tally.runs)
        self.rollsBack = RehearsalReport.Proportion(tally.rolledBack, of: tally.runs)
        self.falseAdvance = cell.rehearsal.world.falseAdvance(tally)
        self.harm = spec.stages.indices.reduce(0) { sum, stage in
            sum + cell.rehearsal.world.harm(cell.metric, inStage: stage, tally)
        }
    }
}

extension SupposedWorld {
    /// Events of a metric that happen in a stage, on average over all runs: what counts, and what does not because one
    /// account brought it about.
    func harm(_ metric: Int, inStage stage: Int, _ tally: RehearsalTally) -> Double {
        guard tally.runs > 0 else { return 0 }
        let supposed = self.metrics[metric]
        let all = supposed.bursts.mean / supposed.bursts.counted
        return Double(tally.exposure[stage][metric]) * supposed.rates[stage] * all / Double(tally.runs)
    }

    func falseAdvance(_ tally: RehearsalTally) -> RehearsalReport.Proportion? {
        let isPossible = self.spec.stages.indices.contains { self.mustNotPass($0) }
        return isPossible ? RehearsalReport.Proportion(tally.falseAdvances, of: tally.runs) : nil
    }

    /// Whether some stage watches a rate that is not above the bound at which it is rolled back.
    var hasHarmlessRollback: Bool {
        self.spec.stages.indices.contains { stage in
            self.spec.stages[stage].analysis.watched.contains { name in
                guard let metric = self.spec.metrics.firstIndex(where: { $0.name == name }) else { return false }
                return self.isWithin(metric, .rollback, inStage: stage)
            }
        }
    }
}
