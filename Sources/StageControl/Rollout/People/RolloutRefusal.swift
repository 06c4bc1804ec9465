public import ReleaseModel

/// Why a command is not carried out. Nothing has happened then.
public enum RolloutRefusal: Error, Hashable, Sendable {
    /// The rollout is not where this can be done.
    case wrongPhase(String)
    /// The person has none of the roles that it takes.
    case roleMissing([Role])
    /// Who wrote the plan does not sign for it.
    case ownWork
    /// The person may not sign any more.
    case dismissed(PersonID)
    /// The signature is for another plan than the rollout's.
    case otherPlan(found: ContentDigest, expected: ContentDigest)
    /// The evidence is not what the person saw any more.
    case otherEvidence(found: ContentDigest, expected: ContentDigest)
    /// The person has signed for this already.
    case alreadySigned
    /// The person has not signed for this.
    case notSigned
    /// A reason must be given.
    case reasonMissing
    /// A reason is longer than ``RolloutCommand/longestReason``.
    case reasonTooLong
    /// The plan is the one that the rollout has already.
    case samePlan
    /// The plan has an error that the linter names.
    case planObjection(String)
    /// Nothing can be opened again before this moment.
    case coolingDown(until: Timestamp)
    /// No error rate is left for evidence that begins anew.
    case errorBudgetSpent
    /// The unit was removed before.
    case alreadyRemoved(AudienceUnit)
    /// The unit was not removed.
    case notRemoved(AudienceUnit)

    /// The stable name of the refusal.
    public var code: String {
        switch self {
        case .wrongPhase: "rollout_wrong_phase"
        case .roleMissing: "rollout_role_missing"
        case .ownWork: "rollout_own_work"
        case .dismissed: "rollout_signatory_dismissed"
        case .otherPlan: "rollout_other_plan"
        case .otherEvidence: "rollout_other_evidence"
        case .alreadySigned: "rollout_already_signed"
        case .notSigned: "rollout_not_signed"
        case .reasonMissing: "rollout_reason_missing"
        case .reasonTooLong: "rollout_reason_too_long"
        case .samePlan: "rollout_same_plan"
        case .planObjection: "rollout_plan_objection"
        case .coolingDown: "rollout_cooling_down"
        case .errorBudgetSpent: "rollout_error_budget_spent"
        case .alreadyRemoved: "rollout_already_removed"
        case .notRemoved: "rollout_not_removed"
        }
    }
}

extension RolloutRefusal: CustomStringConvertible {
    /// What is refused and what to do.
    public var description: String {
        switch self {
        case .wrongPhase(let expected): "The rollout is not \(expected); look at its state first."
        case .roleMissing(let roles):
            "It takes one of the roles \(roles.map(\.rawValue).joined(separator: ", ")); ask somebody who has it."
        case .ownWork: "Who wrote a plan does not sign for it; ask somebody else."
        case .dismissed(let person): "\(person) may not sign any more; ask somebody else."
        case .otherPlan(let found, let expected):
            "The signature is for the plan \(found), and the rollout's is \(expected); read it and sign again."
        case .otherEvidence(let found, let expected):
            "The signature is for the evidence \(found), and it is \(expected) now; look at it and sign again."
        case .alreadySigned: "You have signed for this; somebody else must."
        case .notSigned: "You have not signed for this; there is nothing to take back."
        case .reasonMissing: "The plan asks for a reason; write why."
        case .reasonTooLong:
            "The reason is longer than \(RolloutCommand.longestReason) bytes; write it elsewhere and say where."
        case .samePlan: "The plan is the same as before; change it, or leave it."
        case .planObjection(let objection): "The plan has errors: \(objection)"
        case .coolingDown(let until): "Nothing is opened again before \(until.milliseconds) ms since 1970; wait."
        case .alreadyRemoved(let unit): "\(unit) is removed already; there is nothing to take from it."
        case .notRemoved(let unit): "\(unit) was not removed as such, so it cannot be restored; look who was."
        case .errorBudgetSpent: "The plan's error budget has nothing left for a new start; have a new plan approved."
        }
    }
}
