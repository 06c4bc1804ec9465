public import Arms
public import ReleaseModel

/// Who belongs to which cohort of a plan, and who of them is in what is open: the same answer for the same caller on
/// every gateway and every day, with nothing stored.
///
/// An application belongs to the first cohort that it fits, whatever is open: a cohort that is closed does not pass its
/// members on to a later one. Of a cohort that is open a share is served, the lowest buckets. Two draws under one seed
/// decide the two: were it one, a plan with a cohort of 5 % would let nobody in when it then opens 5 % of the others.
///
/// What follows from this, for callers that stay as they are: whoever is in stays in when shares grow or cohorts are
/// added to what is open, and nobody comes in when shares shrink or cohorts are taken out of it.
public struct RolloutAudience: Sendable {
    private let unit: PlanBucketing.Unit
    private let bucketing: Bucketing
    private let cohorts: [(name: Name, test: Test)]

    /// How it is told who belongs to a cohort, ready for being asked often.
    private enum Test: Sendable {
        case listed(Set<ApplicationID>)
        case match(CohortMatch)
        case share(Share)
        case drawn(Set<ApplicationID>?)
    }

    /// The audience of a plan.
    ///
    /// The bucketing has to be of the algorithm that the plan names, and under the seed that it committed to. Draws are
    /// those that have been held; one of another plan, or a second one of a cohort, is refused.
    public init(
        of spec: ReleasePlan.Spec, bucketing: Bucketing, draws: [LotteryDraw] = []
    ) throws(RolloutAudienceFault) {
        let planned = spec.bucketing.algorithm.rawValue
        guard bucketing.algorithm.rawValue == planned else {
            throw .otherAlgorithm(planned: planned, found: bucketing.algorithm)
        }
        if case .hmacSHA256MulShift(let seed) = bucketing, let commitment = spec.bucketing.seedCommitment {
            do throws(SeedFault) { try seed.verify(commitment) } catch { throw .seed(error) }
        }
        var winners: [Name: Set<ApplicationID>] = [:]
        for draw in draws {
            let lottery = Cohort.Lottery(places: draw.places, seedCommitment: draw.commitment)
            guard spec.cohort(named: draw.cohort)?.membership == .lottery(lottery) else {
                throw .otherDraw(draw.cohort)
            }
            guard winners.updateValue(Set(draw.winners), forKey: draw.cohort) == nil else {
                throw .drawnTwice(draw.cohort)
            }
        }
        self.unit = spec.bucketing.unit
        self.bucketing = bucketing
        self.cohorts = spec.cohorts.map { cohort in
            switch cohort.membership {
            case .applications(let listed): (cohort.name, .listed(Set(listed)))
            case .match(let match): (cohort.name, .match(match))
            case .percentage(let share): (cohort.name, .share(share))
            case .lottery: (cohort.name, .drawn(winners[cohort.name]))
            }
        }
    }

    /// The cohort to which a caller belongs, or why to none. O(cohorts).
    public func membership(of caller: AudienceCaller) -> CohortMembership {
        if let index = self.firstFit(caller, before: self.cohorts.count) {
            return .member(of: self.cohorts[index].name)
        }
        return .none(self.cohorts.map { CohortMiss(cohort: $0.name, reason: self.miss($0.test, caller)) })
    }

    /// Whether a caller is in what is open, or why not. O(cohorts), at most two hashes.
    public func answer(for caller: AudienceCaller, in openings: [Name: CohortOpening]) -> AudienceAnswer {
        guard let index = self.firstFit(caller, before: self.cohorts.count) else {
            return .baseline(
                .noCohort(self.cohorts.map { CohortMiss(cohort: $0.name, reason: self.miss($0.test, caller)) }))
        }
        let cohort = self.cohorts[index].name
        guard let opening = openings[cohort] else { return .baseline(.cohortNotOpen(cohort)) }
        guard let unit = caller.unit(by: self.unit) else { return .baseline(.unitMissing(cohort)) }
        let arms = ArmAssignment(bucketing: self.bucketing, weight: opening.weight.armWeight)
        guard arms.arm(ofUnit: unit.description) == .candidate else {
            return .baseline(.outsideShare(cohort, opening.weight))
        }
        return .candidate(AudiencePlace(unit: unit, cohort: cohort, opening: opening))
    }

    /// Of those on a waiting list, who may enter a cohort's lottery: those whom no cohort before it takes, so that no
    /// place is drawn for somebody who has one. Lotteries that stand before it are to be drawn first.
    public func entrants(
        of cohort: Name, among waiting: [AudienceCaller]
    ) throws(RolloutAudienceFault) -> LotteryEntrants {
        guard let index = self.cohorts.firstIndex(where: { $0.name == cohort }), case .drawn = self.cohorts[index].test
        else {
            throw .noLottery(cohort)
        }
        do throws(LotteryFault) {
            return try LotteryEntrants(
                waiting.filter { self.firstFit($0, before: index) == nil }.map(\.application))
        } catch { throw .entrants(error) }
    }
}

extension RolloutAudience {
    private func firstFit(_ caller: AudienceCaller, before end: Int) -> Int? {
        self.cohorts.prefix(end).firstIndex { self.fits($0.test, caller) }
    }

    private func fits(_ test: Test, _ caller: AudienceCaller) -> Bool {
        switch test {
        case .listed(let applications): applications.contains(caller.application)
        case .match(let match): match.fits(caller)
        case .share(let share): self.isLow(caller.application, share)
        case .drawn(let winners): winners?.contains(caller.application) ?? false
        }
    }

    /// Whether an application is in the lowest buckets of the draw for cohorts, which is the same for all of them:
    /// so one of 30 % takes everybody whom one of 10 % takes. No unit has such a text, so it is never an arm's draw.
    private func isLow(_ application: ApplicationID, _ share: Share) -> Bool {
        guard let position = self.bucketing.position(of: "cohort/\(application)") else { return false }
        return self.bucketing.algorithm.admits(position, at: share.armWeight)
    }

    private func miss(_ test: Test, _ caller: AudienceCaller) -> CohortMiss.Reason {
        switch test {
        case .listed: .notListed
        case .match(let match): .attributes(match.missing(in: caller))
        case .share(let share): .aboveShare(share)
        case .drawn(let winners): winners == nil ? .notDrawnYet : .notDrawn
        }
    }
}

extension Share {
    /// The same share as the arms take it. A plan's resolution makes no difference: where every weight is a whole
    /// number of buckets, as the linter asks, the lowest of a hundred buckets hold exactly the lowest of a million.
    var armWeight: Weight { (try? Weight(millionths: self.millionths)) ?? .none }
}
