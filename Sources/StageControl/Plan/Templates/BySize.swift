import StrictJSON

/// Smaller versions first, each until reports on the last one are in.
///
/// After the release of GPT-2 (2019-02-14, 2019-05-03, 2019-08-20, 2019-11-05): four sizes in nine months, each step
/// bound to what partners and detection research had found, and announced as subject to abort. Two things are added
/// that it had only in part: partners use the full version behind an interface before any weights leave, and what would
/// stop the release is written down beforehand. Weights cannot be taken back; a rollback stops further downloads.
enum BySize {
    static func spec(_ release: PlanTemplate.Release) -> [String: JSONValue] {
        [
            "progressDeadline": "180d", "cohorts": [["name": "partners", "match": Self.partners]],
            "traffic": ["requests": ["stages": ["partners": 2_000]]], "metrics": [.object(Self.misuse)],
            "stages": [
                Self.partnerStage, Self.small(release), Self.medium(release), Self.large(release), Self.full,
            ], "rollback": ["target": "closed", "coolDown": "30d", "maxAutomaticRollbacks": 0],
        ]
    }

    private static let partners: JSONValue = [
        "population": ["trusted"], "intent": ["safety_evaluation", "research", "partner_evaluation"],
    ]

    /// Nobody can count what is done with weights, so the way on is by reports, and incidents only close.
    private static let misuse =
        PlanTemplate.incidents(
            "misuse", from: "medium", exposure: "downloads",
            rules: ["rollback": ["test": "above", "bound": 1e-3, "weight": 1, "action": "halt"]]
        ).merging(["influenceCap": PlanTemplate.influenceCap(per: "account")]) { own, _ in own }

    private static let partnerStage: JSONValue = [
        "name": "partners", "level": "gradual", "audience": ["cohorts": ["partners"], "applications": ["max": 20]],
        "caps": ["requestsPerMinutePerApp": 60], "gates": [["evidence": "risk-assessment"]],
        "requiresApproval": PlanTemplate.people, "companions": [["control": "incident-channel", "holdAfter": "1d"]],
        "analysis": ["guards": ["misuse"]], "bake": ["min": "14d"],
    ]

    private static func small(_ release: PlanTemplate.Release) -> JSONValue {
        [
            "name": "small", "level": "downloadable", "components": [Self.weights("small", of: release), Self.samples],
            "gates": [["evidence": "partner-findings"], ["evidence": "tamper-report"]],
            "requiresApproval": PlanTemplate.people, "bake": ["min": "78d"],
        ]
    }

    private static func medium(_ release: PlanTemplate.Release) -> JSONValue {
        [
            "name": "medium", "components": [Self.weights("medium", of: release), Self.outputs],
            "gates": [["evidence": "partner-findings", "maxAge": "90d"], ["evidence": "misuse-report"]],
            "requiresApproval": PlanTemplate.people, "bake": ["min": "109d"],
        ]
    }

    private static func large(_ release: PlanTemplate.Release) -> JSONValue {
        [
            "name": "large",
            "components": [
                Self.weights("large", of: release), ["kind": "model_card", "audience": "public"],
                ["kind": "technical_report", "audience": "public"],
            ],
            "gates": [
                ["evidence": "partner-findings", "maxAge": "90d"], ["evidence": "misuse-report", "maxAge": "90d"],
                ["evidence": "detection-study"],
            ], "requiresApproval": PlanTemplate.people, "bake": ["min": "77d"],
        ]
    }

    private static let full: JSONValue = [
        "name": "full", "level": "open",
        "components": [
            ["kind": "model_parameters_final", "audience": "public"],
            ["kind": "evaluation_results", "audience": "public"],
        ],
        "gates": [
            ["evidence": "partner-findings", "maxAge": "90d"], ["evidence": "misuse-report", "maxAge": "90d"],
            ["evidence": "detection-study"], ["evidence": "bias-study"],
        ], "requiresApproval": PlanTemplate.people, "watch": ["for": "365d"],
    ]

    /// Outputs of all sizes, so that detection can be studied before the weights are there.
    private static let outputs: JSONValue = ["kind": "datasets", "audience": "public"]
    private static let samples: JSONValue = ["kind": "sample_outputs", "audience": "public"]

    private static func weights(_ size: String, of release: PlanTemplate.Release) -> JSONValue {
        [
            "kind": "model_parameters_final", "version": .string("\(release.candidate)-\(size)"), "audience": "public",
        ]
    }
}
