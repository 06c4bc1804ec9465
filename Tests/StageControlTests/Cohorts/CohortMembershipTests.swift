import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A cohort")
struct CohortMembershipTests {
    private let (staff, trusted, canary, drawn, everybody): (Name, Name, Name, Name, Name)

    init() throws {
        self.staff = try Sample.name("staff")
        self.trusted = try Sample.name("trusted")
        self.canary = try Sample.name("canary")
        self.drawn = try Sample.name("drawn")
        self.everybody = try Sample.name("everybody")
    }

    private func audience(_ cohorts: [Cohort], draws: [LotteryDraw] = []) throws -> RolloutAudience {
        let spec = try Sample.spec(cohorts, [try Sample.stage(cohorts.map(\.name))])
        return try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(Sample.seed()), draws: draws)
    }

    @Test("by list takes the applications on it and nobody else")
    func list() throws {
        let audience = try self.audience([
            Cohort(name: self.staff, membership: .applications(Sample.applications(3..<6)))
        ])
        for number in 0..<10 {
            let expected: CohortMembership =
                (3..<6).contains(number)
                ? .member(of: self.staff) : .none([CohortMiss(cohort: self.staff, reason: .notListed)])
            #expect(audience.membership(of: Sample.caller(number)) == expected)
        }
    }

    @Test("by match names every attribute that a caller does not have", arguments: CohortAttribute.allCases)
    func attributes(attribute: CohortAttribute) throws {
        let (eu, medical, strict) = (try Sample.name("eu"), try Sample.name("medical"), try Sample.name("strict"))
        let organisation = OrganisationID(bits: 4)
        let asked = Set([attribute])
        func list<Value>(_ one: CohortAttribute, _ value: Value) -> [Value] { asked.contains(one) ? [value] : [] }
        let match = CohortMatch(
            intent: list(.intent, .research), population: list(.population, .trusted),
            modality: list(.modality, .finetune), exposure: list(.exposure, .sandbox),
            entitlement: list(.entitlement, .logprobs), organisation: list(.organisation, organisation),
            region: list(.region, eu), use: list(.use, medical), filterProfile: list(.filterProfile, strict))
        let fitting = AudienceCaller(
            application: Sample.application(1), organisation: organisation,
            grant: Sample.grant(
                to: 1, intent: .research, population: .trusted, modalities: [.api, .finetune], exposure: .sandbox,
                entitlements: [.unlogged, .logprobs], uses: [medical, eu], regions: [strict, eu], filterProfile: strict)
        )
        #expect(match.fits(fitting) && match.missing(in: fitting).isEmpty)
        let other = AudienceCaller(
            application: Sample.application(1), organisation: OrganisationID(bits: 5),
            grant: Sample.grant(
                to: 1, modalities: [.api], entitlements: [.unlogged], uses: [eu], regions: [medical],
                filterProfile: eu))
        #expect(!match.fits(other) && match.missing(in: other) == [attribute])
        // Who has no grant, or one that leaves it open, has nothing that is listed.
        #expect(match.missing(in: Sample.caller(1)) == [attribute])
        let open = AudienceCaller(application: Sample.application(1), grant: Sample.grant(to: 1, modalities: []))
        #expect(match.missing(in: open) == [attribute])
    }

    @Test("without attributes is everybody, also who has no grant")
    func everyone() throws {
        let audience = try self.audience([Cohort(name: self.everybody, membership: .match(CohortMatch()))])
        #expect(audience.membership(of: Sample.caller(1)) == .member(of: self.everybody))
    }

    @Test("takes whom no cohort before it takes")
    func order() throws {
        let audience = try self.audience([
            Cohort(name: self.staff, membership: .applications([Sample.application(1)])),
            Cohort(name: self.trusted, membership: .match(CohortMatch(population: [.trusted]))),
            Cohort(name: self.everybody, membership: .match(CohortMatch())),
        ])
        #expect(audience.membership(of: Sample.caller(1, .trusted)) == .member(of: self.staff))
        #expect(audience.membership(of: Sample.caller(2, .trusted)) == .member(of: self.trusted))
        #expect(audience.membership(of: Sample.caller(2, .everyone)) == .member(of: self.everybody))
    }

    @Test("says, cohort by cohort, why somebody belongs to none")
    func misses() throws {
        let share = try Sample.percent(0)
        let lottery = Cohort.Lottery(places: 3, seedCommitment: try Sample.seed(2).commitment)
        let cohorts = [
            Cohort(name: self.staff, membership: .applications([])),
            Cohort(name: self.trusted, membership: .match(CohortMatch(intent: [.research], population: [.trusted]))),
            Cohort(name: self.canary, membership: .percentage(share)),
            Cohort(name: self.drawn, membership: .lottery(lottery)),
        ]
        func reasons(_ draws: [LotteryDraw]) throws -> [CohortMiss.Reason] {
            guard case .none(let misses) = try self.audience(cohorts, draws: draws).membership(of: Sample.caller(9))
            else {
                return []
            }
            #expect(misses.map(\.cohort) == cohorts.map(\.name))
            #expect(zip(misses, cohorts).allSatisfy { $0.description.contains($1.name.text) })
            return misses.map(\.reason)
        }
        let others: [CohortMiss.Reason] = [.notListed, .attributes([.intent, .population]), .aboveShare(share)]
        #expect(try reasons([]) == others + [.notDrawnYet])
        let draw = try LotteryDraw(
            cohorts[3], among: LotteryEntrants(Sample.applications(0..<3)), seed: Sample.seed(2))
        #expect(try reasons([draw]) == others + [.notDrawn])
    }

    /// Of 20,000 applications a share p belongs to it, give or take five standard deviations.
    @Test("by percentage takes its share, and a wider one everybody whom a narrower one takes")
    func percentage() throws {
        var before: Set<Int> = []
        for percent in [0, 0.5, 5, 30, 99, 100] {
            let audience = try self.audience([
                Cohort(name: self.canary, membership: .percentage(try Sample.percent(percent)))
            ])
            let members = Set(
                (0..<20_000).filter { audience.membership(of: Sample.caller($0)) == .member(of: self.canary) })
            let expected = 20_000 * percent / 100
            #expect(abs(Double(members.count) - expected) <= 5 * (expected * (1 - percent / 100)).squareRoot())
            #expect(members.isSuperset(of: before))
            before = members
        }
    }

    /// Were membership and arm one draw, 5 % of the others would be the 5 % who are in another cohort already: nobody.
    @Test("by percentage leaves the others as they are: 5 % of those are served when 5 % are opened")
    func independentDraws() throws {
        let five = try Sample.percent(5)
        let cohorts = [
            Cohort(name: self.canary, membership: .percentage(five)),
            Cohort(name: self.everybody, membership: .match(CohortMatch())),
        ]
        let spec = try Sample.spec(cohorts, [try Sample.stage([self.canary, self.everybody], weight: 5)])
        let audience = try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(Sample.seed()))
        let openings = spec.openings(atStage: 0)
        var served: [Name: Int] = [:]
        for number in 0..<20_000 {
            guard case .candidate(let place) = audience.answer(for: Sample.caller(number), in: openings) else {
                continue
            }
            served[place.cohort, default: 0] += 1
        }
        #expect(abs((served[self.canary] ?? 0) - 50) < 36)
        #expect(abs((served[self.everybody] ?? 0) - 950) < 155)
    }
}
