import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import StageControl

@Suite("Whom a rollout lets in")
struct RolloutAdmissionTests {
    /// The short plan with caps at its first stage, which all stages of the cohort then have.
    private static func opened(_ audience: JSONValue, unit: JSONValue = "account") throws -> World {
        try World.opened(
            try RolloutPlan.short(
                ("spec.bucketing", ["unit": unit]), ("spec.stages[0].audience", audience),
                ("spec.stages[1].audience", audience)))
    }

    private static func applicant(_ application: Int, _ account: Int? = nil) throws -> Applicant {
        let id = ApplicationID(bits: UInt128(application))
        let unit = try account.map { try #require(AudienceUnit(id, account: "account-\($0)")) } ?? AudienceUnit(id)
        return Applicant(unit, of: .test("staff"))
    }

    private static func hear(_ applicants: [Applicant], in world: inout World) {
        world.take(world.rollout.hear(applicants, at: world.now).map { [$0] } ?? [])
    }

    @Test("the 400 who come first, and not the 401st, in whatever groups they are heard", arguments: seeds(6))
    func people(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var world = try Self.opened(["cohorts": ["staff"], "people": ["max": 400]])
        let everybody = try (0..<900).map { try Self.applicant($0 % 7, $0) }.shuffled(using: &generator)
        var waiting = everybody[...]
        while !waiting.isEmpty {
            let next = Array(waiting.prefix(Int.random(in: 1...Rollout.mostApplicants, using: &generator)))
            waiting = waiting.dropFirst(next.count)
            Self.hear(next, in: &world)
            // Heard twice, nobody takes a second place.
            #expect(world.rollout.hear(next, at: world.now) == nil)
        }
        let admissions = world.rollout.admissions
        #expect(everybody.prefix(400).allSatisfy { admissions.isIn($0.unit, of: $0.cohort) })
        #expect(!everybody.dropFirst(400).contains { admissions.isIn($0.unit, of: $0.cohort) })
        let answer = admissions.admit(everybody[400].unit, of: everybody[400].cohort, at: world.now)
        #expect(answer.answer == .refused([.people(max: 400)]) && answer.entries.isEmpty)
        #expect(DecisionCheck.differences(in: world.log, from: world.draft) == [])
    }

    @Test("the 1,001st of a week waits, and is invited when the next one begins")
    func invitations() throws {
        var world = try Self.opened(["cohorts": ["staff"], "invitationsPerWeek": 1_000], unit: "application")
        let everybody = try (0..<1_200).map { try Self.applicant($0) }
        for start in stride(from: 0, to: 1_200, by: 80) {
            Self.hear(Array(everybody[start..<(start + 80)]), in: &world)
        }
        func isIn(_ index: Int) -> Bool {
            world.rollout.admissions.isIn(everybody[index].unit, of: everybody[index].cohort)
        }
        #expect(isIn(999) && !isIn(1_000) && !isIn(1_199))
        let outcome = world.rollout.admissions.admit(everybody[1_000].unit, of: .test("staff"), at: world.now)
        #expect(outcome.entries.isEmpty)
        guard case .queued(let line) = outcome.answer else {
            Issue.record("\(outcome.answer)")
            return
        }
        #expect(line.place == 1 && line.due == world.rollout.stageOpened.advanced(milliseconds: 604_800_000))
        world.wait(TimeSpan(7, .day))
        Self.hear([], in: &world)
        #expect(isIn(1_000) && isIn(1_199))
        #expect(DecisionCheck.differences(in: world.log, from: world.draft) == [])
    }

    @Test("nobody while nothing is open, and nobody new while it is held; who is in stays")
    func held() throws {
        var world = World(try RolloutPlan.short(("spec.stages[0].audience.applications", ["max": 9])))
        #expect(world.rollout.hear([try Self.applicant(1)], at: world.now) == nil)
        world = try Self.opened(["cohorts": ["staff"], "applications": ["max": 9]])
        Self.hear([try Self.applicant(1, 1)], in: &world)
        try world.person(People.operatorOnly, .hold(reason: "a call"))
        #expect(world.rollout.hear([try Self.applicant(2, 2)], at: world.now) == nil)
        #expect(world.rollout.admissions.isIn(try Self.applicant(1, 1).unit, of: .test("staff")))
    }

    @Test("and a place that was given beyond a cap is named by whoever checks the log")
    func forged() throws {
        var world = try Self.opened(["cohorts": ["staff"], "applications": ["max": 2]])
        Self.hear(try (1...2).map { try Self.applicant($0, 1) }, in: &world)
        let third = try Self.applicant(3, 1)
        let round = AdmissionRound(
            applicants: [third], events: [.admitted(unit: third.unit, cohort: third.cohort)])
        let forged = RolloutEntry(at: world.now, by: .system, event: .admission(round))
        let differences = DecisionCheck.differences(in: world.log + [forged], from: world.draft)
        #expect(differences.map(\.entry) == [world.log.count])
    }

    @Test("of plans that cap nobody nobody is counted, so that no entry is made")
    func uncapped() throws {
        let world = try World.opened()
        #expect(!world.rollout.admissions.counts(.test("staff")))
        let capped = try Self.opened(["cohorts": ["staff"], "applications": ["max": 2]])
        #expect(capped.rollout.admissions.counts(.test("staff")) && !capped.rollout.admissions.counts(.test("general")))
    }

    @Test("stands in entries that read back, and the largest fits into the ledger")
    func coding() throws {
        let name = try #require(Name(String(repeating: "n", count: Name.maximumLength)))
        let applicants = try (0..<Rollout.mostApplicants).map { index in
            let text = String(repeating: "f", count: 30) + String(format: index)
            return Applicant(try #require(AudienceUnit(ApplicationID(bits: 1), account: text)), of: name)
        }
        let round = AdmissionRound(
            applicants: applicants,
            events: (applicants + applicants).map { .admitted(unit: $0.unit, cohort: $0.cohort) })
        let entry = RolloutEntry(at: Timestamp(milliseconds: 1), by: .system, event: .admission(round))
        let text = try JSONValue(encoding: entry).canonical
        #expect(try JSONValue(parsing: text).decoded(as: RolloutEntry.self) == entry)
        #expect(text.count < 65_535 - 1_024)
    }

    @Test("not whom one person removed, at once, until two let them in again")
    func removed() throws {
        var world = try Self.opened(["cohorts": ["staff"], "people": ["max": 400]])
        for first in stride(from: 1, to: 401, by: 80) {
            Self.hear(try (first..<(first + 80)).map { try Self.applicant(1, $0) }, in: &world)
        }
        let (one, other) = (try Self.applicant(1, 1), try Self.applicant(1, 2))
        func isIn(_ applicant: Applicant) -> Bool {
            world.rollout.admissions.isIn(applicant.unit, of: applicant.cohort)
        }
        #expect(isIn(one) && isIn(other))
        let generation = world.rollout.enforcement.generation
        try world.person(People.operatorOnly, .remove(one.unit, reason: "abuse"))
        #expect(!isIn(one) && isIn(other) && world.rollout.admissions.isRemoved(one.unit))
        #expect(world.rollout.enforcement.generation > generation, "answers on their way are looked at anew")
        // The place stays theirs.
        let third = try Self.applicant(2, 401)
        #expect(world.rollout.hear([third, one], at: world.now) == nil)
        #expect(world.rollout.admissions.counts(ofStage: 0, at: world.now)?.people == 400)
        #expect(throws: RolloutRefusal.alreadyRemoved(one.unit)) {
            try world.person(People.operatorOnly, .remove(one.unit, reason: "again"))
        }
        #expect(throws: RolloutRefusal.roleMissing(Signatory.stopping)) {
            try world.person(People.viewer, .remove(other.unit, reason: "no"))
        }
        #expect(throws: RolloutRefusal.notRemoved(other.unit)) {
            try world.sign(.restore(other.unit), People.first)
        }
        try world.sign(.restore(one.unit), People.first)
        #expect(!isIn(one) && world.rollout.asked.contains { $0.motion == .restore(one.unit) && !$0.isSigned })
        #expect(throws: RolloutRefusal.alreadySigned) { try world.sign(.restore(one.unit), People.first) }
        try world.sign(.restore(one.unit), People.third)
        #expect(isIn(one) && world.rollout.ballots.isEmpty && !world.rollout.admissions.hasRemoved)
        #expect(DecisionCheck.differences(in: world.log, from: world.draft) == [])
    }

    @Test("nor the people of an application that was removed, though a stage counts no places")
    func removedApplication() throws {
        var world = try Self.opened(["cohorts": ["staff"]])
        let somebody = try Self.applicant(1, 1)
        #expect(!world.rollout.admissions.counts(.test("staff")) && !world.rollout.admissions.isRemoved(somebody.unit))
        try world.person(People.operatorOnly, .remove(AudienceUnit(somebody.unit.application), reason: "abuse"))
        #expect(world.rollout.admissions.isRemoved(somebody.unit))
        #expect(world.rollout.admissions.removedUnits == [AudienceUnit(somebody.unit.application)])
        #expect(!world.rollout.admissions.isRemoved(try Self.applicant(2, 1).unit))
    }

    @Test("and nobody is removed before anything is open, or when all is over")
    func removedNowhere() throws {
        let unit = try Self.applicant(1, 1).unit
        var world = World()
        try world.person(People.manager, .submit)
        #expect(throws: RolloutRefusal.wrongPhase("open")) {
            try world.person(People.operatorOnly, .remove(unit, reason: "early"))
        }
        world = try World.opened()
        try world.person(People.operatorOnly, .remove(unit, reason: "abuse"))
        try world.person(People.operatorOnly, .abort(reason: "over"))
        #expect(throws: RolloutRefusal.wrongPhase("open")) { try world.sign(.restore(unit), People.first) }
    }
}

extension String {
    /// Two digits in hexadecimal.
    fileprivate init(format number: Int) {
        let text = String(number, radix: 16)
        self = text.count < 2 ? "0" + text : text
    }
}
