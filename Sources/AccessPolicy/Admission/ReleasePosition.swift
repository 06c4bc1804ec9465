public import Arms
public import ReleaseModel
public import StageControl

/// A rollout as admission sees it: whom the candidate serves, and for how long that may be believed.
public struct ReleasePosition: Sendable {
    /// The rollout.
    public let rollout: RolloutID
    /// The plan that it carries out.
    public let plan: SealedPlan
    /// The version that is released.
    public let candidate: VersionID
    /// The epoch of evidence.
    public let epoch: Int
    /// The stage that is open, as a place in the plan.
    public let stage: Int
    /// What is enforced, under a number that only rises.
    public let enforcement: Enforcement
    /// From when on requests count for rates, and not for tripwires alone.
    public let countsFrom: Timestamp
    /// Until when it may be believed: whoever conducts the rollout says so anew each second. From then on nobody is
    /// served by the candidate.
    public var believedUntil: Timestamp

    private let audience: RolloutAudience
    private let openings: [Name: CohortOpening]

    /// A rollout with a stage open.
    public init(
        _ rollout: Rollout, candidate: VersionID, stage: Int, audience: RolloutAudience, believedUntil: Timestamp
    ) {
        self.rollout = rollout.id
        self.plan = rollout.plan
        self.candidate = candidate
        self.epoch = rollout.epoch
        self.stage = stage
        self.enforcement = rollout.enforcement
        self.countsFrom = rollout.countsFrom
        self.believedUntil = believedUntil
        self.audience = audience
        self.openings = rollout.enforcement.cohorts
    }

    /// Which arm serves a caller, and how it counts. One whose cohort is not open counts for neither arm: it is no one
    /// to compare with.
    func placement(of caller: AudienceCaller, at now: Timestamp) -> Placement? {
        guard now < self.believedUntil else { return nil }
        switch self.audience.answer(for: caller, in: self.openings) {
        case .candidate(let place): return self.placement(.candidate, place.opening.weight, at: now)
        case .baseline(.outsideShare(_, let share)): return self.placement(.baseline, share, at: now)
        case .baseline: return nil
        }
    }

    private func placement(_ arm: Arm, _ share: Share, at now: Timestamp) -> Placement {
        Placement(
            rollout: self.rollout, generation: self.enforcement.generation, epoch: self.epoch, stage: self.stage,
            share: share.millionths, arm: arm, isSettling: now < self.countsFrom)
    }
}

/// As what a request counts in a rollout.
public struct Placement: Hashable, Sendable {
    /// The rollout.
    public let rollout: RolloutID
    /// What was enforced.
    public let generation: Int
    /// The epoch of evidence.
    public let epoch: Int
    /// The stage, as a place in the plan.
    public let stage: Int
    /// The candidate's share of the caller's cohort, in millionths.
    public let share: Int
    /// The side that serves it.
    public let arm: Arm
    /// Whether the stage has opened only now, so that the request counts for no rate.
    public let isSettling: Bool
}
