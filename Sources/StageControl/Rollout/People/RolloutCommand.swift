public import ReleaseModel

/// What people do to a rollout. Whatever opens takes an approval of several; whatever closes takes one person.
public enum RolloutCommand: Hashable, Sendable {
    /// Puts the draft before those who approve.
    case submit
    /// Signs for something that opens. With enough signatures it happens, or may happen when the rules allow it.
    case approve(Approve)
    /// Takes one's own signature back.
    case withdraw(Motion)
    /// Lets the machine open the first stage, not before a moment, as soon as its gates allow it.
    case start(notBefore: Timestamp)
    /// Keeps everything as it is until people resume.
    case hold(reason: String)
    /// Goes back to the stage before.
    case stepBack(reason: String)
    /// Goes back to the plan's rollback target.
    case rollBack(reason: String)
    /// Ends the rollout and closes the candidate.
    case abort(reason: String)
    /// Replaces the plan of a rollout that has not started. All signatures are void.
    case revise(SealedPlan, reason: String)
    /// Voids the signatures of somebody who may not sign any more, now and from now on.
    case dismiss(PersonID, reason: String)
    /// Puts an application, or one of its accounts, out of the candidate's reach, at once and until people let it in
    /// again. It keeps the place that it has.
    case remove(AudienceUnit, reason: String)

    /// The most bytes that a reason may have in UTF-8.
    public static let longestReason = 1_024

    /// A signature, before it is known whose.
    public struct Approve: Codable, Hashable, Sendable {
        /// For what.
        public var motion: Motion
        /// The plan that the person saw.
        public var plan: ContentDigest
        /// The evidence that the person saw: ``Rollout/evidence`` at the time.
        public var evidence: ContentDigest
        /// Why.
        public var reason: String

        /// A signature for a motion.
        public init(_ motion: Motion, plan: ContentDigest, evidence: ContentDigest, reason: String = "") {
            self.motion = motion
            self.plan = plan
            self.evidence = evidence
            self.reason = reason
        }
    }
}

/// Something that opens, and that people sign for.
public enum Motion: Hashable, Sendable {
    /// The plan itself; with it the rules may do what the plan says.
    case openPlan
    /// The stage at this place in the plan.
    case openStage(Int)
    /// Going on after a hold or a rollback.
    case resume
    /// Opening although something is not shown; it stays visible at every later stage.
    case override
    /// Another rollout takes over.
    case supersede(RolloutID)
    /// Who was removed is let in again.
    case restore(AudienceUnit)
}

/// A person with the roles that they have at the moment, as the registry of people says.
public struct Signatory: Hashable, Sendable {
    /// Who.
    public let person: PersonID
    /// As what.
    public let roles: [Role]

    /// A person with roles.
    public init(_ person: PersonID, roles: [Role]) {
        self.person = person
        self.roles = roles.sorted()
    }
}

/// A signature that stands.
public struct Approval: Codable, Hashable, Sendable {
    /// Whose.
    public let person: PersonID
    /// The roles that the person had.
    public let roles: [Role]
    /// When it was given.
    public let at: Timestamp
    /// Why; empty where nothing was said.
    public let reason: String
}

/// The signatures for one motion. They are void as soon as the plan or the evidence is another.
public struct Ballot: Codable, Hashable, Sendable {
    /// For what.
    public let motion: Motion
    /// Who has signed, one signature a person.
    public internal(set) var approvals: [Approval]

    /// Whether they suffice: so many different people, each with one of the roles, and every role among them.
    func meets(_ requirement: ApprovalRequirement) -> Bool {
        let counted = self.approvals.filter { approval in
            requirement.roles.isEmpty || approval.roles.contains { requirement.roles.contains($0) }
        }
        let roles = Set(counted.flatMap(\.roles))
        return Set(counted.map(\.person)).count >= requirement.distinct
            && requirement.roles.allSatisfy(roles.contains)
    }
}
