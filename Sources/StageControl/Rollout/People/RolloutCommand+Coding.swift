import ReleaseModel

extension RolloutCommand: Codable {
    /// Every command's name in entries and on wires; never renamed.
    public enum Verb: String, Codable, CaseIterable, Hashable, Sendable {
        case submit, approve, withdraw, start, hold
        case stepBack = "step_back"
        case rollBack = "roll_back"
        case abort, revise, dismiss, remove
    }

    private enum CodingKeys: String, CodingKey {
        case verb, approval, motion
        case notBefore = "not_before"
        case reason, plan, person, unit
    }

    /// The command's name.
    public var verb: Verb {
        switch self {
        case .submit: .submit
        case .approve: .approve
        case .withdraw: .withdraw
        case .start: .start
        case .hold: .hold
        case .stepBack: .stepBack
        case .rollBack: .rollBack
        case .abort: .abort
        case .revise: .revise
        case .dismiss: .dismiss
        case .remove: .remove
        }
    }

    /// Reads an object with `verb` and the fields that it has.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Verb.self, forKey: .verb) {
            case .submit: .submit
            case .approve: .approve(try container.decode(Approve.self, forKey: .approval))
            case .withdraw: .withdraw(try container.decode(Motion.self, forKey: .motion))
            case .start: .start(notBefore: try container.decode(Timestamp.self, forKey: .notBefore))
            case .hold: .hold(reason: try container.decode(String.self, forKey: .reason))
            case .stepBack: .stepBack(reason: try container.decode(String.self, forKey: .reason))
            case .rollBack: .rollBack(reason: try container.decode(String.self, forKey: .reason))
            case .abort: .abort(reason: try container.decode(String.self, forKey: .reason))
            case .revise:
                // Entries from before plans were revised with a reason have none.
                .revise(
                    try container.decode(SealedPlan.self, forKey: .plan),
                    reason: try container.decodeIfPresent(String.self, forKey: .reason) ?? "")
            case .dismiss:
                .dismiss(
                    try container.decode(PersonID.self, forKey: .person),
                    reason: try container.decode(String.self, forKey: .reason))
            case .remove:
                .remove(
                    try container.decode(AudienceUnit.self, forKey: .unit),
                    reason: try container.decode(String.self, forKey: .reason))
            }
    }

    /// Writes an object with `verb` and the fields that it has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.verb, forKey: .verb)
        switch self {
        case .submit: break
        case .approve(let approval): try container.encode(approval, forKey: .approval)
        case .withdraw(let motion): try container.encode(motion, forKey: .motion)
        case .start(let notBefore): try container.encode(notBefore, forKey: .notBefore)
        case .hold(let reason), .stepBack(let reason), .rollBack(let reason), .abort(let reason):
            try container.encode(reason, forKey: .reason)
        case .revise(let plan, let reason):
            try container.encode(plan, forKey: .plan)
            try container.encode(reason, forKey: .reason)
        case .dismiss(let person, let reason):
            try container.encode(person, forKey: .person)
            try container.encode(reason, forKey: .reason)
        case .remove(let unit, let reason):
            try container.encode(unit, forKey: .unit)
            try container.encode(reason, forKey: .reason)
        }
    }
}

extension Motion: Codable {
    private enum Kind: String, Codable {
        case openPlan = "open_plan"
        case openStage = "open_stage"
        case resume, override, supersede, restore
    }

    private enum CodingKeys: String, CodingKey {
        case kind, stage, rollout, unit
    }

    /// Reads an object with `kind` and the stage, rollout or unit that it is about.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .openPlan: .openPlan
            case .openStage: .openStage(try container.decode(Int.self, forKey: .stage))
            case .resume: .resume
            case .override: .override
            case .supersede: .supersede(try container.decode(RolloutID.self, forKey: .rollout))
            case .restore: .restore(try container.decode(AudienceUnit.self, forKey: .unit))
            }
    }

    /// Writes an object with `kind` and the stage, rollout or unit that it is about.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .openPlan: try container.encode(Kind.openPlan, forKey: .kind)
        case .openStage(let stage):
            try container.encode(Kind.openStage, forKey: .kind)
            try container.encode(stage, forKey: .stage)
        case .resume: try container.encode(Kind.resume, forKey: .kind)
        case .override: try container.encode(Kind.override, forKey: .kind)
        case .supersede(let rollout):
            try container.encode(Kind.supersede, forKey: .kind)
            try container.encode(rollout, forKey: .rollout)
        case .restore(let unit):
            try container.encode(Kind.restore, forKey: .kind)
            try container.encode(unit, forKey: .unit)
        }
    }
}
