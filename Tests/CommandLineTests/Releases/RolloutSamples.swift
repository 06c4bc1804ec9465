import StrictJSON

/// Rollouts as the API tells them, for the view.
enum RolloutSamples {
    /// A stage that has not run long enough, with some evidence.
    static let baking = Self.sample()

    /// Held, because a rule says so and because a source is silent.
    static let holding = Self.sample(
        [
            "phase": "held", "sentence": "The stage half is open and held as it is.",
            "reasons": [
                "errors is above the bound at which the plan holds.",
                "Nothing is known of severe-harm: its source is silent.", "The stage is held.",
                "Nothing certain is known of severe-harm.",
                "The evidence does not show yet that errors is within its bound.",
                "People have not signed for the next stage.",
            ],
            "bands": [
                Self.metric(
                    "severe-harm", "unknown", events: 0, exposure: 41_751, upper: 8.81e-5,
                    [Self.rule("tripwire", "unknown", "count", 1), Self.rule("advance", "unknown", "gamma", 1e-4)]),
                Self.metric(
                    "errors", "harm", events: 612, exposure: 4_100, lower: 0.131,
                    [
                        Self.rule("rollback", "not_yet", "beta", 0.3), Self.rule("hold", "harm", "beta", 0.08),
                        Self.rule("advance", "not_yet", "beta", 0.03),
                    ]),
                Self.metric(
                    "refusals", "not_yet", events: 31, exposure: 60,
                    [
                        Self.rule("rollback", "not_yet", "event_split", 1.5, progress: 0.418),
                        Self.rule("drift", "not_yet", "cusum", 0.02, progress: 0.07),
                    ]),
            ],
            "ballots": [
                Self.ballot("it goes on", [Self.approval("per_0000000000000000000000000b", "the filter is fixed")]),
                Self.ballot("the stage all may open", []),
            ],
        ])

    /// Closed to everybody by the rules.
    static let rolledBack = Self.sample(
        [
            "phase": "rolled_back", "sentence": "It was closed to everybody.", "openings": [], "bands": [],
            "limits": [], "level": "closed",
            "reasons": [
                "It went back because errors is shown to be above its bound.",
                "People have not signed for the next stage.",
                "The pause after a rollback is not over.",
            ],
            "levels": [
                Self.change(1_800_000_000_000, "closed", "gradual", "canary"),
                Self.change(1_800_003_600_000, "gradual", "closed", "half"),
            ],
        ], without: ["stage", "stage_opened"])

    /// Over, and open.
    static let complete = Self.sample(
        [
            "phase": "completed", "sentence": "It is over, and the candidate stays open.", "reasons": [],
            "limits": [], "bands": [], "openings": [["cohort": "partners", "weight": 1_000_000, "stage": 2]],
            "stage": 2, "ran": 864_000_000,
        ])

    /// Opened a moment ago: nothing was heard of anything yet.
    static let withoutData = Self.sample([
        "phase": "preparing", "sentence": "The stage canary is open and waits for its gateways.", "stage": 0,
        "ran": 0, "limits": [], "openings": [["cohort": "partners", "weight": 12_500, "stage": 0]],
        "reasons": ["Not every gateway has confirmed the stage."],
        "bands": [
            Self.metric(
                "severe-harm", "unknown", events: 0, exposure: 0,
                [
                    Self.rule("tripwire", "unknown", "count", 1), Self.rule("rollback", "unknown", "gamma", 5e-4),
                    Self.rule("advance", "unknown", "gamma", 1e-4),
                ])
        ],
    ])

    /// A stage that people opened against the rules, and the next of which they are about to.
    static let overridden = Self.sample([
        "overrides": [
            [
                "stage": "half", "at": 1_800_003_600_000,
                "approvals": [
                    Self.approval("per_0000000000000000000000000b", "a customer waits for it"),
                    Self.approval("per_0000000000000000000000000c", "agreed"),
                ],
                "not_shown": [
                    "The stage has not run long enough.",
                    "The evidence does not show yet that severe-harm is within its bound.",
                ],
            ]
        ],
        "override": [
            "expires": 1_800_090_000_000,
            "approvals": [Self.approval("per_0000000000000000000000000b", "again")],
        ],
    ])

    private static func sample(_ changes: [String: JSONValue] = [:], without: [String] = []) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": "rlt_01kzw0000000000000000000aa", "model": "aurora", "candidate": "aurora-2.1",
            "baseline": "aurora-2.0", "plan": .string("sha256:" + String(repeating: "5", count: 64)),
            "phase": "baking", "sentence": "The stage half is open and has not run long enough.",
            "stages": ["canary", "half", "all"], "stage": 1, "stage_opened": 1_800_003_600_000,
            "ran": 5_400_000, "recorded": 1_800_009_000_000, "overrides": [], "ballots": [],
            "drafted": 1_799_990_000_000,
            "openings": [["cohort": "partners", "weight": 500_000, "stage": 1]],
            "reasons": ["The stage has not run long enough.", "People have not signed for the next stage."],
            "bands": [
                Self.metric(
                    "severe-harm", "within_bound", events: 0, exposure: 41_751, upper: 8.81e-5,
                    [
                        Self.rule("tripwire", "not_yet", "count", 1), Self.rule("rollback", "not_yet", "gamma", 5e-4),
                        Self.rule("advance", "within_bound", "gamma", 1e-4),
                    ]),
                Self.metric(
                    "errors", "not_yet", events: 24, exposure: 1_214, lower: 0.0108, upper: 0.0412,
                    [Self.rule("rollback", "not_yet", "beta", 0.08), Self.rule("advance", "not_yet", "beta", 0.03)]),
            ],
            "limits": [
                """
                severe-harm: 41,751 exposures, 0 events: rates above 8.81e-05 are excluded at 95.0 %; at 8,000,000 a \
                day that would still allow 705 a day
                """
            ],
            "advance_budget_left": 0.8, "alarm_budget_left": 0.905, "level": "gradual",
            "levels": [Self.change(1_800_000_000_000, "closed", "gradual", "canary")],
        ]
        members.merge(changes) { $1 }
        for name in without { members[name] = nil }
        return .object(members)
    }

    private static func metric(
        _ name: String, _ word: String, events: Int64, exposure: Double, lower: Double = 0, upper: Double? = nil,
        _ rules: [JSONValue]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "metric": .string(name), "word": .string(word), "events": .integer(events),
            "exposure": .double(exposure), "lower": .double(lower), "rules": .array(rules),
        ]
        members["upper"] = upper.map { .double($0) }
        return .object(members)
    }

    private static func rule(
        _ rule: String, _ word: String, _ method: String, _ bound: Double, progress: Double? = nil
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "rule": .string(rule), "word": .string(word), "method": .string(method), "bound": .double(bound),
            "events": 0, "exposure": 0,
        ]
        members["progress"] = progress.map { .double($0) }
        return .object(members)
    }

    private static func approval(_ person: String, _ reason: String) -> JSONValue {
        ["person": .string(person), "roles": ["approver"], "at": 1_800_003_600_000, "reason": .string(reason)]
    }

    private static func ballot(_ sentence: String, _ approvals: [JSONValue]) -> JSONValue {
        [
            "motion": ["kind": "resume"], "sentence": .string(sentence), "roles": ["approver", "release_manager"],
            "distinct": 2, "approvals": .array(approvals), "is_signed": false,
        ]
    }

    private static func change(_ at: Int64, _ from: String, _ to: String, _ stage: String) -> JSONValue {
        [
            "at": .integer(at), "from": .string(from), "to": .string(to),
            "because": [
                ["kind": "stage", "id": "rlt_01kzw0000000000000000000aa", "stage": .string(stage)]
            ],
        ]
    }
}
