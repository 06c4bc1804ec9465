import StrictJSON

/// Staff, a circle of vetted applications, then growing shares of the public, over an API.
///
/// The six practices of staged release in the EU's code of practice for general-purpose AI (Safety and Security, third
/// draft, II.5.3): vetted users first, expansion on what monitoring shows, closed before open, logging, criteria for
/// going on, and the means to go back.
enum TrustedCircle {
    static func spec(_ release: PlanTemplate.Release) -> [String: JSONValue] {
        [
            "progressDeadline": "60d",
            "evaluation": [
                "changeWindows": [["days": ["Mon", "Tue", "Wed", "Thu"], "from": "09:00", "to": "16:00"]]
            ], "cohorts": Self.cohorts,
            "traffic": [
                "requests": ["atFullWeight": 2_000_000, "stages": ["staff": 5_000, "trusted-circle": 20_000]],
                "accountDays": ["atFullWeight": 400_000, "stages": ["staff": 1_000, "trusted-circle": 4_000]],
            ],
            "metrics": [.object(Self.severeHarm), Self.policyFlags, Self.errors(comparable: release.baseline != nil)],
            "stages": [
                Self.staff, Self.trustedCircle, Self.firstOfPublic, Self.share("public-10", 10),
                Self.share("public-50", 50), Self.allOfPublic,
            ],
        ]
    }

    private static let cohorts: JSONValue = [
        ["name": "staff", "match": ["population": ["internal"]]],
        ["name": "trusted", "match": ["population": ["trusted"]]], ["name": "public", "match": [:]],
    ]

    private static let severeHarm =
        PlanTemplate.incidents(
            "severe-harm", from: "high", exposure: "requests",
            rules: [
                "advance": ["test": "below", "bound": 1e-4],
                "rollback": ["test": "above", "bound": 3e-4, "weight": 0.5, "action": "rollback"],
            ]
        ).merging([
            "influenceCap": PlanTemplate.influenceCap(per: "account", events: 10),
            "reportingDelay": ["p50": "3d", "p90": "14d", "p99": "45d"],
            "detection": ["probeSet": "severe-harm-seeds", "minRecall": 0.8],
            "harmBudget": ["expectedPerStage": 20, "cohortShift": 2],
        ]) { own, _ in own }

    private static let policyFlags: JSONValue = [
        "name": "policy-flags", "kind": "safety", "type": "proportion", "source": ["gateway": ["counter": "flags"]],
        "influenceCap": PlanTemplate.influenceCap(per: "account", events: 10),
        "rules": [
            "advance": ["test": "below", "bound": 2e-3],
            "rollback": ["test": "above", "bound": 6e-3, "weight": 0.3, "action": "rollback"],
        ],
    ]

    private static func errors(comparable: Bool) -> JSONValue {
        let rule: JSONValue =
            comparable
            ? ["test": "ratioAbove", "versus": "baseline", "bound": 1.5, "weight": 0.2, "action": "stepBack"]
            : ["test": "above", "bound": 0.02, "weight": 0.2, "action": "stepBack"]
        return [
            "name": "errors", "kind": "health", "type": "proportion", "source": ["gateway": ["counter": "http5xx"]],
            "rules": ["rollback": rule],
        ]
    }

    private static let staff: JSONValue = [
        "name": "staff", "level": "gradual", "audience": ["cohorts": ["staff"], "applications": ["max": 20]],
        "caps": ["requestsPerMinutePerApp": 60],
        "gates": [["evidence": "risk-assessment"], ["evidence": "red-team-report", "maxAge": "90d"]],
        "requiresApproval": PlanTemplate.people,
        "companions": [
            ["control": "output-filter"], ["control": "abuse-monitoring", "holdAfter": "5m"],
            ["control": "incident-channel", "holdAfter": "1d"],
        ],
        "analysis": ["metrics": ["policy-flags", "errors"], "guards": ["severe-harm"], "minExposure": 2_000],
        "bake": ["min": "3d", "max": "14d"],
    ]

    private static let trustedCircle: JSONValue = [
        "name": "trusted-circle", "audience": ["cohorts": ["trusted"], "applications": ["max": 50]],
        "gates": [["evidence": "external-assessment"]], "requiresApproval": PlanTemplate.people,
        "analysis": ["metrics": ["severe-harm", "policy-flags", "errors"], "minExposure": 20_000],
        "exposureBudget": ["initial": 300_000, "growth": "byHarmBudget"],
        "bake": ["min": "14d", "max": "45d", "cover": "fullWeeks"],
    ]

    private static let firstOfPublic: JSONValue = [
        "name": "public-1", "level": "api", "audience": ["cohorts": ["public"]], "setWeight": 1,
        "gates": [["evidence": "trusted-circle-report"]], "requiresApproval": PlanTemplate.people,
        "exposureBudget": ["initial": 300_000, "growth": "byHarmBudget"],
        "bake": ["min": "14d", "max": "60d", "cover": "fullWeeks"],
    ]

    private static func share(_ name: String, _ percent: JSONValue) -> JSONValue {
        [
            "name": .string(name), "setWeight": percent, "evidence": ["carryOver": "sameCohort"],
            "bake": ["min": "7d", "max": "30d", "cover": "fullWeeks"],
        ]
    }

    private static let allOfPublic: JSONValue = [
        "name": "public-100", "setWeight": 100, "evidence": ["carryOver": "sameCohort"],
        "components": [["kind": "model_card", "audience": "public"]], "requiresApproval": PlanTemplate.people,
        "watch": ["for": "90d", "drift": ["arl": 1e10]],
    ]
}
