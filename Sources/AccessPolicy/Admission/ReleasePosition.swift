import Arms
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
    private let admissions: Admissions
    private let masking: AccountMasking

    /// A rollout with a stage open.
    public init(
        _ rollout: Rollout, candidate: VersionID, stage: Int, audience: RolloutAudience, masking: AccountMasking,
        believedUntil: Timestamp
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
        self.admissions = rollout.admissions
        self.masking = masking
    }

    /// Which arm serves a caller, and how it counts. One whose cohort is not open counts for neither arm: it is no one
    /// to compare with. Nor does one for whom the stage has no place: the shares of the arms are of those who have.
    func standing(of caller: AudienceCaller, at now: Timestamp) -> StageStanding {
        guard now < self.believedUntil else { return .outside }
        switch self.audience.answer(for: caller, in: self.openings) {
        case .candidate(let place):
            guard !self.isRemoved(place, account: caller.account) else { return .withheld(Denial(.stageRemoved)) }
            guard self.admissions.counts(place.cohort) else { return .placed(self.placement(of: place, at: now)) }
            return self.standing(of: place, account: caller.account, at: now)
        case .baseline(.outsideShare(_, let share)): return .placed(self.placement(.baseline, share, at: now))
        case .baseline(.unitMissing): return .withheld(Self.accountMissing)
        case .baseline: return .outside
        }
    }

    /// Whether the candidate serves a caller now; for answers on their way.
    public func serves(_ caller: AudienceCaller, at now: Timestamp) -> Bool {
        guard case .candidate(let place) = self.audience.answer(for: caller, in: self.openings),
            !self.isRemoved(place, account: caller.account)
        else { return false }
        return !self.admissions.counts(place.cohort)
            || self.unit(of: place, account: caller.account).map { self.admissions.isIn($0, of: place.cohort) } ?? false
    }

    /// Whether people have put the caller out, whose places nobody may count otherwise.
    private func isRemoved(_ place: AudiencePlace, account: String?) -> Bool {
        guard self.admissions.hasRemoved else { return false }
        let unit = self.unit(of: place, account: account) ?? AudienceUnit(place.unit.application)
        return self.admissions.isRemoved(unit)
    }

    /// What the caps on applications and people say, by the rule that the ledger's entries are made by.
    private func standing(of place: AudiencePlace, account: String?, at now: Timestamp) -> StageStanding {
        guard let unit = self.unit(of: place, account: account) else { return .withheld(Self.accountMissing) }
        guard !self.admissions.isIn(unit, of: place.cohort) else { return .placed(self.placement(of: place, at: now)) }
        let outcome = self.admissions.admit(unit, of: place.cohort, at: now)
        guard outcome.entries.isEmpty else {
            return .withheld(Denial(.stagePending), Applicant(unit, of: place.cohort))
        }
        switch outcome.answer {
        case .admitted: return .placed(self.placement(of: place, at: now))
        case .queued(let line): return .withheld(Denial(.stageQueued, detail: line.sentence(at: now)))
        case .refused(let reasons) where reasons.contains(.accountMissing): return .withheld(Self.accountMissing)
        case .refused(let reasons):
            return .withheld(Denial(.stageFull, detail: reasons.map(\.description).joined(separator: " ")))
        }
    }

    private static let accountMissing = Denial(.accountMissing, field: "x-sluice-account")

    /// As what a caller takes a place: with its account if it names one that can be counted.
    private func unit(of place: AudiencePlace, account: String?) -> AudienceUnit? {
        guard let account else { return AudienceUnit(place.unit.application) }
        guard let unit = AudienceUnit(place.unit.application, account: account) else { return nil }
        return self.masking.masked(unit)
    }

    private func placement(of place: AudiencePlace, at now: Timestamp) -> Placement {
        var placement = self.placement(.candidate, place.opening.weight, at: now)
        placement.terms = StageTerms(
            stage: place.opening.stage, caps: place.opening.caps, isMetered: self.enforcement.isMetered)
        return placement
    }

    private func placement(_ arm: Arm, _ share: Share, at now: Timestamp) -> Placement {
        Placement(
            rollout: self.rollout, generation: self.enforcement.generation, epoch: self.epoch, stage: self.stage,
            share: share.millionths, arm: arm, isSettling: now < self.countsFrom)
    }
}
