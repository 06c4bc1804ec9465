import AccessPolicy
import Arms
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("A lottery, from the plan to the gateway")
struct LotteryTests {
    private struct Applicant {
        var application: ApplicationID
        var key: PresentedKey
    }

    /// Applications with a grant and a key, all of them on the waiting list.
    private static func applicants(_ count: Int, _ carrying: Carrying) async throws -> [Applicant] {
        let (world, alice, bob) = (carrying.world, carrying.alice, carrying.bob)
        let model = try #require(world.registry.model(named: try name("aurora"))).id
        var (applicants, generator): ([Applicant], SeededGenerator) = ([], SeededGenerator(seed: 77))
        for number in 1...count {
            let added = try await world.plane.perform(
                .addApplication(AddApplication(name: try name("applicant-\(number)"))), by: alice.actor)
            guard case .applicationAdded(let application)? = added.entries.first?.entry.event else {
                throw Unexpected()
            }
            let terms = GrantTerms(subject: .application(application.id), model: model, population: .cohort)
            try await world.consent(.issueGrant(terms), alice, bob)
            _ = try await world.plane.perform(
                .enrol(Enrol(application: application.id, model: model)), by: alice.actor)
            let key = KeyText(kind: .api, using: &generator)
            let digest = try digest(key.secretText)
            _ = try await world.plane.perform(
                .issueKey(IssueKey(owner: .application(application.id), key: key.id, digest: digest)),
                by: alice.actor)
            applicants.append(
                Applicant(application: application.id, key: PresentedKey(id: key.id, digest: digest)))
        }
        return applicants
    }

    private static func plan(committingTo seed: ContentDigest, lottery: ContentDigest) throws -> ReleasePlan {
        try Carrying.plan([
            ("{\"unit\": \"account\"}", "{\"unit\": \"application\", \"seedCommitment\": \"\(seed)\"}"),
            (
                "\"match\": {\"population\": [\"internal\"]}",
                "\"lottery\": {\"places\": 2, \"seedCommitment\": \"\(lottery)\"}"
            ), ("\"setWeight\": 50", "\"setWeight\": 100"),
        ])
    }

    private static func serves(_ applicant: Applicant, _ world: World) throws -> String {
        let request = AccessRequest(key: applicant.key, model: "aurora", modality: .api)
        guard case .admitted(let admission) = world.plane.rules.current.admit(request, at: world.plane.clock()) else {
            return "nothing"
        }
        return admission.version.name.text
    }

    @Test(
        "is drawn when its cohort opens, among those who waited, serves the winners, and can be drawn again by anyone")
    func drawn() async throws {
        let carrying = try await Carrying.furnished()
        let (world, plane) = (carrying.world, carrying.world.plane)
        let applicants = try await Self.applicants(5, carrying)
        let seed = try Seed(bytes: [UInt8](repeating: 3, count: 32))
        let plan = try Self.plan(committingTo: seed.commitment, lottery: seed.commitment)
        let performed = try await plane.propose(plan, seed: seed, by: carrying.alice.actor)
        guard case .rolloutDrafted(let draft)? = performed.entries.first?.entry.event else { throw Unexpected() }
        let id = draft.rollout
        #expect(plane.draws.current[id] == nil)
        try await carrying.start(id)
        await plane.conduct(until: plane.clock().advanced(milliseconds: 5_000))
        let draw = try #require(plane.draws.current[id]?.first)
        #expect(draw.winners.count == 2 && Set(draw.winners).isSubset(of: Set(applicants.map(\.application))))
        try draw.verify(entrants: try LotteryEntrants(applicants.map(\.application)), seed: seed)
        for applicant in applicants {
            let isWinner = draw.winners.contains(applicant.application)
            #expect(try Self.serves(applicant, world) == (isWinner ? "aurora-2.0" : "aurora-1.0"))
        }
        _ = try await plane.perform(
            .enrol(
                Enrol(
                    application: try #require(world.registry.applications.values.first { $0.name.text == "first-app" })
                        .id,
                    model: try #require(world.registry.model(named: try name("aurora"))).id)), by: carrying.alice.actor)
        #expect(plane.draws.current[id] == [draw], "who comes later is not on the list")
        try await carrying.perform(.abort(reason: "over"), on: id, by: carrying.bob)
        #expect(try Self.recomputed(world, id) == [draw])
        try world.close()
    }

    @Test("has the rollout's own seed, or the plan is refused")
    func otherSeed() async throws {
        let carrying = try await Carrying.furnished()
        let seed = try Seed(bytes: [UInt8](repeating: 3, count: 32))
        let other = try Seed(bytes: [UInt8](repeating: 4, count: 32)).commitment
        let plan = try Self.plan(committingTo: seed.commitment, lottery: other)
        await #expect {
            _ = try await carrying.world.plane.propose(plan, seed: seed, by: carrying.alice.actor)
        } throws: {
            ($0 as? AccessPolicy.Refusal)?.field == "spec.cohorts[0].lottery.seedCommitment"
        }
        try carrying.world.close()
    }

    /// The draws from the bytes of the log alone, with the seed that it revealed.
    private static func recomputed(_ world: World, _ id: RolloutID) throws -> [LotteryDraw] {
        var state = ControlState()
        try world.reader.entries(0..<world.reader.size()) { index, bytes in
            try state.apply(try ControlEntry(index: index, bytes: bytes))
        }
        let page = try #require(state.book.pages[id])
        let seed = try Seed(revealed: try #require(page.seed), commitment: page.seedCommitment)
        let spec = page.rollout.spec
        return try LotteryDraw.draws(
            of: spec, state.lists.closed[id] ?? [:], seed: seed, bucketing: spec.bucketing(seed))
    }
}
