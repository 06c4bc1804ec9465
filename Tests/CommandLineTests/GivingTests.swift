import AccessPolicy
import ArgumentParser
import Crypto
import ReleaseModel
import StrictJSON
import Testing

@testable import sluice

@Suite("Giving a command")
struct GivingTests {
    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    /// A server that knows one of each thing and takes every command.
    private func server(_ answer: JSONValue = ["entries": []]) async throws -> ScriptedControl {
        try await ScriptedControl { asked in
            if let list = Known.list(asked.target) { return .json(200, list) }
            return .json(201, answer)
        }
    }

    @Test("sends what Command encodes, names resolved, under a new idempotency key and the caller's key")
    func wire() async throws {
        let name = { (text: String) in try #require(Name(text)) }
        let expected: [(line: String, command: Command)] = [
            (
                "model add aurora --display-name Aurora --listed",
                .addModel(AddModel(name: try name("aurora"), displayName: "Aurora", visibility: .listed))
            ),
            (
                "version add v2 --model aurora --upstream sample --parent aurora-1.0",
                .addVersion(
                    AddVersion(
                        model: Known.model, name: try name("v2"), upstream: try name("sample"), upstreamModel: "v2",
                        parent: Known.version))
            ),
            (
                "version make-current aurora-1.0",
                .makeCurrent(MakeCurrent(model: Known.model, version: Known.version))
            ),
            ("model hold \(Known.model) --reason r", .holdModel(HoldModel(model: Known.model, reason: "r"))),
            (
                "application enrol first-app --model aurora",
                .enrol(Enrol(application: Known.application, model: Known.model))
            ),
            (
                "component add --version aurora-1.0 --kind datasets --withheld-reason w",
                .addComponent(AddComponent(version: Known.version, kind: .datasets, withheldReason: "w"))
            ),
            (
                """
                grant propose --application first-app --model aurora --entitlement pinned_version=2027-01-01 \
                --terms usage-policy --requests-per-minute 60 --use u
                """,
                .issueGrant(
                    GrantTerms(
                        subject: .application(Known.application), model: Known.model,
                        entitlements: [
                            Entitlement(.pinnedVersion, until: Timestamp(milliseconds: 1_798_761_600_000))
                        ], uses: [try name("u")], limits: Limits(requestsPerMinute: 60), terms: [Known.terms]))
            ),
            (
                "person roles \(Known.person) --roles viewer,auditor",
                .assignRoles(AssignRoles(person: Known.person, roles: [.viewer, .auditor]))
            ),
            (
                "key revoke slk_abcdefgh --reason lost",
                .revokeKey(RevokeKey(key: try #require(KeyID("abcdefgh".utf8)), reason: "lost"))
            ),
        ]
        let server = try await self.server()
        for (line, command) in expected {
            let verb = try #require(try parsed(line) as? any GivingVerb, "\(line)")
            let session = try server.session()
            try await session.give(try await verb.command(session), dryRun: false)
            #expect(server.commands.last == (try JSONValue(encoding: command)), "\(line)")
        }
        let given = server.asked.current.filter { $0.method == "POST" }
        #expect(Set(given.compactMap { $0.fields["idempotency-key"] }).count == expected.count)
        #expect(given.allSatisfy { $0.fields["authorization"] == "Bearer slp_of-the-test" })
        try await server.close()
    }

    @Test("names the nearest that there are when a name is not known")
    func unknownName() async throws {
        let server = try await self.server()
        let session = try server.session()
        let fault = await #expect(throws: CommandFault.self) {
            _ = try await session.identifier(.models, "auroar", as: ModelID.self)
        }
        #expect(fault?.exitStatus == .notFound)
        #expect(fault?.description.contains("did you mean aurora?") == true)
        #expect(server.commands.isEmpty)
        try await server.close()
    }

    @Test("prints the proposal's identifier, and says which command comes next")
    func proposal() async throws {
        let command = Command.makeCurrent(MakeCurrent(model: Known.model, version: Known.version))
        let proposal = Proposal(
            id: Known.proposal, command: command, digest: try #require(ContentDigest(Self.digest)), by: Known.person,
            lapses: Timestamp(milliseconds: 0))
        let entry = ControlEntry(
            at: Timestamp(milliseconds: 0), by: .person(Known.person), event: .proposalMade(proposal))
        let answer: JSONValue = [
            "entries": [["index": 6, "entry": try JSONValue(encoding: entry)]],
            "proposal": try JSONValue(encoding: proposal),
        ]
        let server = try await self.server(answer)
        let captured = Captured()
        try await server.session(captured).give(command, dryRun: false)
        #expect(captured.data.current == "\(Known.proposal)\n")
        #expect(captured.talk.current.contains("    sluice proposal approve \(Known.proposal)"))
        let machine = Captured()
        try await server.session(machine, .json).give(command, dryRun: false)
        #expect(machine.data.current == answer.canonicalText + "\n")
        try await server.close()
    }

    @Test("with --dry-run asks for one, and prints who gains and who loses")
    func dryRun() async throws {
        let server = try await self.server([
            "events": [], "needs_second_person": true,
            "gains": [["application_name": "first-app", "model_name": "aurora"]], "loses": [],
        ])
        let captured = Captured()
        let command = Command.holdModel(HoldModel(model: Known.model, reason: "r"))
        try await server.session(captured).give(command, dryRun: true)
        #expect(server.targets == ["POST /v1/commands?dry_run=true"])
        #expect(captured.data.current == "ACCESS  APPLICATION  MODEL\ngains   first-app    aurora\n")
        #expect(captured.talk.current.last == "Nothing was done.")
        try await server.close()
    }

    @Test("stores nothing of a person whom the server would refuse")
    func refusedPerson() async throws {
        let server = try await ScriptedControl { _ in .json(403, ["code": "not_permitted", "detail": "No."]) }
        let line = "person add C --email e@example.org --roles viewer --registration slp_abcdefgh:\(Self.digest)"
        let add = try #require(try parsed(line) as? PersonCommand.Add)
        await #expect(throws: ControlProblem.self) { try await add.run(try server.session()) }
        #expect(server.targets == ["POST /v1/commands?dry_run=true"])
        try await server.close()
    }
}

@Suite("Approving")
struct ApprovingTests {
    private static let command = Command.issueGrant(
        GrantTerms(subject: .application(Known.application), model: Known.model, terms: [Known.terms]))

    private func options(_ line: String = "") throws -> ApprovalOptions {
        let verb = try parsed("proposal approve \(Known.proposal) \(line)")
        return try #require(verb as? ProposalCommand.Approve).approval
    }

    /// A server with one proposal whose digest is said to be `digest`.
    private func server(digest: ContentDigest) async throws -> ScriptedControl {
        let proposal: JSONValue = [
            "id": .string(Known.proposal.description), "command": try JSONValue(encoding: Self.command),
            "digest": .string(digest.description), "by": .string(Known.person.description), "lapses": 0,
            "has_lapsed": false,
        ]
        return try await ScriptedControl { asked in
            if let list = Known.list(asked.target) { return .json(200, list) }
            return asked.method == "GET" ? .json(200, proposal) : .json(201, ["entries": []])
        }
    }

    @Test("shows every term by name first, and is bound to the digest of exactly that")
    func bound() async throws {
        let digest = try Registry.digest(of: Self.command)
        let server = try await self.server(digest: digest)
        let captured = Captured()
        try await Approving(session: try server.session(captured)).approve(try self.options())
        let talk = captured.talk.current.joined(separator: "\n")
        for text in [
            "first-app (\(Known.application))", "aurora (\(Known.model))", "usage-policy@2026-11", "\(digest)",
        ] {
            #expect(talk.contains(text), "\(talk)")
        }
        let approval = Command.approve(ApproveProposal(proposal: Known.proposal, digest: digest))
        #expect(server.commands == [try JSONValue(encoding: approval)])
        try await server.close()
    }

    @Test("does not happen when the digest was pinned to another")
    func pinned() async throws {
        let server = try await self.server(digest: try Registry.digest(of: Self.command))
        let options = try self.options("--digest sha256:" + String(repeating: "b", count: 64))
        let fault = await #expect(throws: CommandFault.self) {
            try await Approving(session: try server.session()).approve(options)
        }
        #expect(fault?.exitStatus == .conflict)
        #expect(server.commands.isEmpty)
        try await server.close()
    }

    @Test("does not happen when the server names a digest that is not the content's")
    func forged() async throws {
        let other = Command.holdModel(HoldModel(model: Known.model, reason: "r"))
        let server = try await self.server(digest: try Registry.digest(of: other))
        let fault = await #expect(throws: CommandFault.self) {
            try await Approving(session: try server.session()).approve(try self.options())
        }
        #expect(fault?.exitStatus == .verificationFailed)
        #expect(server.commands.isEmpty)
        try await server.close()
    }
}
