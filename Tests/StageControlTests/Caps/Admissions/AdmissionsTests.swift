import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A stage's caps")
struct AdmissionsTests {
    private typealias World = AdmissionWorld

    @Test("let 400 people in and refuse the 401st")
    func people() throws {
        var world = try World((nil, 400, nil))
        for number in 0..<400 { #expect(try world.admit(Sample.account(number, of: number % 7)) == .admitted) }
        #expect(try world.admit(Sample.account(400)) == .refused([.people(max: 400)]))
        #expect(try world.counts() == AdmissionCounts(applications: 7, people: 400, waiting: 0, invitedThisWeek: 400))
        #expect(try !world.isIn(Sample.account(400)))
        #expect(world.replayed == world.state)
    }

    @Test("invite 1,000 a week; the 1,001st waits, and is invited first when the next week begins")
    func invitations() throws {
        var world = try World((nil, 10_000, 1_000))
        for number in 0..<1_000 { #expect(try world.admit(Sample.account(number)) == .admitted) }
        for number in 1_000..<2_100 {
            let (place, week) = (number - 999, number < 2_000 ? 1.0 : 2.0)
            let expected = AdmissionAnswer.queued(LinePlace(place: place, due: World.week(week)))
            #expect(try world.admit(Sample.account(number), at: World.week(0.5)) == expected)
        }
        let end = World.week(1).advanced(milliseconds: -1)
        world.invite(at: end)
        #expect(try world.counts(at: end).waiting == 1_100)
        world.invite(at: World.week(1))
        #expect(
            try world.counts(at: World.week(1))
                == AdmissionCounts(applications: 1, people: 2_100, waiting: 100, invitedThisWeek: 1_000))
        for number in [1_000, 1_999] { #expect(try world.isIn(Sample.account(number))) }
        #expect(try !world.isIn(Sample.account(2_000)))
        #expect(
            try world.admit(Sample.account(2_000), at: World.week(1))
                == .queued(LinePlace(place: 1, due: World.week(2))))
        world.invite(at: World.week(2))
        #expect(try world.isIn(Sample.account(2_099)))
        #expect(try world.counts(at: World.week(2)).invitedThisWeek == 100)
        #expect(world.replayed == world.state)
    }

    @Test("let no newcomer overtake the line, and add no unused invitations to a later week")
    func noOvertaking() throws {
        var world = try World((nil, nil, 2))
        for number in 0..<5 { _ = try world.admit(Sample.account(number)) }
        // Nobody called on the line for two weeks.
        #expect(
            try world.admit(Sample.account(5), at: World.week(3)) == .queued(LinePlace(place: 4, due: World.week(4))))
        world.invite(at: World.week(3))
        #expect(try (0..<6).map { try world.isIn(Sample.account($0)) } == [true, true, true, true, false, false])
        world.invite(at: World.week(3.9))
        #expect(try world.counts(at: World.week(3.9)).waiting == 2)
    }

    @Test("keep a place below the ceiling for everybody in the line, and refuse at once who has none")
    func promise() throws {
        var world = try World((nil, 3, 1))
        #expect(try world.admit(Sample.account(0)) == .admitted)
        #expect(try world.admit(Sample.account(1)) == .queued(LinePlace(place: 1, due: World.week(1))))
        #expect(try world.admit(Sample.account(2)) == .queued(LinePlace(place: 2, due: World.week(2))))
        #expect(try world.admit(Sample.account(3)) == .refused([.people(max: 3)]))
        for week in [1.0, 2.0] { world.invite(at: World.week(week)) }
        #expect(try (0..<4).map { try world.isIn(Sample.account($0)) } == [true, true, true, false])
    }

    @Test("tell the same unit the same again, and write nothing")
    func idempotent() throws {
        var world = try World((nil, 2, 1))
        let answers = try (0..<3).map { try world.admit(Sample.account($0)) }
        let (state, entries) = (world.state, world.ledger.count)
        for _ in 0..<3 { #expect(try (0..<3).map { try world.admit(Sample.account($0)) } == answers) }
        #expect(world.state == state && world.ledger.count == entries)
    }

    @Test("keep the place of whoever is put out, for when they are taken back")
    func removal() throws {
        var world = try World((nil, 2, nil))
        for number in 0..<2 { #expect(try world.admit(Sample.account(number)) == .admitted) }
        world.remove(try Sample.account(0))
        #expect(try !world.isIn(Sample.account(0)) && world.isIn(Sample.account(1)))
        #expect(try world.admit(Sample.account(0)) == .refused([.removed]))
        #expect(try world.admit(Sample.account(2)) == .refused([.people(max: 2)]))
        world.remove(try Sample.account(2))
        #expect(try world.admit(Sample.account(2)) == .refused([.removed, .people(max: 2)]))
        world.restore(try Sample.account(0))
        #expect(try world.isIn(Sample.account(0)) && world.admit(Sample.account(0)) == .admitted)
        #expect(try world.counts().people == 2)
        #expect(world.replayed == world.state)
    }

    @Test("give the place of whoever is put out while waiting to others, and move the line up")
    func leavingLine() throws {
        var world = try World((nil, 4, 1))
        for number in 0..<4 { _ = try world.admit(Sample.account(number)) }
        world.remove(try Sample.account(1))
        #expect(try world.admit(Sample.account(2)) == .queued(LinePlace(place: 1, due: World.week(1))))
        #expect(try world.admit(Sample.account(3)) == .queued(LinePlace(place: 2, due: World.week(2))))
        #expect(try world.admit(Sample.account(4)) == .queued(LinePlace(place: 3, due: World.week(3))))
        #expect(try world.counts().people == 4)
    }

    @Test("put the accounts of an application out with it")
    func applicationRemoval() throws {
        var world = try World((nil, 9, 2))
        for number in 0..<4 { _ = try world.admit(Sample.account(number, of: number % 2)) }
        world.remove(AudienceUnit(Sample.application(0)))
        #expect(try !world.isIn(Sample.account(0, of: 0)) && world.isIn(Sample.account(1, of: 1)))
        #expect(try world.admit(Sample.account(8, of: 0)) == .refused([.removed]))
        #expect(try world.counts().people == 3)
        #expect(try world.admit(Sample.account(3, of: 1)) == .queued(LinePlace(place: 1, due: World.week(1))))
    }

    @Test("count an application once, however many of its accounts are in")
    func applications() throws {
        var world = try World((2, nil, nil))
        for number in 0..<50 { #expect(try world.admit(Sample.account(number, of: number % 2)) == .admitted) }
        #expect(try world.admit(Sample.account(0, of: 2)) == .refused([.applications(max: 2)]))
        #expect(try world.counts().applications == 2)
    }

    @Test("of a plan that divides applications invite these, and then count their people")
    func peopleOfApplications() throws {
        var world = try World(unit: .application, (3, 3, 1))
        #expect(try world.admit(Sample.account(0, of: 0)) == .admitted)
        #expect(try world.admit(Sample.account(1, of: 0)) == .admitted)
        #expect(try world.admit(Sample.account(0, of: 1)) == .queued(LinePlace(place: 1, due: World.week(1))))
        #expect(try world.counts() == AdmissionCounts(applications: 2, people: 2, waiting: 1, invitedThisWeek: 1))
        world.invite(at: World.week(1))
        #expect(try world.admit(Sample.account(0, of: 1), at: World.week(1)) == .admitted)
        #expect(try world.admit(Sample.account(1, of: 1), at: World.week(1)) == .refused([.people(max: 3)]))
        #expect(try world.admit(Sample.account(0, of: 2), at: World.week(1)) == .refused([.people(max: 3)]))
        #expect(try world.isIn(Sample.account(0, of: 1)) && !world.isIn(Sample.account(1, of: 1)))
    }

    @Test("on applications alone do not ask for accounts, and count none")
    func applicationsAlone() throws {
        var world = try World(unit: .application, (1, nil, nil))
        #expect(try world.admit(AudienceUnit(Sample.application(0))) == .admitted)
        #expect(try world.admit(Sample.account(5, of: 0)) == .admitted)
        #expect(try world.admit(Sample.account(5, of: 1)) == .refused([.applications(max: 1)]))
        #expect(try world.counts() == AdmissionCounts(applications: 1, people: 0, waiting: 0, invitedThisWeek: 1))
    }

    @Test("keep an account out that was put out, also where accounts are not counted")
    func accountRemoval() throws {
        var world = try World(unit: .application, (2, nil, 1))
        world.remove(try Sample.account(7, of: 0))
        #expect(try world.admit(Sample.account(1, of: 0)) == .admitted)
        #expect(try world.admit(Sample.account(7, of: 0)) == .refused([.removed]))
        #expect(try world.isIn(Sample.account(1, of: 0)) && !world.isIn(Sample.account(7, of: 0)))
    }

    @Test("on people refuse whoever names no account", arguments: PlanBucketing.Unit.allCases)
    func accountMissing(unit: PlanBucketing.Unit) throws {
        var world = try World(unit: unit, (nil, 5, nil))
        #expect(try world.admit(AudienceUnit(Sample.application(0))) == .refused([.accountMissing]))
        #expect(try !world.isIn(AudienceUnit(Sample.application(0))))
    }

    @Test("name every ceiling that is reached, and let nobody new in while the release is held")
    func allReasons() throws {
        var world = try World((1, 2, nil))
        for number in 0..<2 { _ = try world.admit(Sample.account(number)) }
        try world.open(0, isFrozen: true)
        #expect(
            try world.admit(Sample.account(0, of: 1))
                == .refused([.frozen, .applications(max: 1), .people(max: 2)]))
        #expect(try world.admit(Sample.account(0)) == .admitted && world.isIn(Sample.account(1)))
        #expect(try world.admit(Sample.account(0), of: Sample.name("other")) == .refused([.cohortNotOpen]))
        let all: [AdmissionRefusal] = [
            .cohortNotOpen, .accountMissing, .removed, .frozen, .applications(max: 1), .people(max: 1),
        ]
        #expect(
            all.map(\.code) == [
                "cohort_not_open", "unit_missing", "removed", "release_on_hold", "applications_cap_reached",
                "people_cap_reached",
            ])
    }

    @Test("invite nobody while the release is held, and go on afterwards")
    func frozenLine() throws {
        var world = try World((nil, nil, 1))
        for number in 0..<2 { _ = try world.admit(Sample.account(number)) }
        try world.open(0, isFrozen: true, at: World.week(1))
        world.invite(at: World.week(1))
        #expect(try !world.isIn(Sample.account(1)))
        try world.open(0, at: World.week(1.5))
        world.invite(at: World.week(1.5))
        #expect(try world.isIn(Sample.account(1)))
    }

    @Test("read a clock that goes back as one that stands still")
    func backwards() throws {
        var world = try World((nil, nil, 1))
        #expect(try world.admit(Sample.account(0), at: World.week(2)) == .admitted)
        #expect(
            try world.admit(Sample.account(1), at: World.week(0)) == .queued(LinePlace(place: 1, due: World.week(3))))
        world.invite(at: World.week(1))
        #expect(try !world.isIn(Sample.account(1)))
    }

    @Test("are in a ledger whose text is stable")
    func wire() throws {
        var world = try World((nil, 2, 1))
        for number in 0..<2 { _ = try world.admit(Sample.account(number)) }
        world.invite(at: World.week(1))
        world.remove(try Sample.account(1))
        world.restore(try Sample.account(1))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = try world.ledger.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let unit = try Sample.account(1)
        #expect(
            text[0].contains(#""event":{"opened":{"_0":{"cohorts":[{"cohort":"all","stage":0}],"is_frozen":false}}}"#))
        #expect(text[2].contains(#""event":{"queued":{"cohort":"all","unit":"\#(unit)"}}"#))
        #expect(text[3].contains(#""event":{"invited":{"count":1,"stage":0}}"#))
        #expect(text[4].contains(#""event":{"removed":{"unit":"\#(unit)"}}"#))
        let read = try JSONDecoder().decode([AdmissionEntry].self, from: encoder.encode(world.ledger))
        #expect(read == world.ledger)
    }
}
