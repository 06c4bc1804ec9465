import StrictJSON

/// As many as can be looked after by people, then a steady number each week.
///
/// After the preview of DALL·E 2 (2022-04-06 to 2022-09-28): 400 people, so that human review could keep up; up to
/// 1,000 from the waiting list each week; a million over some weeks; then everybody. Published then: of more than
/// 3,000,000 images fewer than 0.05 % were flagged and about 30 % of those confirmed, which is a rate of violations of
/// 1.5e-4. The bounds here are those that such a release passes and one of 2e-3 does not.
enum WeeklyInvitations {
    static let spec: [String: JSONValue] = [
        "progressDeadline": "120d", "bucketing": ["unit": "account"], "cohorts": Self.cohorts,
        "traffic": [
            "requests": [
                "atFullWeight": 2_000_000,
                "stages": ["preview": 4_000, "waiting-list": 100_000, "million": 1_000_000],
            ],
            "accountDays": [
                "atFullWeight": 400_000, "stages": ["preview": 400, "waiting-list": 10_000, "million": 200_000],
            ],
        ], "metrics": [Self.flags, Self.violations, .object(Self.severe)],
        "stages": [Self.preview, Self.waitingList, Self.million, Self.everybody],
        "rollback": ["target": "previousStage", "severityTarget": ["critical": "closed"]],
    ]

    private static let cohorts: JSONValue = [
        ["name": "vetted", "match": ["population": ["internal", "trusted"]]],
        ["name": "waiting-list", "match": ["population": ["cohort"]]], ["name": "everybody", "match": [:]],
    ]

    /// What filters and people mark. How many of them are right, review tells.
    private static let flags: JSONValue = [
        "name": "flags", "kind": "safety", "type": "proportion", "source": ["gateway": ["counter": "flags"]],
        "influenceCap": PlanTemplate.influenceCap(per: "account", events: 10),
        "rules": [
            "advance": ["test": "below", "bound": 2e-3],
            "rollback": ["test": "above", "bound": 4e-3, "weight": 0.3, "action": "stepBack"],
        ],
    ]

    /// What review confirmed, some days later.
    private static let violations: JSONValue = [
        "name": "violations", "kind": "safety", "type": "proportion",
        "source": ["gateway": ["counter": "violations"]],
        "influenceCap": PlanTemplate.influenceCap(per: "account", events: 10),
        "reportingDelay": ["p50": "1d", "p90": "3d", "p99": "14d"],
        "rules": [
            "advance": ["test": "below", "bound": 1e-3],
            "rollback": ["test": "above", "bound": 1.5e-3, "weight": 0.4, "action": "rollback"],
        ], "harmBudget": ["expectedPerStage": 200, "cohortShift": 2],
    ]

    private static let severe =
        PlanTemplate.incidents(
            "severe-harm", from: "high", exposure: "requests",
            rules: ["rollback": ["test": "above", "bound": 3e-5, "weight": 0.3, "action": "rollback"]]
        ).merging(["influenceCap": PlanTemplate.influenceCap(per: "account", events: 10)]) { own, _ in own }

    private static let companions: JSONValue = [
        ["control": "prompt-filter"], ["control": "upload-filter"], ["control": "review-queue", "holdAfter": "4h"],
        ["control": "incident-channel", "holdAfter": "1d"],
    ]

    private static let preview: JSONValue = [
        "name": "preview", "level": "hosted", "audience": ["cohorts": ["vetted"], "people": ["max": 400]],
        "caps": ["requestsPerDay": 40_000],
        "gates": [["evidence": "risk-assessment"], ["evidence": "red-team-report", "maxAge": "90d"]],
        "requiresApproval": PlanTemplate.people, "companions": Self.companions,
        "analysis": ["metrics": ["flags", "violations"], "guards": ["severe-harm"], "minExposure": 20_000],
        "bake": ["min": "28d", "max": "60d", "cover": "fullWeeks"],
    ]

    private static let waitingList: JSONValue = [
        "name": "waiting-list",
        "audience": ["cohorts": ["waiting-list"], "people": ["max": 10_000], "invitationsPerWeek": 1_000],
        "caps": ["requestsPerDay": 200_000], "requiresApproval": PlanTemplate.people,
        "bake": ["min": "56d", "max": "90d", "cover": "fullWeeks"],
    ]

    /// The same people, more of them: evidence goes on.
    private static let million: JSONValue = [
        "name": "million",
        "audience": ["cohorts": ["waiting-list"], "people": ["max": 1_000_000], "invitationsPerWeek": 250_000],
        "caps": ["requestsPerDay": 2_000_000], "gates": [["evidence": "review-capacity"]],
        "requiresApproval": PlanTemplate.people, "evidence": ["carryOver": "sameCohort"],
        "bake": ["min": "63d", "max": "90d", "cover": "fullWeeks"],
    ]

    private static let everybody: JSONValue = [
        "name": "everybody", "audience": ["cohorts": ["everybody"]], "caps": [:],
        "requiresApproval": PlanTemplate.people, "bake": ["min": "7d"],
        "watch": ["for": "180d", "drift": ["arl": 1e10]],
    ]
}
