import ArgumentParser
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import sluice

@Suite("A verb about a rollout")
struct ReleaseVerbTests {
    private static let rollout = RolloutID(bits: 11)
    private static let path = "/v1/rollouts/\(RolloutID(bits: 11))"
    private static let evidence = "sha256:" + String(repeating: "e", count: 64)

    private static func plan() throws -> ReleasePlan {
        try PlanDraft(
            PlanInput(name: "plan.yaml", bytes: Array(try PlanFixtures.example("in-minutes").utf8))
        ).plan
    }

    /// A server with one rollout whose people have signed as told, and that tells who asks.
    private static func server(ballots: [JSONValue] = []) async throws -> ScriptedControl {
        let plan = try Self.plan()
        let document: JSONValue = [
            "id": .string(Self.rollout.description), "plan": .string(plan.digest.description),
            "evidence": .string(Self.evidence), "phase": "in_review", "stage": 0,
            "sentence": "The plan waits for those who approve.", "ballots": .array(ballots),
            "openings": [["cohort": "partners", "weight": 100_000]],
        ]
        let after: JSONValue = ["sentence": "It is being closed to everybody.", "openings": [], "ballots": []]
        return try await ScriptedControl { asked in
            switch asked.target {
            case Self.path: .json(200, document)
            case "\(Self.path)/plan": .json(200, plan.document)
            case "/v1/me": .json(200, ["id": .string(Known.person.description)])
            case "\(Self.path)/commands": .json(201, ["entries": []])
            case "\(Self.path)/commands?dry_run=true": .json(200, ["before": document, "after": after])
            default: .json(404, ["code": "not_found"])
            }
        }
    }

    private static func ballot(_ motion: Motion, by person: PersonID) throws -> JSONValue {
        [
            "motion": try JSONValue(encoding: motion), "sentence": "x", "distinct": 2, "roles": [],
            "approvals": [["person": .string(person.description), "reason": ""]],
        ]
    }

    private static func run(_ line: String, _ captured: Captured = Captured(), on server: ScriptedControl) async throws
    {
        let words = line.split(separator: " ").map(String.init)
        let noun: any ParsableCommand.Type = words[0] == "plan" ? PlanCommand.self : ReleaseCommand.self
        let verb = try #require(try noun.parseAsRoot(Array(words.dropFirst())) as? any RolloutVerb)
        try await verb.give(try server.session(captured))
    }

    private static func sent(_ server: ScriptedControl) throws -> RolloutCommand {
        let asked = server.asked.current.last { $0.target == "\(Self.path)/commands" }
        return try #require(asked?.document).decoded(as: RolloutCommand.self)
    }

    @Test("gives the command that it says")
    func commands() async throws {
        let plan = try Self.plan().digest
        let evidence = try #require(ContentDigest(Self.evidence))
        func approval(_ motion: Motion, _ reason: String = "") -> RolloutCommand {
            .approve(RolloutCommand.Approve(motion, plan: plan, evidence: evidence, reason: reason))
        }
        let next = RolloutID(bits: 12)
        let ada = try #require(AudienceUnit(Known.application, account: "ada"))
        let expected: [(String, RolloutCommand)] = [
            ("plan approve ID", approval(.openPlan)), ("plan approve ID --plan \(plan)", approval(.openPlan)),
            ("release advance ID", approval(.openStage(1))), ("release resume ID", approval(.resume)),
            ("release override ID --reason late", approval(.override, "late")),
            ("release supersede ID --by \(next) --reason newer", approval(.supersede(next), "newer")),
            ("release start ID --not-before 2027-01-31", .start(notBefore: Timestamp(milliseconds: 1_801_353_600_000))),
            ("release hold ID --reason look", .hold(reason: "look")),
            (
                "release remove ID --application \(Known.application) --reason abuse",
                .remove(AudienceUnit(Known.application), reason: "abuse")
            ),
            (
                "release remove ID --application \(Known.application) --account ada --reason abuse",
                .remove(ada, reason: "abuse")
            ),
            (
                "release restore ID --application \(Known.application)",
                approval(.restore(AudienceUnit(Known.application)))
            ),
            ("release step-back ID --reason look", .stepBack(reason: "look")),
            ("release roll-back ID --reason look", .rollBack(reason: "look")),
            ("release abort ID --reason look", .abort(reason: "look")),
            ("release dismiss ID --person \(Known.person) --reason left", .dismiss(Known.person, reason: "left")),
        ]
        let server = try await Self.server()
        for (line, command) in expected {
            try await Self.run(line.replacing("ID", with: Self.rollout.description), on: server)
            #expect(try Self.sent(server) == command, "\(line)")
        }
        try await server.close()
    }

    @Test("revise sends the plan of the file")
    func revise() async throws {
        let folder = try TemporaryDirectory("revise")
        let file = try folder.write(Array(try PlanFixtures.example("in-minutes").utf8), to: "plan.yaml")
        let server = try await Self.server()
        try await Self.run("plan revise \(Self.rollout) \(file) --reason smaller", on: server)
        #expect(try Self.sent(server) == .revise(SealedPlan(try Self.plan()), reason: "smaller"))
        try await server.close()
    }

    @Test("approve says what is signed before it is, and signs nothing but the plan whose digest was given")
    func approve() async throws {
        let server = try await Self.server()
        let captured = Captured()
        try await Self.run("plan approve \(Self.rollout)", captured, on: server)
        let talk = captured.talk.current.joined(separator: "\n")
        #expect(talk.contains(try Self.plan().digest.description) && talk.contains("canary"))
        let other = "sha256:" + String(repeating: "0", count: 64)
        let count = server.asked.current.count
        let error = await #expect(throws: CommandFault.self) {
            try await Self.run("plan approve \(Self.rollout) --plan \(other)", on: server)
        }
        #expect(error?.exitStatus == .conflict)
        #expect(!server.asked.current.dropFirst(count).contains { $0.method == "POST" })
        try await server.close()
    }

    @Test("withdraw takes back the one thing that one has signed for, and asks where there are several")
    func withdraw() async throws {
        let server = try await Self.server(ballots: [
            try Self.ballot(.resume, by: Known.person), try Self.ballot(.openStage(1), by: Known.person),
            try Self.ballot(.override, by: PersonID(bits: 99)),
        ])
        let several = await #expect(throws: CommandFault.self) {
            try await Self.run("release withdraw \(Self.rollout)", on: server)
        }
        #expect(several?.exitStatus == .usage && several?.description.contains("resume, stage") == true)
        let foreign = await #expect(throws: CommandFault.self) {
            try await Self.run("release withdraw \(Self.rollout) --signed override", on: server)
        }
        #expect(foreign?.exitStatus == .conflict)
        try await Self.run("release withdraw \(Self.rollout) --signed stage", on: server)
        #expect(try Self.sent(server) == .withdraw(.openStage(1)))
        try await server.close()
    }

    @Test("says with --dry-run how far each cohort would be open, and gives nothing")
    func dryRun() async throws {
        let server = try await Self.server()
        let captured = Captured()
        try await Self.run("release roll-back \(Self.rollout) --reason look --dry-run", captured, on: server)
        #expect(captured.data.current == "COHORT    NOW   THEN\npartners  10 %  0 %\n")
        #expect(captured.talk.current == ["It is being closed to everybody.", "Nothing was done."])
        #expect(!server.targets.contains("POST \(Self.path)/commands"))
        try await server.close()
    }
}
