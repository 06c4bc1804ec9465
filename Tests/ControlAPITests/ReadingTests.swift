import AccessPolicy
import Crypto
import HashTreeCollections
import Ledger
import ReleaseModel
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("Reading over HTTP")
struct ReadingTests {
    /// A world with at least one of everything.
    private static func furnished() async throws -> (World, alice: World.Somebody, bob: World.Somebody) {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, application) = try await world.furnish(alice, bob)
        let version = try #require(world.registry.current[model])
        _ = try await world.plane.perform(.addOrganisation(AddOrganisation(name: name("lab"))), by: alice.actor)
        _ = try await world.plane.perform(
            .addComponent(AddComponent(version: version, kind: .modelCard, digest: digest([2]))), by: alice.actor)
        _ = try await world.plane.perform(
            .publishTerms(
                PublishTerms(
                    name: name("use"), version: name("1"), digest: digest([1]), url: "https://example.org/t")),
            by: alice.actor)
        _ = try await world.plane.perform(.enrol(Enrol(application: application, model: model)), by: alice.actor)
        let grant = GrantTerms(
            subject: .application(application), model: model, entitlements: [Entitlement(.logprobs)],
            limits: Limits(requestsPerMinute: 60))
        try await world.consent(.issueGrant(grant), alice, bob)
        _ = try await world.plane.perform(.issueGrant(grant), by: alice.actor)
        _ = try await world.key(for: application, by: alice)
        let now = world.plane.clock()
        _ = try world.plane.evidence.put([1], as: digest([1]))
        let attachment = AttachEvidence(
            version: version, kind: try name("risk-assessment"), file: try digest([1]), method: "m", issuer: "i",
            limits: "l", madeAt: now, validUntil: now.advanced(milliseconds: 1))
        _ = try await world.plane.perform(.attachEvidence(attachment), by: alice.actor)
        return (world, alice, bob)
    }

    @Test("gives each list and each item in the form that the document describes")
    func schemas() async throws {
        let (world, alice, bob) = try await Self.furnished()
        try await world.serving { client in
            for collection in Collection.allCases {
                let list = try await client.get("/v1/\(collection.rawValue)", key: bob.key)
                #expect(list.status == 200)
                let json = try list.json()
                #expect(try Schemas.faults(of: json, in: "\(collection.schema)List") == [])
                let first = try #require(json["data"]?.arrayValue?.first, "no \(collection.rawValue)")
                let id = try #require(first["id"]?.stringValue)
                let item = try await client.get("/v1/\(collection.rawValue)/\(id)", key: bob.key)
                // By itself a version tells how its level came to be.
                #expect(try item.json().objectValue?.filter { $0.key != "levels" } == first.objectValue)
                let missing = try await client.get("/v1/\(collection.rawValue)/nothing", key: bob.key)
                #expect(missing.status == 404)
                #expect(try missing.problem() == "not_found")
            }
            for (path, schema) in [
                ("/v1/me", "Me"), ("/v1/usage", "UsageList"), ("/v1/log/control/entries", "EntryList"),
                ("/healthz", "Health"), ("/readyz", "Readiness"), ("/openapi.json", "Document"),
                ("/v1/people/\(alice.id)/record", "PersonRecord"),
            ] {
                let json = try await client.get(path, key: alice.key).json()
                #expect(try Schemas.faults(of: json, in: schema) == [], "\(path)")
            }
            let performed = try await client.command(
                .addModel(AddModel(name: name("b"), displayName: "B")), key: alice.key)
            #expect(try Schemas.faults(of: performed.json(), in: "Performed") == [])
            let explained = try await client.send(
                "POST", "/v1/access/explain", key: bob.key, body: #"{"application":"first-app","model":"aurora"}"#)
            #expect(try Schemas.faults(of: explained.json(), in: "Explanation") == [])
            let problem = try await client.get("/v1/nothing").json()
            #expect(try Schemas.faults(of: problem, in: "Problem") == [])
        }
        try world.close()
    }

    @Test("never gives a key's digest")
    func digests() async throws {
        let (world, alice, _) = try await Self.furnished()
        let digests = world.registry.keys.values.map(\.digest.description)
        try await world.serving { client in
            for path in ["/v1/keys", "/v1/me", "/v1/people", "/v1/applications"] {
                let text = try await client.get(path, key: alice.key).text
                #expect(!digests.contains { text.contains($0) })
            }
        }
        try world.close()
    }

    @Test("finds by name, narrows by filters, and pages through a list without loss")
    func pages() async throws {
        let (world, alice, bob) = try await Self.furnished()
        for number in 0..<7 {
            _ = try await world.plane.perform(
                .addModel(AddModel(name: name("m-\(number)"), displayName: "M")), by: alice.actor)
        }
        try await world.serving { client in
            var seen: [String] = []
            var after = ""
            repeat {
                let json = try await client.get("/v1/models?limit=3\(after)", key: bob.key).json()
                seen += (json["data"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                after = json["next"]?.stringValue.map { "&after=\($0)" } ?? ""
            } while !after.isEmpty
            #expect(seen.count == 8)
            #expect(Set(seen).count == 8)

            let named = try await client.get("/v1/models?name=aurora", key: bob.key).json()
            #expect(named["data"]?.arrayValue?.count == 1)
            #expect(try await client.get("/v1/models/aurora", key: bob.key).json()["name"] == "aurora")
            let versions = try await client.get("/v1/versions?model=aurora", key: bob.key).json()
            #expect(versions["data"]?.arrayValue?.first?["is_current"] == true)
            let grants = try await client.get("/v1/grants?application=first-app", key: bob.key).json()
            #expect(grants["data"]?.arrayValue?.map { $0["state"] } == ["open"])
            #expect(try await client.get("/v1/versions?model=other", key: bob.key).status == 404)
        }
        try world.close()
    }

    @Test("gives entries by place and by what they name, and proofs that verify")
    func log() async throws {
        let (world, alice, _) = try await Self.furnished()
        let model = try #require(world.registry.models.values.first)
        let size = world.registry.generation
        let verifier = try NoteSigner(name: World.origin, seed: [UInt8](repeating: 7, count: 32)).verifier
        try await world.serving { client in
            let page = try await client.get("/v1/log/control/entries?from=1&limit=2", key: alice.key).json()
            #expect(page["data"]?.arrayValue?.map { $0["index"] } == [1, 2])
            #expect(page["next"] == 3)
            #expect(page["size"] == .integer(Int64(size)))
            let past = try await client.get("/v1/log/control/entries?from=9999", key: alice.key).json()
            #expect(past["data"] == [])

            let named = try await client.get("/v1/log/control/entries?object=\(model.id)", key: alice.key).json()
            let kinds = (named["data"]?.arrayValue ?? []).compactMap { $0["entry"]?["kind"]?.stringValue }
            #expect(kinds.first == "model.added")
            #expect(kinds.contains("grant.issued"))
            #expect(!kinds.contains("person.added"))

            let proof = try await client.get("/v1/log/control/proof?index=3", key: alice.key)
            let entry = try world.reader.entry(at: 3)
            _ = try LogProof(proof.body).verify(entry: entry, by: [verifier])
            #expect(try await client.get("/v1/log/control/proof?index=9999", key: alice.key).status == 404)
            #expect(try await client.get("/v1/log/control/proof", key: alice.key).status == 422)

            let checkpoint = try await client.get("/log/control/checkpoint")
            _ = try SignedNote(checkpoint.body).verify(by: [verifier])
            let tile = try await client.get("/log/control/tile/0/000.p/\(size)")
            #expect(tile.status == 200)
            #expect(tile.body.count == 32 * Int(size))
            #expect(try await client.get("/log/control/tile/0/001").status == 404)
            #expect(try await client.get("/log/control/tile/..%2f..%2fstore.sqlite").status == 404)
            #expect(try await client.get("/v1/log/access/entries", key: alice.key).status == 404)
        }
        try world.close()
    }

    @Test("gives usage by day, of the last thirty unless told otherwise")
    func usage() async throws {
        let (world, alice, _) = try await Self.furnished()
        let grant = try #require(world.registry.grants.values.first)
        let today = Day(of: world.plane.clock())
        try await world.store.usage.add(
            [
                Usage(grant: grant.id, day: today, requests: 2, inputTokens: 3, outputTokens: 4, outcomes: ["ok": 2]),
                Usage(grant: grant.id, day: Day(number: today.number - 40), requests: 9),
            ], covering: 0..<11)
        try await world.serving { client in
            let rows = try await client.get("/v1/usage?grant=\(grant.id)", key: alice.key).json()["data"]
            #expect(
                rows == [
                    [
                        "day": .string(CalendarDay.text(today)), "grant": .string(grant.id.description),
                        "input_tokens": 3, "outcomes": ["ok": 2], "output_tokens": 4, "requests": 2,
                    ]
                ])
            let all = try await client.get("/v1/usage?since=2020-01-01", key: alice.key).json()["data"]
            #expect(all?.arrayValue?.count == 2)
            for day in ["2027-02-29", "27-01-01", "2027-1-1", "yesterday", "2027-13-01"] {
                #expect(try await client.get("/v1/usage?since=\(day)", key: alice.key).status == 422)
            }
        }
        try world.close()
    }

    @Test("shows what other parts report")
    func hooks() async throws {
        let world = try await World()
        var hooks = ControlService.Hooks()
        hooks.metrics = { "sluice_up 1\n" }
        hooks.checks = { ["control_log": true, "upstreams": false] }
        try await world.serving(hooks: hooks) { client in
            #expect(try await client.get("/metrics").text == "sluice_up 1\n")
            let ready = try await client.get("/readyz")
            #expect(ready.status == 503)
            #expect(try ready.json()["checks"]?["upstreams"] == false)
            #expect(try await client.get("/healthz").status == 200)
        }
        try world.close()
    }
}
