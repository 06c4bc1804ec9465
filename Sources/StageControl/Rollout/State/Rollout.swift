public import ReleaseModel
public import SequentialTests

/// One plan being carried out: what is open, what is known, who has signed, what has been spent.
///
/// The state is the fold of its entries: ``decide(_:by:in:at:)`` makes those of people, ``step(_:_:recording:)`` those
/// of the rules, and ``apply(_:)`` takes either in. Two folds of the same entries are equal. What was seen and not
/// recorded has changed nothing.
public struct Rollout: Hashable, Sendable {
    /// The identifier.
    public let id: RolloutID
    /// The plan with its digest.
    public internal(set) var plan: SealedPlan
    /// Who wrote the plan or changed it; they do not sign for it.
    public internal(set) var authors: [PersonID]
    /// The plans that this one replaced, the last of them at the end: as many as the plan keeps at hand.
    public internal(set) var revisions: [PlanRevision] = []
    /// Where it stands.
    var standing = Standing.draft
    /// The stage whose openings are in force, as a place in the plan; nil if nothing is open.
    public internal(set) var stage: Int?
    /// What gateways are to enforce.
    public internal(set) var enforcement = Enforcement.closed
    /// Who is let in under the caps of what is open.
    public internal(set) var admissions: Admissions
    /// The epoch of evidence: the number of times that counting began anew.
    public internal(set) var epoch = 0
    /// The number of the last decision.
    public internal(set) var tick = 0

    /// The error rates of this epoch; nil where nothing was spent, and then nothing advances and only tripwires close.
    public internal(set) var shares: ErrorShares?
    /// What has been spent of the probability of a false advance; nil in a plan without a sound one.
    public internal(set) var advanceBudget: ErrorBudget?
    /// What has been spent of the probability of a false rollback; nil in a plan without a sound one.
    public internal(set) var alarmBudget: ErrorBudget?

    /// The signatures that stand.
    public internal(set) var ballots: [Ballot] = []
    /// Who may not sign any more.
    public internal(set) var dismissed: [PersonID] = []
    /// Who said stop; nil if nobody did. Only people lift it.
    public internal(set) var heldBy: PersonID?
    /// What people decided against the rules, until it expires or a verdict changes.
    public internal(set) var override: ActiveOverride?
    /// What opened against the rules: marks that stay.
    public internal(set) var overrideMarks: [OverrideMark] = []
    /// Holds that stand until people resume.
    public internal(set) var latchedHolds: [HoldCause] = []
    /// What people see when they sign.
    public internal(set) var evidence: ContentDigest

    /// When the stage opened.
    public internal(set) var stageOpened = Timestamp(milliseconds: 0)
    /// When the release last went on.
    var wentOn = Timestamp(milliseconds: 0)
    /// How long the stage had run when people last let it go on.
    var ranWhenResumed: Int64 = 0
    /// Milliseconds that the stage has really run, as far as recorded.
    public internal(set) var ran: Int64 = 0
    /// Whether the stage ran at the last record.
    var isCounting = false
    /// The generation that opened the stage.
    var openedGeneration = 0
    /// Requests that the stage may have; nil if nothing limits it.
    public internal(set) var exposureBudget: Int?
    /// The highest stage that was rolled back from; to open it again takes people.
    var failedStage: Int?
    /// How often the machine rolled back.
    public internal(set) var automaticRollbacks = 0
    /// Why and how far it went back by itself; nil if it did not, or goes on since.
    public internal(set) var wentBack: Transition.RollBack?
    /// Who lets evidence begin anew after a rollback.
    var restart = Restart.nobody

    /// The last record of this epoch and stage.
    public internal(set) var last: DecisionRecord?
    /// The clocks at the last record.
    public internal(set) var clock: ClockReading?
    /// The digest of what the last record saw; nil before the first.
    var seen: ContentDigest?
    /// Requests of this epoch that earlier stages had.
    var requestsBefore = 0
    /// Requests of this epoch that earlier stages had, by the part of the public.
    var strataBefore: [StratumCount] = []
    /// What is remembered of each metric, in the plan's order.
    var memories: [MetricMemory] = []
    /// The rules of the stage, made ready.
    var tests: [MetricTests] = []

    /// A draft by its author.
    public init(id: RolloutID, plan: SealedPlan, author: PersonID) {
        self.id = id
        self.plan = plan
        self.authors = [author]
        self.admissions = Admissions(plan.plan.spec)
        self.evidence = Self.evidence(plan, epoch: 0, stage: nil, rules: [], [])
        self.adopt(plan)
    }

    /// What the plan says.
    public var spec: ReleasePlan.Spec { self.plan.plan.spec }

    mutating func adopt(_ plan: SealedPlan) {
        self.plan = plan
        self.admissions = Admissions(plan.plan.spec)
        self.advanceBudget = try? plan.plan.spec.advanceBudget()
        self.alarmBudget = try? plan.plan.spec.alarmBudget()
        self.memories = plan.plan.spec.metrics.map { _ in MetricMemory() }
        self.evidence = Self.evidence(plan, epoch: 0, stage: nil, rules: [], [])
    }
}

/// That somebody replaced a rollout's plan before it started.
public struct PlanRevision: Codable, Hashable, Sendable {
    /// Who.
    public let person: PersonID
    /// When.
    public let at: Timestamp
    /// The digest of the plan that was replaced.
    public let replaced: ContentDigest
    /// Why; empty where nothing was said.
    public let reason: String
}

/// Who lets evidence begin anew after a rollback.
enum Restart: Hashable, Sendable {
    /// Nobody has.
    case nobody
    /// The plan has, as often as it allows, in the stage that was left open.
    case plan
    /// People have signed for it.
    case people
}

extension Rollout {
    /// Where the rollout stands, for people.
    public var phase: RolloutPhase {
        switch self.standing {
        case .draft: .draft
        case .inReview: .inReview
        case .approved: .approved
        case .scheduled(let notBefore): .scheduled(notBefore: notBefore)
        case .active where self.heldBy != nil: .paused(stage: self.stage)
        case .watching where self.heldBy != nil: .paused(stage: self.stage)
        case .active: .active(stage: self.stage ?? 0, self.activity)
        case .watching: .watching(stage: self.stage ?? 0)
        case .rollingBack: .rollingBack(to: self.stage)
        case .rolledBack: .rolledBack(stage: self.stage)
        case .completed: .completed
        case .aborted: .aborted
        case .superseded(let rollout): .superseded(by: rollout)
        }
    }

    private var activity: StageActivity {
        guard let last = self.last?.assessment, last.transition == nil else { return .preparing }
        let holds = last.holds + self.latchedHolds.filter { !last.holds.contains($0) }
        if !holds.isEmpty { return .held(holds) }
        let obstacles = last.obstacles
        if obstacles.contains(.preparing) { return .preparing }
        if obstacles.contains(.bake) { return .baking }
        if obstacles.contains(where: \.isEvidence) { return .undecided }
        return obstacles == [.approval] ? .awaitingApproval : .ready
    }

    /// The people who must sign for a motion.
    public func requirement(for motion: Motion) -> ApprovalRequirement {
        let usual = self.spec.overrides.riskIncreasing
        let asked: ApprovalRequirement? =
            switch motion {
            case .openPlan: self.spec.stages[0].requiresApproval
            case .openStage(let index) where self.spec.stages.indices.contains(index):
                self.spec.stages[index].requiresApproval
            default: nil
            }
        let (roles, distinct) = asked.map { ($0.roles, $0.distinct) } ?? (usual.roles, usual.approvers)
        // Whatever a plan says, nothing opens by one person's word.
        return ApprovalRequirement(
            roles: roles.isEmpty ? [.approver, .releaseManager] : roles, distinct: max(2, distinct))
    }

    /// Whether a stage opens only with signatures of its own, beyond those for the plan.
    func asksForPeople(_ stage: Int) -> Bool {
        stage > 0
            && (self.spec.stages[stage].requiresApproval != nil || self.spec.widening(atStage: stage).asksForPeople
                || self.failedStage.map { stage <= $0 } ?? false)
    }

    /// Whether enough people have signed for a motion.
    public func isSigned(_ motion: Motion) -> Bool {
        self.ballots.first { $0.motion == motion }?.meets(self.requirement(for: motion)) ?? false
    }
}

extension Rollout {
    /// Whether a signature that stands was given by somebody in a role that it takes, and that is not among these.
    public func rests(on person: PersonID, notAs roles: [Role]) -> Bool {
        let isLost = self.ballots.contains { ballot in
            let asked = self.requirement(for: ballot.motion).roles
            return ballot.approvals.contains { approval in
                approval.person == person && approval.roles.contains { asked.contains($0) && !roles.contains($0) }
            }
        }
        let overrides = self.override?.people.contains(person) ?? false
        return isLost || overrides && !self.requirement(for: .override).roles.contains(where: roles.contains)
    }
}
