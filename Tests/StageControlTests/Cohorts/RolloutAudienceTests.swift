import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A rollout's audience")
struct RolloutAudienceTests {
    @Test("is the arms' for everybody: the bucket of a unit under the plan's seed, below the weight of its cohort")
    func arms() throws {
        let everybody = try Sample.name("everybody")
        let seed = try Sample.seed()
        let cohorts = [Cohort(name: everybody, membership: .match(CohortMatch()))]
        for unit in PlanBucketing.Unit.allCases {
            let spec = try Sample.spec(
                cohorts, [try Sample.stage([everybody], weight: 30)],
                bucketing: PlanBucketing(unit: unit, seedCommitment: seed.commitment))
            let audience = try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(seed))
            let arms = ArmAssignment(seed: seed, weight: try Weight(percent: 30))
            for number in 0..<300 {
                let caller = Sample.caller(number, account: "user-1")
                let text = unit == .application ? "\(caller.application)" : "\(caller.application)/user-1"
                let answer = audience.answer(for: caller, in: spec.openings(atStage: 0))
                #expect(answer.isIn == (arms.arm(ofUnit: text) == .candidate))
            }
        }
    }

    @Test("says why somebody is not in, and as what somebody is")
    func reasons() throws {
        let (staff, open) = (try Sample.name("staff"), try Sample.name("open"))
        let cohorts = [
            Cohort(name: staff, membership: .applications([Sample.application(1)])),
            Cohort(name: open, membership: .applications([Sample.application(2)])),
        ]
        func answer(
            _ caller: AudienceCaller, weight: Double = 100, unit: PlanBucketing.Unit = .application
        ) throws -> AudienceAnswer {
            let spec = try Sample.spec(
                cohorts, [try Sample.stage([open], weight: weight)], bucketing: PlanBucketing(unit: unit))
            let audience = try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(try Sample.seed()))
            return audience.answer(for: caller, in: spec.openings(atStage: 0))
        }
        #expect(
            try answer(Sample.caller(3)).reason
                == .noCohort([staff, open].map { CohortMiss(cohort: $0, reason: .notListed) }))
        #expect(try answer(Sample.caller(1)).reason == .cohortNotOpen(staff))
        #expect(try answer(Sample.caller(2), weight: 0).reason == .outsideShare(open, .nobody))
        for account in [nil, "", "cafe\u{301}", "a\0b", String(repeating: "a", count: 257)] {
            #expect(try answer(Sample.caller(2, account: account), unit: .account).reason == .unitMissing(open))
        }
        guard case .candidate(let place) = try answer(Sample.caller(2, account: "u"), unit: .account) else {
            Issue.record("the caller is in")
            return
        }
        #expect(place.unit.description == "\(Sample.application(2))/u")
        #expect(place.cohort == open && place.opening.stage == 0 && place.opening.weight == .everybody)
        let all: [BaselineReason] = [
            .noCohort([]), .cohortNotOpen(open), .unitMissing(open), .outsideShare(open, .nobody),
        ]
        #expect(all.map(\.code) == ["no_cohort", "cohort_not_open", "unit_missing", "outside_share"])
    }

    /// Invariant I5 for everything that can be open at once.
    @Test("only grows when shares grow and cohorts are added, and only shrinks the other way", arguments: seeds(40))
    func nested(number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        let plan = try RandomAudience(using: &generator)
        let audience = try plan.audience()
        let callers = plan.callers(60, using: &generator)
        for _ in 0..<10 {
            let wide = plan.openings(using: &generator)
            var narrow: [Name: CohortOpening] = [:]
            for (cohort, opening) in wide where !generator.oneIn(4) {
                let share = Share(millionths: .random(in: 0...opening.weight.millionths, using: &generator))
                narrow[cohort] = try plan.opening(cohort, at: share)
            }
            for caller in callers where audience.answer(for: caller, in: narrow).isIn {
                #expect(audience.answer(for: caller, in: wide).isIn)
            }
        }
    }

    @Test(
        "of each stage holds that of the stage before, and a step back leaves nobody in who was not",
        arguments: seeds(40))
    func stages(number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        let plan = try RandomAudience(using: &generator)
        let audience = try plan.audience()
        var before: Set<AudienceCaller> = []
        let callers = plan.callers(100, using: &generator)
        for stage in plan.spec.stages.indices {
            let openings = plan.spec.openings(atStage: stage)
            let now = Set(callers.filter { audience.answer(for: $0, in: openings).isIn })
            #expect(now.isSuperset(of: before))
            before = now
        }
    }

    @Test("answers for any caller, with the first cohort that fits and its opening", arguments: seeds(40))
    func total(number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        let plan = try RandomAudience(using: &generator)
        let audience = try plan.audience()
        let openings = plan.openings(using: &generator)
        for caller in plan.callers(60, using: &generator) {
            switch (audience.membership(of: caller), audience.answer(for: caller, in: openings)) {
            case (.none(let misses), .baseline(.noCohort(let same))):
                #expect(misses == same && misses.map(\.cohort) == plan.spec.cohorts.map(\.name))
            case (.member(let cohort), .baseline(.cohortNotOpen(let closed))):
                #expect(cohort == closed && openings[cohort] == nil)
            case (.member(let cohort), .baseline(.unitMissing(let same))):
                #expect(cohort == same && caller.account == nil && plan.spec.bucketing.unit == .account)
            case (.member(let cohort), .baseline(.outsideShare(let same, let share))):
                #expect(cohort == same && openings[cohort]?.weight == share && share < .everybody)
            case (.member(let cohort), .candidate(let place)):
                #expect(place.cohort == cohort && place.opening == openings[cohort])
                #expect(place.unit == caller.unit(by: plan.spec.bucketing.unit))
            case (let membership, let answer): Issue.record("\(membership) and \(answer)")
            }
        }
    }

    @Test("is made with the plan's algorithm, seed and draws only")
    func faults() throws {
        let drawn = try Sample.name("drawn")
        let (seed, other) = (try Sample.seed(1), try Sample.seed(2))
        let cohort = Cohort(name: drawn, membership: .lottery(.init(places: 2, seedCommitment: seed.commitment)))
        let spec = try Sample.spec(
            [cohort], [try Sample.stage([drawn])], bucketing: PlanBucketing(seedCommitment: seed.commitment))
        let ours = Bucketing.hmacSHA256MulShift(seed)
        let entrants = try LotteryEntrants(Sample.applications(0..<9))
        let draw = try LotteryDraw(cohort, among: entrants, seed: seed)
        #expect(
            throws: RolloutAudienceFault.otherAlgorithm(planned: "hmac-sha256-mulshift-v1", found: .murmur3MulShift)
        ) {
            try RolloutAudience(of: spec, bucketing: .murmur3MulShift(flag: "f"))
        }
        let mismatch = SeedFault.otherSeed(committed: seed.commitment, found: other.commitment)
        #expect(throws: RolloutAudienceFault.seed(mismatch)) {
            try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(other))
        }
        #expect(throws: RolloutAudienceFault.drawnTwice(drawn)) {
            try RolloutAudience(of: spec, bucketing: ours, draws: [draw, draw])
        }
        for places in [1, 3] {
            let cohort = Cohort(
                name: drawn, membership: .lottery(.init(places: places, seedCommitment: seed.commitment)))
            let otherDraw = try LotteryDraw(cohort, among: entrants, seed: seed)
            #expect(throws: RolloutAudienceFault.otherDraw(drawn)) {
                try RolloutAudience(of: spec, bucketing: ours, draws: [otherDraw])
            }
        }
        #expect(throws: RolloutAudienceFault.noLottery(try Sample.name("staff"))) {
            try RolloutAudience(of: spec, bucketing: ours).entrants(of: try Sample.name("staff"), among: [])
        }
    }
}

/// A plan of cohorts and stages at random: cohorts overlap, weights grow.
private struct RandomAudience {
    let spec: ReleasePlan.Spec
    private let seed: Seed
    private let draws: [LotteryDraw]

    init(using generator: inout SeededGenerator) throws {
        let seed = try Seed(using: &generator)
        let names = try (0..<5).map { try Sample.name("cohort-\($0)") }
        var (cohorts, draws): ([Cohort], [LotteryDraw]) = ([], [])
        for name in names {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let numbers = (0..<40).filter { _ in generator.oneIn(8) }
                cohorts.append(Cohort(name: name, membership: .applications(numbers.map(Sample.application))))
            case 1:
                let populations = Population.allCases.filter { _ in generator.oneIn(3) }
                cohorts.append(Cohort(name: name, membership: .match(CohortMatch(population: populations))))
            case 2:
                let share = Share(millionths: .random(in: 0...400_000, using: &generator))
                cohorts.append(Cohort(name: name, membership: .percentage(share)))
            default:
                let lottery = Cohort.Lottery(places: 5, seedCommitment: seed.commitment)
                let cohort = Cohort(name: name, membership: .lottery(lottery))
                cohorts.append(cohort)
                guard !generator.oneIn(4) else { continue }
                let entrants = try LotteryEntrants(Sample.applications(0..<40).filter { _ in generator.oneIn(3) })
                draws.append(try LotteryDraw(cohort, among: entrants, seed: seed))
            }
        }
        var (stages, weight): ([Stage], Double) = ([], 0)
        for _ in 0..<4 {
            weight = min(100, weight + Double(Int.random(in: 0...50, using: &generator)))
            stages.append(try Sample.stage(names.filter { _ in generator.oneIn(2) }, weight: weight))
        }
        self.spec = try Sample.spec(
            cohorts, stages,
            bucketing: PlanBucketing(
                unit: generator.oneIn(2) ? .application : .account, seedCommitment: seed.commitment))
        self.seed = seed
        self.draws = draws
    }

    func audience() throws -> RolloutAudience {
        try RolloutAudience(of: self.spec, bucketing: .hmacSHA256MulShift(self.seed), draws: self.draws)
    }

    func callers(_ count: Int, using generator: inout SeededGenerator) -> [AudienceCaller] {
        (0..<count).map { _ in
            Sample.caller(
                .random(in: 0..<40, using: &generator), Population.allCases.randomElement(using: &generator),
                account: generator.oneIn(5) ? nil : "user-\(Int.random(in: 0..<9, using: &generator))")
        }
    }

    /// What a stage that opens this cohort alone opens.
    func opening(_ cohort: Name, at share: Share) throws -> CohortOpening? {
        let stage = Stage(
            name: try Sample.name("only"), audience: StageAudience(cohorts: [cohort]), setWeight: share)
        return try Sample.spec([], [stage]).openings(atStage: 0)[cohort]
    }

    func openings(using generator: inout SeededGenerator) -> [Name: CohortOpening] {
        var openings: [Name: CohortOpening] = [:]
        for cohort in self.spec.cohorts where !generator.oneIn(3) {
            openings[cohort.name] = try? self.opening(
                cohort.name, at: Share(millionths: .random(in: 0...1_000_000, using: &generator)))
        }
        return openings
    }
}
