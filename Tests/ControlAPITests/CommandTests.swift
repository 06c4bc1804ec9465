import AccessPolicy
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("A command over HTTP")
struct CommandTests {
    private static func addModel(_ text: String) throws -> Command {
        .addModel(AddModel(name: try name(text), displayName: "M"))
    }

    @Test("goes from proposal to grant with two people, and admission changes with it")
    func twoPeople() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, application) = try await world.furnish(alice, bob)
        let key = try await world.key(for: application, by: alice)
        try await world.serving { client in
            let ask = #"{"application":"first-app","model":"aurora"}"#
            let before = try await client.send("POST", "/v1/access/explain", key: bob.key, body: ask)
            // It is neither listed nor granted: to this application there is no such model.
            #expect(try before.json()["decision"]?["refused"]?.arrayValue?.first?["code"] == "model_not_found")

            let proposed = try await client.command(
                .issueGrant(GrantTerms(subject: .application(application), model: model)), key: alice.key)
            #expect(proposed.status == 202)
            let proposal = try #require(try proposed.json()["proposal"])
            let listed = try await client.get("/v1/proposals", key: bob.key).json()["data"]?.arrayValue?.first
            #expect(listed?["id"] == proposal["id"])
            #expect(listed?["by"]?.stringValue == alice.id.description)
            #expect(listed?["command"]?["command"] == "grant.issue")

            let approval = Command.approve(
                ApproveProposal(
                    proposal: try #require(proposal["id"]?.stringValue.flatMap { ProposalID($0) }),
                    digest: try #require(proposal["digest"]?.stringValue.flatMap { ContentDigest($0) })))
            let own = try await client.command(approval, key: alice.key)
            #expect(own.status == 403)
            let approved = try await client.command(approval, key: bob.key)
            #expect(approved.status == 201)
            #expect(
                try approved.json()["entries"]?.arrayValue?.map { $0["entry"]?["kind"] } == [
                    "proposal.approved", "grant.issued",
                ])

            let after = try await client.send("POST", "/v1/access/explain", key: bob.key, body: ask)
            #expect(try after.json()["decision"]?["admitted"]?["application"]?.stringValue == application.description)
            #expect(try await client.get("/v1/me", key: key).json()["name"] == "first-app")
        }
        try world.close()
    }

    @Test("of an application accepts terms for itself, and nothing else")
    func acceptance() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (_, application) = try await world.furnish(alice, bob)
        let key = try await world.key(for: application, by: alice)
        try await world.serving { client in
            let published = try await client.command(
                .publishTerms(
                    PublishTerms(
                        name: try name("use"), version: try name("1"), digest: try digest([1]),
                        url: "https://example.org/terms")), key: alice.key)
            #expect(published.status == 201)
            let terms = try await client.get("/v1/terms", key: key).json()["data"]?.arrayValue?.first
            let id = try #require(terms?["id"]?.stringValue.flatMap { TermsID($0) })
            let accept = Command.acceptTerms(AcceptTerms(terms: id, application: application))
            #expect(try await client.command(accept, key: alice.key).status == 403)
            #expect(try await client.command(accept, key: key).status == 201)
            #expect(try await client.command(accept, key: key).problem() == "nothing_to_do")
            #expect(try await client.command(Self.addModel("x"), key: key).status == 403)
        }
        try world.close()
    }

    @Test("is done once for one idempotency key, and answered alike each time")
    func idempotency() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        try await world.serving { client in
            let headers = ["Idempotency-Key": "k-1"]
            let first = try await client.command(Self.addModel("a"), key: alice.key, headers: headers)
            #expect(first.status == 201)
            #expect(first.headers["idempotency-replayed"] == nil)
            let size = world.registry.generation
            let second = try await client.command(Self.addModel("a"), key: alice.key, headers: headers)
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second.headers["idempotency-replayed"] == "true")
            #expect(world.registry.generation == size)

            let other = try await client.command(Self.addModel("b"), key: alice.key, headers: headers)
            #expect(other.status == 422)
            #expect(try other.problem() == "idempotency_key_reused")
            // The same key in another person's hands is another key.
            #expect(try await client.command(Self.addModel("a"), key: bob.key, headers: headers).status == 403)

            let refused = ["Idempotency-Key": "k-2"]
            #expect(try await client.command(Self.addModel("a"), key: alice.key, headers: refused).status == 409)
            #expect(try await client.command(Self.addModel("c"), key: alice.key, headers: refused).status == 201)

            let long = ["Idempotency-Key": String(repeating: "k", count: 256)]
            let tooLong = try await client.command(Self.addModel("d"), key: alice.key, headers: long)
            #expect(try tooLong.problem() == "invalid_parameter")
        }
        try world.close()
    }

    @Test("under a key that is in use is told to wait")
    func running() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        let command = try Self.addModel("a")
        let scope = IdempotencyScope(principal: alice.id.description, route: "command", key: "k")
        let body = try digest(try JSONValue(encoding: command).canonical)
        _ = try await world.store.idempotency.begin(scope, body: body, at: world.plane.clock())
        try await world.serving { client in
            let again = try Self.addModel("a")
            let reply = try await client.command(again, key: alice.key, headers: ["Idempotency-Key": "k"])
            #expect(reply.status == 409)
            #expect(try reply.problem() == "idempotency_key_in_use")
        }
        try world.close()
    }

    @Test("run dry says who gains, and records nothing")
    func dryRun() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, application) = try await world.furnish(alice, bob)
        let size = world.registry.generation
        try await world.serving { client in
            let reply = try await client.command(
                .issueGrant(GrantTerms(subject: .application(application), model: model)), key: alice.key,
                query: "?dry_run=true")
            #expect(reply.status == 200)
            let json = try reply.json()
            #expect(json["needs_second_person"] == true)
            #expect(json["gains"]?.arrayValue?.first?["application_name"] == "first-app")
            #expect(try Schemas.faults(of: json, in: "DryRun") == [])
        }
        #expect(world.registry.generation == size)
        try world.close()
    }

    @Test("that erases a person takes their bytes from the vault's files, and their key with them")
    func erasure() async throws {
        let world = try await World()
        let people = try await world.bootstrap([[.admin], [.approver], [.viewer]])
        let gone = people[2]
        let needle = Array("Person 2".utf8)
        try await world.serving { client in
            #expect(try await client.get("/v1/me", key: gone.key).status == 200)
            #expect(Self.files(of: world).contains { $0.contains(needle) })
            let reply = try await client.command(
                .erasePerson(ErasePerson(person: gone.id, reason: "asked for it")), key: people[0].key)
            #expect(reply.status == 201)
            #expect(try await client.get("/v1/me", key: gone.key).status == 401)
            #expect(try await client.get("/v1/people/\(gone.id)", key: people[0].key).status == 404)
        }
        for file in Self.files(of: world) { #expect(!file.contains(needle)) }
        try world.close()
        for file in Self.files(of: world) { #expect(!file.contains(needle)) }
    }

    private static func files(of world: World) -> [[UInt8]] {
        ["store.sqlite", "store.sqlite-wal"].compactMap { try? world.folder.read($0) }
    }

    @Test("that adds a person keeps the record until the proposal ends, and forgets it if nobody agrees")
    func addPerson() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        var generator = SeededGenerator(seed: 31)
        let key = KeyText(kind: .person, using: &generator)
        let keyDigest = try digest(key.secretText)
        try await world.serving { client in
            let record = try await client.send(
                "POST", "/v1/person-records", key: alice.key, body: #"{"name":"Cleo","email":"c@example.org"}"#)
            #expect(record.status == 201)
            let commitment = try #require(
                try record.json()["commitment"]?.stringValue.flatMap { ContentDigest($0) })
            let proposed = try await client.command(
                .addPerson(AddPerson(commitment: commitment, roles: [.viewer], key: key.id, keyDigest: keyDigest)),
                key: alice.key)
            let proposal = try #require(try proposed.json()["proposal"]?["id"]?.stringValue.flatMap { ProposalID($0) })
            #expect(try await world.store.vault.record(of: commitment)?.name == "Cleo")
            let rejected = try await client.command(
                .reject(RejectProposal(proposal: proposal, reason: "no")), key: alice.key)
            #expect(rejected.status == 201)
            #expect(try await world.store.vault.record(of: commitment) == nil)
        }
        try world.close()
    }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in a row.
    func contains(_ needle: [UInt8]) -> Bool {
        guard self.count >= needle.count else { return false }
        return (0...(self.count - needle.count)).contains { start in
            self[start] == needle[0] && self[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}
