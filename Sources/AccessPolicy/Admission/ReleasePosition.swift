import Arms
public import ReleaseModel
public import StageControl

/// A rollout as admission sees it: whom the candidate serves, as long as ``Snapshot/conductedUntil`` has not come.
public struct ReleasePosition: Sendable {
    private let content: Content

    /// Every request takes the position of its model's rollout, and so takes one reference.
    private final class Content: Sendable {
        let revision: UInt64
        let plan: SealedPlan
        let rollout: RolloutID
        let candidate: VersionID
        let epoch: Int
        let stage: Int
        let enforcement: Enforcement
        let countsFrom: Timestamp
        let audience: RolloutAudience
        let openings: [Name: CohortOpening]
        let admissions: Admissions
        let masking: AccountMasking

        init(
            _ rollout: Rollout, revision: UInt64, candidate: VersionID, stage: Int, audience: RolloutAudience,
            masking: AccountMasking
        ) {
            self.revision = revision
            self.plan = rollout.plan
            self.rollout = rollout.id
            self.candidate = candidate
            self.epoch = rollout.epoch
            self.stage = stage
            self.enforcement = rollout.enforcement
            self.countsFrom = rollout.countsFrom
            self.audience = audience
            self.openings = rollout.enforcement.cohorts
            self.admissions = rollout.admissions
            self.masking = masking
        }
    }

    /// A rollout with a stage open.
    ///
    /// - Parameter revision: a number that no other state of the rollout has: what was found out under it holds.
    public init(
        _ rollout: Rollout, revision: UInt64, candidate: VersionID, stage: Int, audience: RolloutAudience,
        masking: AccountMasking
    ) {
        self.content = Content(
            rollout, revision: revision, candidate: candidate, stage: stage, audience: audience, masking: masking)
    }

    /// The rollout.
    public var rollout: RolloutID { self.content.rollout }
    /// The plan that it carries out.
    public var plan: SealedPlan { self.content.plan }
    /// The version that is released.
    public var candidate: VersionID { self.content.candidate }
    /// The epoch of evidence.
    public var epoch: Int { self.content.epoch }
    /// The stage that is open, as a place in the plan.
    public var stage: Int { self.content.stage }
    /// What is enforced, under a number that only rises.
    public var enforcement: Enforcement {
        _read { yield self.content.enforcement }
    }
    /// From when on requests count for rates, and not for tripwires alone.
    public var countsFrom: Timestamp { self.content.countsFrom }

    /// Which arm serves a caller, and how it counts. One whose cohort is not open counts for neither arm: it is no one
    /// to compare with. Nor does one for whom the stage has no place: the shares of the arms are of those who have.
    func standing(
        of application: Application, under grant: Grant, account: String?, at now: Timestamp,
        finding findings: inout AudienceFindings
    ) -> StageStanding {
        let subject = AudienceFindings.Subject(
            rollout: self.content.rollout, revision: self.content.revision, application: application.id,
            organisation: application.organisation, grant: grant.id, account: account)
        let finding = findings.finding(of: subject) {
            self.finding(
                of: AudienceCaller(
                    application: application.id, organisation: application.organisation, grant: grant.content,
                    account: account))
        }
        switch finding.answer {
        case .candidate(let place):
            guard !finding.isRemoved else { return .withheld(Denial(.stageRemoved)) }
            guard finding.isCounted else { return .placed(self.placement(of: place, at: now)) }
            return self.standing(of: place, as: finding.unit, at: now)
        case .baseline(.outsideShare(_, let share)): return .placed(self.placement(.baseline, share, at: now))
        case .baseline(.unitMissing): return .withheld(Self.accountMissing)
        case .baseline: return .outside
        }
    }

    /// Whether the candidate serves a caller now; for answers on their way.
    public func serves(_ caller: AudienceCaller, at now: Timestamp) -> Bool {
        let finding = self.finding(of: caller)
        guard case .candidate(let place) = finding.answer, !finding.isRemoved else { return false }
        return !finding.isCounted
            || finding.unit.map { self.content.admissions.isIn($0, of: place.cohort) } ?? false
    }

    /// What follows from who the caller is, whatever the time.
    private func finding(of caller: AudienceCaller) -> AudienceFinding {
        let answer = self.content.audience.answer(for: caller, in: self.content.openings)
        guard case .candidate(let place) = answer else {
            return AudienceFinding(answer: answer, isRemoved: false, isCounted: false, unit: nil)
        }
        let isCounted = self.content.admissions.counts(place.cohort)
        return AudienceFinding(
            answer: answer, isRemoved: self.isRemoved(place, account: caller.account), isCounted: isCounted,
            unit: isCounted ? self.unit(of: place, account: caller.account) : nil)
    }

    /// Whether people have put the caller out, whose places nobody may count otherwise.
    private func isRemoved(_ place: AudiencePlace, account: String?) -> Bool {
        guard self.content.admissions.hasRemoved else { return false }
        let unit = self.unit(of: place, account: account) ?? AudienceUnit(place.unit.application)
        return self.content.admissions.isRemoved(unit)
    }

    /// What the caps on applications and people say, by the rule that the ledger's entries are made by.
    private func standing(of place: AudiencePlace, as unit: AudienceUnit?, at now: Timestamp) -> StageStanding {
        guard let unit else { return .withheld(Self.accountMissing) }
        let admissions = self.content.admissions
        guard !admissions.isIn(unit, of: place.cohort) else { return .placed(self.placement(of: place, at: now)) }
        let outcome = admissions.admit(unit, of: place.cohort, at: now)
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
        return self.content.masking.masked(unit)
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
