import ReleaseModel
import StageControl
import StrictJSON

/// A rollout as a document for people and their tools.
enum RolloutDocument {
    static func value(of page: RolloutBook.Page) throws -> JSONValue {
        let (rollout, summary) = (page.rollout, page.rollout.summary)
        let spec = rollout.spec
        var members: [String: JSONValue] = [
            "id": .string(rollout.id.description), "model": .string(spec.model.text),
            "candidate": .string(spec.candidate.text), "plan": .string(rollout.plan.digest.description),
            "evidence": .string(rollout.evidence.description), "drafted": .integer(page.drafted.milliseconds),
            "authors": .array(rollout.authors.map { .string($0.description) }),
            "revisions": try JSONValue(encoding: rollout.revisions),
            "phase": .string(rollout.phase.word), "sentence": .string(summary.sentence),
            "reasons": .array(summary.reasons.map { .string($0) }),
            "stages": .array(spec.stages.map { .string($0.name.text) }),
            "epoch": .integer(Int64(rollout.epoch)), "tick": .integer(Int64(rollout.tick)),
            "generation": .integer(Int64(rollout.enforcement.generation)),
            "openings": try JSONValue(encoding: rollout.enforcement.openings),
            "ran": .integer(rollout.ran), "bands": try JSONValue(encoding: summary.bands),
            "limits": .array(summary.limits.map { .string($0.description) }),
            "strata": .array(summary.strata.map(Self.value(of:))),
            "overrides": .array(try summary.overrides.map { try Self.value(of: $0, in: spec) }),
            "ballots": .array(try summary.asked.map { try Self.value(of: $0, in: spec) }),
            "automatic_rollbacks": .integer(Int64(rollout.automaticRollbacks)),
            "advance_budget_left": .double(summary.advanceBudgetLeft),
            "alarm_budget_left": .double(summary.alarmBudgetLeft),
            "seed_commitment": .string(page.seedCommitment.description),
        ]
        members["baseline"] = spec.baseline.map { .string($0.text) }
        members["stage"] = rollout.stage.map { .integer(Int64($0)) }
        members["stage_opened"] = rollout.stage.map { _ in .integer(rollout.stageOpened.milliseconds) }
        members["recorded"] = rollout.clock.map { .integer($0.wall.milliseconds) }
        members["override"] = try rollout.override.map { override in
            [
                "approvals": try JSONValue(encoding: override.approvals),
                "expires": .integer(override.expires.milliseconds),
            ]
        }
        members["held_by"] = rollout.heldBy.map { .string($0.description) }
        members["seed"] = page.seed.map { .string($0) }
        return .object(members)
    }

    /// How much a part of the public was seen of what is asked for, in words too.
    private static func value(of stratum: StratumStanding) -> JSONValue {
        [
            "dimension": .string(stratum.dimension.rawValue), "part": .string(stratum.part.text),
            "requests": .integer(Int64(stratum.requests)), "quota": .integer(Int64(stratum.quota)),
            "verdict": .string(stratum.verdict.rawValue), "sentence": .string(stratum.description),
        ]
    }

    /// What people are asked to sign for: for what, who must, and who has.
    private static func value(of asked: AskedMotion, in spec: ReleasePlan.Spec) throws -> JSONValue {
        [
            "motion": try JSONValue(encoding: asked.motion), "sentence": .string(asked.motion.sentence(in: spec)),
            "roles": .array(asked.requirement.roles.map { .string($0.rawValue) }),
            "distinct": .integer(Int64(asked.requirement.distinct)),
            "approvals": try JSONValue(encoding: asked.approvals), "is_signed": .bool(asked.isSigned),
        ]
    }

    /// What opened against the rules: what, when, by whom, why, and what was not shown.
    private static func value(of mark: OverrideMark, in spec: ReleasePlan.Spec) throws -> JSONValue {
        [
            "stage": .string(spec.stages[mark.stage].name.text), "at": .integer(mark.at.milliseconds),
            "approvals": try JSONValue(encoding: mark.approvals),
            "not_shown": .array(mark.waived.map { .string($0.sentence(in: spec)) }),
        ]
    }
}

extension RolloutPhase {
    /// The phase in one word that is never renamed.
    var word: String {
        switch self {
        case .draft: "draft"
        case .inReview: "in_review"
        case .approved: "approved"
        case .scheduled: "scheduled"
        case .active(_, let activity): activity.word
        case .paused: "paused"
        case .watching: "watching"
        case .rollingBack: "rolling_back"
        case .rolledBack: "rolled_back"
        case .completed: "completed"
        case .aborted: "aborted"
        case .superseded: "superseded"
        }
    }
}

extension StageActivity {
    fileprivate var word: String {
        switch self {
        case .preparing: "preparing"
        case .baking: "baking"
        case .undecided: "undecided"
        case .ready: "ready"
        case .awaitingApproval: "awaiting_approval"
        case .held: "held"
        }
    }
}
