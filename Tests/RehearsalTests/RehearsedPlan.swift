import Rehearsal
import ReleaseModel
import StageControl
import StrictJSON

/// Plans that the tests rehearse: two or three stages, a kind of harm, refusals and slow answers.
enum RehearsedPlan {
    /// What a test changes of the plan.
    struct Options {
        var interval = "4m"
        /// Whether harm alone is watched.
        var isPlain = false
        /// How long the first stage may last.
        var most = "12d"
        var windows: JSONValue = []
        var delay: JSONValue?
        var budget: JSONValue?
        var isSigned = false
        var drift: JSONValue?
        /// Whether the last stage is watched, and there is a stage between.
        var isLong = false
        var tripwire: JSONValue?
        var traffic: JSONValue = ["requests": ["atFullWeight": 200_000, "stages": ["some": 20_000]]]
        /// Whether the first stage opens by nobody's word, which no plan may ask for.
        var isWithoutPeople = false
    }

    /// The bound on harm that the first stage must show.
    static let bound = 1e-3

    static func plan(_ change: (inout Options) -> Void = { _ in }) throws -> ReleasePlan {
        var options = Options()
        change(&options)
        return try ReleasePlan.read(PlanSource(Self.document(options)))
    }

    private static func document(_ options: Options) -> JSONValue {
        [
            "apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePlan", "metadata": ["name": "rehearsed"],
            "spec": [
                "model": "atlas-2", "candidate": "2", "baseline": "1", "owner": "release", "progressDeadline": "30d",
                "errorBudget": ["falseAdvance": .number(options.isLong ? 0.125 : 0.0625), "falseRollback": 0.05],
                "evaluation": ["interval": .string(options.interval), "changeWindows": options.windows],
                "cohorts": [
                    ["name": "staff", "match": ["population": ["internal"]]], ["name": "general", "match": [:]],
                ],
                "traffic": options.traffic, "metrics": .array(Self.metrics(options)),
                "stages": .array(Self.stages(options)),
            ],
        ]
    }

    private static func metrics(_ options: Options) -> [JSONValue] {
        var harm: [String: JSONValue] = [
            "name": "harm", "kind": "safety", "type": "eventRate", "source": ["incidents": ["minSeverity": "high"]],
            "influenceCap": ["per": "application"],
        ]
        var rules: [String: JSONValue] = [
            "advance": ["test": "below", "bound": 1e-3],
            "rollback": ["test": "above", "bound": 2e-3, "weight": 0.5],
        ]
        let critical: JSONValue = ["where": "severity == 'critical'", "count": 1, "action": "halt"]
        rules["tripwire"] = options.tripwire ?? critical
        harm["rules"] = .object(rules)
        harm["reportingDelay"] = options.delay
        if options.budget != nil { harm["harmBudget"] = ["expectedPerStage": 20, "cohortShift": 1] }
        if options.isPlain { return [.object(harm)] }
        return [
            .object(harm),
            [
                "name": "refusals", "kind": "quality", "type": "proportion",
                "source": ["gateway": ["counter": "refusals"]],
                "rules": [
                    "advance": ["test": "ratioBelow", "bound": 1.5],
                    "hold": ["test": "ratioAbove", "bound": 1.5, "weight": 0.2],
                ],
            ],
            [
                "name": "slow", "kind": "health", "type": "exceedance",
                "source": ["gateway": ["histogram": "time_to_first_token", "threshold": "1.2s"]],
                "rules": ["rollback": ["test": "above", "bound": 0.08, "weight": 0.2, "action": "stepBack"]],
            ],
        ]
    }

    private static func stages(_ options: Options) -> [JSONValue] {
        let people: JSONValue = ["roles": ["approver", "release_manager"], "distinct": 2]
        var some: [String: JSONValue] = [
            "name": "some", "audience": ["cohorts": ["staff"]], "setWeight": 10,
            "gates": [["evidence": "risk-assessment", "maxAge": "10d"]], "requiresApproval": people,
            "companions": [["control": "filter"]],
            "analysis": options.isPlain
                ? ["metrics": ["harm"]]
                : ["metrics": ["harm", "refusals"], "guards": ["slow"], "minExposure": 1_000],
            "bake": ["min": "12h", "max": .string(options.most)],
        ]
        some["exposureBudget"] = options.budget
        if options.isWithoutPeople { some["requiresApproval"] = ["roles": ["approver"], "distinct": 1] }
        var more: [String: JSONValue] = [
            "name": "more", "setWeight": 50, "evidence": ["carryOver": "sameCohort"], "bake": ["min": "1d"],
        ]
        if options.isSigned { more["requiresApproval"] = people }
        let everybody: [String: JSONValue] = [
            "name": "everybody", "audience": ["cohorts": ["general"]], "setWeight": 100, "requiresApproval": people,
            "evidence": ["carryOver": false],
        ]
        var watch: [String: JSONValue] = ["for": "1d"]
        watch["drift"] = options.drift
        var stages = options.isLong ? [some, more, everybody] : [some, more]
        stages[stages.count - 1]["watch"] = .object(watch)
        return stages.map { .object($0) }
    }
}

extension Suppositions {
    /// A world in which harm, as far as it is seen, comes at a multiple of the bound.
    static func harm(
        _ multiple: Double, isPlain: Bool = false, _ change: (inout Suppositions) -> Void = { _ in }
    ) -> Suppositions {
        var suppositions = Suppositions()
        suppositions.trueRates = [Figure("harm", multiple * RehearsedPlan.bound)]
        if !isPlain {
            suppositions.baselineRates = [Figure("refusals", 0.02)]
            suppositions.trueRates.append(Figure("refusals", 0.02))
        }
        change(&suppositions)
        return suppositions
    }
}

/// Runs in parallel, in so many parts.
func tally(_ rehearsal: Rehearsal, seed: UInt64 = 1, runs: Int, parts: Int = 8) async throws -> RehearsalTally {
    try await withThrowingTaskGroup(of: RehearsalTally.self) { group in
        let size = (runs + parts - 1) / parts
        for part in 0..<parts {
            let range = min(runs, part * size)..<min(runs, (part + 1) * size)
            group.addTask { try rehearsal.tally(seed: seed, runs: range) }
        }
        let first = try rehearsal.tally(seed: seed, runs: 0..<0)
        return try await group.reduce(first, +)
    }
}
