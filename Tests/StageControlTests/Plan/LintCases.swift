import StrictJSON
import Testing

/// What a rule objects to in the example after some changes, and what it lets pass.
struct LintCase: CustomTestStringConvertible, Sendable {
    typealias Change = (path: String, value: JSONValue?)

    let rule: String
    /// Changes of the example that the rule objects to.
    let failing: [Change]
    /// Where.
    let place: String
    /// Changes that come near and pass.
    let passing: [Change]

    init(_ rule: String, _ failing: [Change], at place: String, passes passing: [Change] = []) {
        self.rule = rule
        self.failing = failing
        self.place = place
        self.passing = passing
    }

    /// One change, objected to where it is made.
    init(_ rule: String, _ path: String, _ value: JSONValue?, passes passing: JSONValue? = nil) {
        self.init(
            rule, [(path, value)], at: path, passes: passing.map { [(path, $0)] } ?? [])
    }

    var testDescription: String { "\(self.rule) at \(self.place)" }

    static let all = exposure + cohorts + criteria + metrics + budgets + feasibility + time + people + rollback

    private static let people2: JSONValue = ["roles": ["approver"], "distinct": 2]

    static let exposure: [LintCase] = [
        LintCase("monotone-exposure", "spec.stages[4].setWeight", 0.5, passes: 1),
        LintCase("monotone-exposure", "spec.stages[4].level", "gradual", passes: "api"),
        LintCase(
            "monotone-exposure",
            [
                ("spec.stages[3].audience.people", ["max": 9]),
                ("spec.stages[4].audience", ["cohorts": ["general"], "people": ["max": 8]]),
            ],
            at: "spec.stages[4].audience",
            passes: [
                ("spec.stages[3].audience.people", ["max": 9]),
                ("spec.stages[4].audience", ["cohorts": ["general"], "people": ["max": 9]]),
            ]),
        LintCase(
            "stage-ceiling",
            [("spec.stages[1].audience.applications", nil), ("spec.stages[1].exposureBudget", nil)],
            at: "spec.stages[1]", passes: [("spec.stages[1].audience.applications", nil)]),
        LintCase(
            "cohort-ceiling", [("spec.stages[1].setWeight", 1)], at: "spec.stages[1].setWeight",
            passes: [("spec.stages[1].setWeight", 2)]),
        LintCase(
            "cohort-ceiling",
            [
                ("spec.bucketing.unit", "account"), ("spec.stages[2].audience.people", ["max": 9]),
                ("spec.stages[2].setWeight", 10),
            ], at: "spec.stages[2].setWeight",
            passes: [
                ("spec.bucketing.unit", "account"), ("spec.stages[2].audience.people", ["max": 10]),
                ("spec.stages[2].setWeight", 10),
            ]),
        // 200 places; 45 days begin seven weeks.
        LintCase("invitation-time", "spec.stages[2].audience.invitationsPerWeek", 28, passes: 29),
        LintCase(
            "companions", [("spec.stages[3].companions", [])], at: "spec.stages[3].companions",
            passes: [
                ("spec.stages[0].companions", []), ("spec.stages[3].companions", [["control": "output-filter"]]),
            ]),
        LintCase(
            "companions", [("spec.stages[1].companions", []), ("spec.stages[1].level", "hosted")],
            at: "spec.stages[1].companions"),
        LintCase(
            "weight-resolution", [("spec.bucketing.resolution", 100), ("spec.stages[3].setWeight", 0.5)],
            at: "spec.stages[3].setWeight",
            passes: [("spec.bucketing.resolution", 200), ("spec.stages[3].setWeight", 0.5)]),
        LintCase(
            "closed-before-open", [("spec.stages[0].level", "downloadable")], at: "spec.stages[0].level",
            passes: [
                ("spec.stages[0].level", "downloadable"), ("spec.stages[0].gates[2]", ["evidence": "api-stage"]),
                ("spec.stages[3].level", "open"),
            ]),
        LintCase(
            "closed-before-open", [("spec.stages[0].level", "closed"), ("spec.stages[1].level", "open")],
            at: "spec.stages[1].level", passes: [("spec.stages[1].level", "open")]),
    ]

    static let cohorts: [LintCase] = [
        LintCase("known-cohort", "spec.stages[0].audience.cohorts[0]", "stuff", passes: "trusted"),
        LintCase(
            "unused-cohort", [("spec.cohorts[4]", ["name": "rest", "percentage": 5])], at: "spec.cohorts[4]",
            passes: [
                ("spec.cohorts[4]", ["name": "rest", "percentage": 5]),
                ("spec.stages[5].audience", ["cohorts": ["general", "rest"]]),
            ]),
        LintCase(
            "cohort-overlap",
            [("spec.cohorts[1]", ["name": "trusted", "applications": ["app_01jd3r5v8k0000000000000002"]])],
            at: "spec.cohorts[1].applications",
            passes: [("spec.cohorts[1]", ["name": "trusted", "applications": ["app_01jd3r5v8k0000000000000003"]])]),
        LintCase(
            "cohort-unreachable", [("spec.cohorts[4]", ["name": "late", "applications": []])], at: "spec.cohorts[4]"),
        LintCase(
            "cohort-unreachable",
            [("spec.cohorts[2]", ["name": "drawn", "match": ["population": ["trusted"], "intent": ["research"]]])],
            at: "spec.cohorts[2]",
            passes: [("spec.cohorts[2]", ["name": "drawn", "match": ["population": ["trusted"], "use": ["chat"]]])]),
        LintCase(
            "cohort-unreachable",
            [
                ("spec.cohorts[1]", ["name": "trusted", "percentage": 5]),
                ("spec.cohorts[2]", ["name": "drawn", "percentage": 5]),
            ],
            at: "spec.cohorts[2]",
            passes: [
                ("spec.cohorts[1]", ["name": "trusted", "percentage": 5]),
                ("spec.cohorts[2]", ["name": "drawn", "percentage": 6]),
            ]),
        LintCase(
            "cohort-order",
            [("spec.cohorts[2]", ["name": "drawn", "match": ["intent": ["research", "operational"]]])],
            at: "spec.cohorts[2]",
            passes: [("spec.cohorts[2]", ["name": "drawn", "match": ["population": ["cohort"]]])]),
        LintCase(
            "cohort-order", [("spec.cohorts[2]", ["name": "drawn", "percentage": 5])], at: "spec.cohorts[2]"),
        LintCase("lottery-commitment", "spec.cohorts[2].lottery.seedCommitment", nil),
        LintCase(
            "lottery-commitment", "spec.cohorts[2].lottery.seedCommitment",
            .string("sha256:" + String(repeating: "0", count: 64))),
        LintCase(
            "seed-commitment", [("spec.bucketing.seedCommitment", nil)], at: "spec.bucketing.seedCommitment",
            passes: [
                ("spec.bucketing.seedCommitment", nil), ("spec.bucketing.algorithm", "murmur3-mulshift-v2"),
            ]),
        LintCase("keyed-buckets", "spec.bucketing.algorithm", "murmur3-mod100"),
    ]

    static let criteria: [LintCase] = [
        LintCase(
            "exit-criteria", [("spec.stages[0].analysis.metrics", ["errors"])], at: "spec.stages[0].analysis.metrics",
            passes: [
                ("spec.stages[0].analysis.metrics", ["errors"]),
                ("spec.stages[1].gates", [["evidence": "internal-report"]]),
            ]),
        LintCase(
            "abort-criteria", [("spec.stages[0].analysis", ["metrics": ["refusal-rate"]])],
            at: "spec.stages[0].analysis",
            passes: [("spec.stages[0].analysis", ["metrics": ["refusal-rate"], "guards": ["severe-harm"]])]),
        LintCase("known-metric", "spec.stages[0].analysis.guards[0]", "sever-harm", passes: "ttft-p95"),
        LintCase("known-metric", "spec.stages[0].analysis.guards[0]", "errors"),
        LintCase(
            "unused-metric", [("spec.stages[3].analysis.metrics[4]", nil)], at: "spec.metrics[4]",
            passes: [("spec.stages[3].analysis.metrics[4]", nil), ("spec.stages[0].analysis.guards[1]", "ttft-p95")]),
        LintCase(
            "safety-metric",
            [
                ("spec.metrics[0].kind", "health"), ("spec.metrics[0].rules.tripwire", nil),
                ("spec.metrics[1].kind", "health"),
            ], at: "spec.metrics", passes: [("spec.metrics[1].kind", "health")]),
        LintCase(
            "monitoring-continues", [("spec.stages[3].analysis.metrics[0]", nil)], at: "spec.stages[3].analysis",
            passes: [
                ("spec.stages[3].analysis.metrics[0]", nil), ("spec.stages[3].analysis.guards", ["severe-harm"]),
            ]),
        LintCase("last-stage-watch", "spec.stages[5].watch", nil, passes: ["for": "1d"]),
        LintCase("last-stage-watch", [("spec.stages[5].watch", ["for": "0s"])], at: "spec.stages[5].watch"),
    ]

    static let metrics: [LintCase] = [
        LintCase("possible-bounds", "spec.metrics[0].rules.advance.bound", 0, passes: 0.00005),
        LintCase("possible-bounds", "spec.metrics[4].rules.rollback.bound", 1, passes: 0.9),
        LintCase("possible-bounds", "spec.metrics[3].rules.rollback.bound", 0.9, passes: 1),
        LintCase(
            "possible-bounds",
            [
                ("spec.metrics[2].type", "boundedMean"),
                ("spec.metrics[2].source", ["gateway": ["mean": "flaggedShare", "cap": 0.5]]),
                ("spec.metrics[2].rules", ["advance": ["test": "below", "bound": 0.5]]),
            ], at: "spec.metrics[2].rules.advance.bound",
            passes: [
                ("spec.metrics[2].type", "boundedMean"),
                ("spec.metrics[2].source", ["gateway": ["mean": "flaggedShare", "cap": 0.5]]),
                ("spec.metrics[2].rules", ["advance": ["test": "below", "bound": 0.49]]),
            ]),
        LintCase("indifference-zone", "spec.metrics[0].rules.advance.bound", 3e-4, passes: 2.9e-4),
        LintCase("indifference-zone", "spec.metrics[2].rules.advance.bound", 1.26, passes: 1.25),
        LintCase("ratio-baseline", [("spec.baseline", nil)], at: "spec.metrics[3].rules.rollback.test"),
        LintCase(
            "quality-holds", "spec.metrics[2].rules.rollback", ["test": "ratioAbove", "bound": 2, "weight": 0.1]),
        LintCase("tripwire-on-safety", "spec.metrics[3].rules.tripwire", ["count": 100]),
        LintCase(
            "tripwire-missing", [("spec.metrics[0].rules.tripwire", nil)], at: "spec.metrics",
            passes: [("spec.metrics[0].rules.tripwire", nil), ("spec.metrics[1].rules.tripwire", ["count": 5])]),
        LintCase("influence-cap", "spec.metrics[0].influenceCap", nil),
        LintCase("reporting-delay", "spec.metrics[0].reportingDelay.p90", "3d", passes: "4d"),
        LintCase("reporting-delay", "spec.metrics[0].reportingDelay.p99", "14d", passes: "15d"),
        LintCase("detection-recall", "spec.metrics[0].detection.minRecall", 0, passes: 1),
        LintCase("detection-recall", "spec.metrics[0].detection.minRecall", 1.1),
        LintCase("detection-recall", "spec.metrics[0].detection.confidence", 1, passes: 0.99),
        LintCase("no-data-lag", "spec.metrics[0].onNoData.after", "2m", passes: "3m"),
    ]

    static let budgets: [LintCase] = [
        LintCase("error-rates", "spec.errorBudget.falseAdvance", 0.5, passes: 0.49),
        LintCase("error-rates", "spec.errorBudget.falseRollback", 0, passes: 0.001),
        LintCase("error-rates", "spec.errorBudget.restarts.reserve", 1, passes: 0.5),
        LintCase(
            "rollback-weights", [("spec.metrics[0].rules.rollback.weight", 0.6)], at: "spec.metrics",
            passes: [("spec.metrics[0].rules.rollback.weight", 0.4)]),
        LintCase("rollback-weights", "spec.metrics[2].rules.hold.weight", 0),
        LintCase("carry-over", "spec.stages[3].evidence.carryOver", "sameCohort"),
        LintCase("carry-over", "spec.stages[0].evidence", ["carryOver": "sameCohort"]).at(
            "spec.stages[0].evidence.carryOver"),
        LintCase(
            "planned-starts", [("spec.errorBudget.restarts.reserve", 0.65)], at: "spec.stages",
            passes: [("spec.errorBudget.restarts.reserve", 0.55)]),
        LintCase("harm-budget", "spec.metrics[0].harmBudget.expectedPerStage", 0, passes: 0.1),
        LintCase("harm-budget", "spec.metrics[0].harmBudget.cohortShift", 0.9, passes: 1),
        LintCase(
            "harm-budget", [("spec.metrics[0].harmBudget", nil)], at: "spec.stages[1].exposureBudget.growth",
            passes: [
                ("spec.metrics[0].harmBudget", nil), ("spec.metrics[1].harmBudget", ["expectedPerStage": 9]),
            ]),
        LintCase(
            "harm-budget", [("spec.metrics[0].exposure", "outputTokens")],
            at: "spec.stages[1].caps.outputTokensPerRequest",
            passes: [
                ("spec.metrics[0].exposure", "outputTokens"), ("spec.stages[0].caps.outputTokensPerRequest", 4_000),
                ("spec.stages[1].caps.outputTokensPerRequest", 4_000),
            ]),
        LintCase(
            "harm-budget", [("spec.metrics[0].exposure", "downloads")], at: "spec.stages[1].exposureBudget.growth",
            passes: [("spec.metrics[0].exposure", "accountDays")]),
        LintCase("drift-alarms", "spec.stages[5].watch.drift.arl", 3.5e9, passes: 3.7e9),
    ]

    static let feasibility: [LintCase] = [
        LintCase("known-traffic", "spec.traffic.requests.stages.internl", 3_000),
        LintCase(
            "traffic-unknown", [("spec.traffic.requests.atFullWeight", nil)], at: "spec.traffic",
            passes: [
                ("spec.traffic.requests.atFullWeight", nil),
                ("spec.traffic.requests.stages.general-1", 200_000),
                ("spec.traffic.requests.stages.general-10", 200_000),
            ]),
        // The policy flags of two listed applications, ten a day of each, would have to be below 0.002.
        LintCase(
            "detectable-claim",
            [("spec.metrics[1].influenceCap", ["per": "application", "events": 10, "window": "24h"])],
            at: "spec.stages[0].analysis.metrics",
            passes: [("spec.metrics[1].influenceCap", ["per": "account", "events": 10, "window": "24h"])]),
        LintCase(
            "traffic-unknown", [("spec.traffic.accountDays", nil)], at: "spec.traffic",
            passes: [
                ("spec.traffic.accountDays", nil), ("spec.metrics[0].influenceCap", nil),
                ("spec.metrics[1].influenceCap", nil),
            ]),
        // 398,000 exposures count, and 5.463 is the least that they can exclude at α = 0.01.
        LintCase(
            "detectable-claim", [("spec.metrics[0].rules.advance.bound", 1.37e-5)],
            at: "spec.stages[1].analysis.metrics", passes: [("spec.metrics[0].rules.advance.bound", 1.38e-5)]),
        LintCase("minimum-exposure", "spec.stages[1].analysis.minExposure", 398_001, passes: 398_000),
        // Four thousand accounts a day, each of which counts once: 79,600 of them have been reported on.
        LintCase(
            "minimum-exposure",
            [("spec.metrics[0].influenceCap.events", 1), ("spec.stages[1].analysis.minExposure", 79_601)],
            at: "spec.stages[1].analysis.minExposure",
            passes: [("spec.metrics[0].influenceCap.events", 1), ("spec.stages[1].analysis.minExposure", 79_600)]),
        LintCase(
            "minimum-exposure", [("spec.stages[2].strata[0].quotas.eu", 2_700_000)],
            at: "spec.stages[2].strata[0].quotas", passes: [("spec.stages[2].strata[0].quotas.eu", 2_680_000)]),
        LintCase(
            "counted-strata", [("spec.stages[2].strata[0].dimension", "language")],
            at: "spec.stages[2].strata[0].header",
            passes: [
                ("spec.stages[2].strata[0].dimension", "language"), ("spec.stages[2].strata[0].header", "x-language"),
            ]),
        LintCase(
            "counted-strata",
            [
                ("spec.stages[1].strata", [["dimension": "region", "header": "x-region", "quotas": ["eu": 1]]])
            ],
            at: "spec.stages[2].strata[0].header",
            passes: [
                ("spec.stages[1].strata", [["dimension": "region", "quotas": ["eu": 1]]])
            ]),
        LintCase(
            "counted-strata",
            [
                (
                    "spec.stages[2].strata[0]",
                    ["dimension": "language", "header": "x-language", "quotas": ["pt": 1, "PT": 1]]
                )
            ],
            at: "spec.stages[2].strata[0].quotas",
            passes: [
                (
                    "spec.stages[2].strata[0]",
                    ["dimension": "language", "header": "x-language", "quotas": ["pt": 1, "pt-BR": 1]]
                )
            ]),
        LintCase(
            "time-to-decide", [("spec.metrics[0].rules.advance.bound", 5e-5)], at: "spec.stages[1].bake.max",
            passes: [("spec.metrics[0].rules.advance.bound", 6e-5)]),
        LintCase(
            "time-to-decide", [("spec.stages[1].caps", ["requestsPerDay": 10_000])], at: "spec.stages[1].bake.max",
            passes: [("spec.stages[1].caps", ["requestsPerDay": 12_000]), ("spec.stages[3].caps", [:])]),
    ]

    static let time: [LintCase] = [
        LintCase("minimum-duration", "spec.stages[4].bake", nil, passes: ["min": "1s"]),
        LintCase("minimum-duration", [("spec.stages[0].bake.min", "0s")], at: "spec.stages[0].bake"),
        LintCase("full-weeks", "spec.stages[1].bake.min", "167h", passes: "168h"),
        LintCase(
            "full-weeks", [("spec.stages[0].bake", ["min": "23h", "cover": "fullDays"])],
            at: "spec.stages[0].bake.min", passes: [("spec.stages[0].bake", ["min": "24h", "cover": "fullDays"])]),
        LintCase("progress-deadline", "spec.progressDeadline", "13d", passes: "14d"),
        LintCase("change-window", "spec.evaluation.changeWindows[0].to", "09:00", passes: "09:01"),
        LintCase("change-window", "spec.evaluation.changeWindows[0].days", [], passes: ["Sun"]),
        LintCase(
            "change-window", [("spec.evaluation.interval", "8h")], at: "spec.evaluation.changeWindows[0].to",
            passes: [("spec.evaluation.interval", "7h")]),
    ]

    static let people: [LintCase] = [
        LintCase("owner", "spec.owner", nil),
        LintCase("two-people", "spec.stages[0].requiresApproval.distinct", 1, passes: 3),
        LintCase("two-people", "spec.stages[5].requiresApproval.distinct", 1),
        LintCase("two-people", "spec.stages[5].requiresApproval.roles", [], passes: ["approver"]),
        LintCase("people-open", "spec.stages[1].requiresApproval", nil, passes: people2),
        LintCase("people-open", "spec.stages[5].requiresApproval", nil),
        LintCase(
            "people-open", [("spec.stages[4].level", "downloadable")], at: "spec.stages[4].requiresApproval",
            passes: [("spec.stages[4].level", "downloadable"), ("spec.stages[4].requiresApproval", people2)]),
        LintCase("overrides", "spec.overrides.riskIncreasing.approvers", 1, passes: 3),
        LintCase("overrides", "spec.overrides.riskIncreasing.roles", []),
        LintCase("overrides", "spec.overrides.riskIncreasing.reason", "optional"),
        LintCase("overrides", "spec.overrides.riskIncreasing.expires", "25h", passes: "1h"),
        LintCase("overrides", "spec.overrides.riskIncreasing.expires", "0s"),
        LintCase("overrides", "spec.overrides.riskIncreasing.boundToEvidence", false),
        LintCase("overrides", "spec.overrides.riskReducing.approvers", 2),
        LintCase("overrides", "spec.overrides.riskReducing.approvers", 0),
    ]

    static let rollback: [LintCase] = [
        LintCase(
            "rollback-target", [("spec.baseline", nil), ("spec.rollback.target", "baseline")],
            at: "spec.rollback.target", passes: [("spec.rollback.target", "baseline")]),
        LintCase(
            "rollback-target", [("spec.baseline", nil), ("spec.rollback.severityTarget.high", "baseline")],
            at: "spec.rollback.severityTarget.high",
            passes: [("spec.rollback.severityTarget.high", "baseline")]),
        LintCase(
            "severity-target", [("spec.rollback.target", "closed"), ("spec.rollback.severityTarget.high", "baseline")],
            at: "spec.rollback.severityTarget.high", passes: [("spec.rollback.severityTarget.high", "baseline")]),
        LintCase(
            "severity-target", [("spec.rollback.severityTarget", ["low": "closed", "high": "baseline"])],
            at: "spec.rollback.severityTarget.high"),
        LintCase("drill", "spec.rollback.drill.p99", "5.001s", passes: "5s"),
        LintCase("drill", "spec.rollback.drill.p99", "0s"),
        LintCase("drill", "spec.rollback.drill.every", "91d", passes: "90d"),
    ]

    /// The same case, objected to elsewhere.
    private func at(_ place: String) -> LintCase {
        LintCase(self.rule, self.failing, at: place, passes: self.passing)
    }
}
