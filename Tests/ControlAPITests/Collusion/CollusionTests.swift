import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import ControlAPI

@Suite("Tokens that collude")
struct CollusionTests {
    /// A crowd in the middle of what it may do: brought so far by the people who are asked for.
    static func crowd(_ kind: Int, seed: UInt64) throws -> (Crowd, TwoPeopleLaw) {
        var (crowd, law) = (try Crowd(seed: seed), TwoPeopleLaw())
        func step(_ question: ControlPlane.Question, _ token: Int) throws {
            let before = crowd.plane.state
            let actor = try #require(crowd.plane.holder(of: crowd.tokens[token]))
            try law.check(crowd.plane.ask(question, by: actor), from: before, to: crowd.plane.state)
        }
        func look(requests: Int = 0) throws {
            let before = crowd.plane.state
            crowd.plane.now = crowd.plane.now.advanced(milliseconds: 299_000)
            try law.check(
                crowd.seen(requests: requests, events: 0, tripped: 0), from: before, to: crowd.plane.state)
        }
        func sign(_ motion: Motion, _ tokens: Int...) throws {
            for token in tokens {
                let rollout = try #require(crowd.plane.state.book[crowd.rollout])
                let approval = RolloutCommand.Approve(
                    motion, plan: rollout.plan.digest, evidence: rollout.evidence, reason: "because")
                try step(.rollout(.approve(approval), crowd.rollout), token)
            }
        }
        law.begin(crowd.rollout, by: try #require(crowd.plane.state.book[crowd.rollout]?.authors.first))
        guard kind > 0 else { return (crowd, law) }
        let opening = OpenEnrolment(model: crowd.model, grant: crowd.grant, reason: "all is well")
        try step(.command(.openEnrolment(opening)), 0)
        let proposal = try #require(crowd.plane.state.registry.proposals.values.first)
        try step(.command(.approve(ApproveProposal(proposal: proposal.id, digest: proposal.digest))), 1)
        try sign(.openPlan, 1)
        guard kind > 1 else { return (crowd, law) }
        try sign(.openPlan, 3)
        try step(.rollout(.start(notBefore: crowd.plane.now), crowd.rollout), 0)
        guard kind > 2 else { return (crowd, law) }
        try look()
        guard kind > 3 else { return (crowd, law) }
        for _ in 0..<4 { try look(requests: 15_000) }
        for _ in 0..<2 { try look(requests: 40_000) }
        return (crowd, law)
    }

    /// Parts a history into ten ways, so often over, and answers how many ends there are.
    private static func part(
        _ history: Collusion, times: Int, _ generator: inout SeededGenerator, _ opened: inout [String: Int]
    ) throws -> Int {
        guard times > 0 else {
            opened.merge(history.law.openings) { $0 + $1 }
            return 1
        }
        var ends = 0
        for _ in 0..<10 {
            var branch = history
            branch.generator = SeededGenerator(seed: generator.next())
            try branch.happen()
            ends += try Self.part(branch, times: times - 1, &generator, &opened)
        }
        return ends
    }

    @Test("open nothing unless two people signed for this very plan", .timeLimit(.minutes(60)))
    func histories() async throws {
        let trunks = Proof.runs(5, of: 100)
        var (ends, opened, refused) = (0, [String: Int](), 0)
        for seed in 0..<UInt64(trunks) {
            var generator = SeededGenerator(seed: seed &* 0x9E37 &+ 3)
            let (crowd, law) = try Self.crowd(Int(seed % 5), seed: seed)
            var trunk = Collusion(crowd, law, SeededGenerator(seed: generator.next()))
            do {
                for _ in 0..<(10 + seed % 20) { try trunk.happen() }
                ends += try Self.part(trunk, times: 3, &generator, &opened)
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
            refused += trunk.refused + trunk.locked
        }
        let seen = opened.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        try Proof.note("\(ends) histories of colluding tokens, every opening by two people: \(seen)")
        #expect(ends == trunks * 1_000 && refused > trunks)
        #expect(opened.keys.contains("the first stage") && opened.keys.contains("a role"), "\(opened)")
        #expect(opened.keys.contains("enrolment"), "\(opened)")
    }

    @Test("lose the signatures of who is erased or is no approver any more", arguments: [true, false])
    func removed(isErased: Bool) throws {
        var (crowd, _) = try Self.crowd(2, seed: 5)
        #expect(crowd.plane.state.book[crowd.rollout]?.phase == .scheduled(notBefore: crowd.plane.now))
        let admin = try #require(crowd.plane.holder(of: crowd.tokens[0]))
        guard case .person(let bob)? = crowd.plane.holder(of: crowd.tokens[1]) else { throw Unexpected() }
        let command =
            isErased
            ? Command.erasePerson(ErasePerson(person: bob, reason: "left"))
            : .assignRoles(AssignRoles(person: bob, roles: [.operator]))
        let entries = try crowd.plane.ask(.command(command), by: admin)
        #expect(entries.map(\.event.kind) == [.rolloutChanged, isErased ? .personErased : .rolesAssigned])
        #expect(crowd.plane.state.book[crowd.rollout]?.phase == .inReview)
        _ = try crowd.seen(requests: 0, events: 0, tripped: 0)
        try crowd.look()
        #expect(crowd.plane.state.book[crowd.rollout]?.stage == nil)
    }

    @Test("keep the signatures of who loses a role that nobody asked for")
    func kept() throws {
        var (crowd, _) = try Self.crowd(2, seed: 5)
        let admin = try #require(crowd.plane.holder(of: crowd.tokens[0]))
        guard case .person(let bob)? = crowd.plane.holder(of: crowd.tokens[1]) else { throw Unexpected() }
        let command = Command.assignRoles(AssignRoles(person: bob, roles: [.approver]))
        #expect(try crowd.plane.ask(.command(command), by: admin).count == 1)
        try crowd.look()
        #expect(crowd.plane.state.book[crowd.rollout]?.stage == 0)
    }
}
