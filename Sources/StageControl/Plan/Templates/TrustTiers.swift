import StrictJSON

/// One dangerous skill, given first to those who defend with it.
///
/// After the releases of models with strong skills in attacking computers in 2026: a dozen partners, some forty further
/// organisations, then whoever is verified, each with filters of their own, and only then everybody, behind the
/// strictest. What those releases lacked is asked for here: a way to appeal, and people who check what is found.
enum TrustTiers {
    static let spec: [String: JSONValue] = [
        "progressDeadline": "120d", "cohorts": Self.cohorts,
        "traffic": [
            "requests": [
                "atFullWeight": 1_000_000,
                "stages": ["launch-partners": 10_000, "organisations": 40_000, "verified": 80_000],
            ],
            "accountDays": [
                "atFullWeight": 200_000,
                "stages": ["launch-partners": 2_000, "organisations": 8_000, "verified": 16_000],
            ],
        ], "metrics": [.object(Self.attacks), Self.scopeViolations],
        "stages": [
            Self.launchPartners, Self.organisations, Self.verified, Self.someBehindFilters, Self.allBehindFilters,
        ], "rollback": ["target": "previousStage", "severityTarget": ["high": "closed", "critical": "closed"]],
    ]

    private static let cohorts: JSONValue = [
        ["name": "launch-partners", "match": ["population": ["trusted"], "intent": ["emergency_defence"]]],
        ["name": "organisations", "match": ["population": ["cohort"], "intent": ["emergency_defence"]]],
        ["name": "verified", "match": ["population": ["cohort"], "intent": ["operational"]]],
        ["name": "everybody", "match": [:]],
    ]

    private static let attacks =
        PlanTemplate.incidents(
            "attacks", from: "medium", exposure: "requests",
            rules: [
                "advance": ["test": "below", "bound": 1e-4],
                "rollback": ["test": "above", "bound": 3e-4, "weight": 0.6, "action": "rollback"],
            ]
        ).merging([
            "influenceCap": PlanTemplate.influenceCap(per: "account", events: 10),
            "reportingDelay": ["p50": "5d", "p90": "21d", "p99": "60d"],
            "detection": ["probeSet": "attack-seeds", "minRecall": 0.8],
            "harmBudget": ["expectedPerStage": 20, "cohortShift": 3],
        ]) { own, _ in own }

    /// Use outside of what the holder of a grant said that they own or may test.
    private static let scopeViolations: JSONValue = [
        "name": "scope-violations", "kind": "safety", "type": "proportion",
        "source": ["gateway": ["counter": "violations", "category": "cyber"]],
        "influenceCap": PlanTemplate.influenceCap(per: "account", events: 10),
        "reportingDelay": ["p50": "1d", "p90": "3d", "p99": "14d"],
        "rules": [
            "advance": ["test": "below", "bound": 1e-3],
            "rollback": ["test": "above", "bound": 3e-3, "weight": 0.4, "action": "stepBack"],
        ],
    ]

    private static let launchPartners: JSONValue = [
        "name": "launch-partners", "level": "gradual",
        "audience": ["cohorts": ["launch-partners"], "applications": ["max": 12]],
        "caps": ["requestsPerMinutePerApp": 120],
        "gates": [
            ["evidence": "risk-assessment"], ["evidence": "red-team-report", "maxAge": "90d"],
            ["evidence": "disclosure-process"],
        ], "requiresApproval": PlanTemplate.people,
        "companions": [
            ["control": "step-up-authentication"], ["control": "account-monitoring", "holdAfter": "5m"],
            ["control": "finding-validators", "holdAfter": "1d"], ["control": "appeal-channel", "holdAfter": "1d"],
        ],
        "analysis": ["metrics": ["scope-violations"], "guards": ["attacks"], "minExposure": 5_000],
        "bake": ["min": "28d", "max": "60d", "cover": "fullWeeks"],
    ]

    private static let organisations: JSONValue = [
        "name": "organisations", "audience": ["cohorts": ["organisations"], "applications": ["max": 40]],
        "gates": [["evidence": "partner-findings"]], "requiresApproval": PlanTemplate.people,
        "analysis": ["metrics": ["scope-violations", "attacks"], "minExposure": 20_000],
        "exposureBudget": ["initial": 300_000, "growth": "byHarmBudget"],
        "bake": ["min": "28d", "max": "90d", "cover": "fullWeeks"],
    ]

    private static let verified: JSONValue = [
        "name": "verified", "level": "api",
        "audience": ["cohorts": ["verified"], "applications": ["max": 5_000], "invitationsPerWeek": 400],
        "gates": [["evidence": "identity-check"], ["evidence": "access-criteria-published"]],
        "requiresApproval": PlanTemplate.people, "exposureBudget": ["initial": 300_000, "growth": "byHarmBudget"],
        "bake": ["min": "28d", "max": "90d", "cover": "fullWeeks"],
    ]

    private static let someBehindFilters: JSONValue = [
        "name": "public-5", "audience": ["cohorts": ["everybody"]], "setWeight": 5,
        "gates": [["evidence": "filter-evaluation", "maxAge": "90d"]], "requiresApproval": PlanTemplate.people,
        "companions": [
            ["control": "strict-filter"], ["control": "step-up-authentication"],
            ["control": "account-monitoring", "holdAfter": "5m"], ["control": "appeal-channel", "holdAfter": "1d"],
        ], "exposureBudget": ["initial": 300_000, "growth": "byHarmBudget"],
        "bake": ["min": "28d", "max": "90d", "cover": "fullWeeks"],
    ]

    private static let allBehindFilters: JSONValue = [
        "name": "public-100", "setWeight": 100, "evidence": ["carryOver": "sameCohort"],
        "requiresApproval": PlanTemplate.people, "watch": ["for": "180d", "drift": ["arl": 1e10]],
    ]
}
