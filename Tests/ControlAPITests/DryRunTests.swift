import AccessPolicy
import HashTreeCollections
import ReleaseModel
import Testing

@testable import ControlAPI
@testable import Store

@Suite("A dry run")
struct DryRunTests {
    @Test("of a grant says who gains, though a second person must still agree, and changes nothing")
    func grant() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, application) = try await world.furnish(alice, bob)
        let before = world.registry
        let run = try await world.plane.dryRun(
            .issueGrant(GrantTerms(subject: .application(application), model: model)), by: alice.actor)
        #expect(run.needsSecondPerson)
        #expect(run.gains.map(\.application) == [application])
        #expect(run.gains.map(\.modelName.text) == ["aurora"])
        #expect(run.loses.isEmpty)
        #expect(world.registry == before)
        #expect(try world.reader.size() == before.generation)
        try world.close()
    }

    @Test("of a hold and of a revoked key says who loses")
    func losses() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, application) = try await world.furnish(alice, bob)
        try await world.consent(
            .issueGrant(GrantTerms(subject: .application(application), model: model)), alice, bob)
        _ = try await world.key(for: application, by: alice)
        let hold = try await world.plane.dryRun(.holdModel(HoldModel(model: model, reason: "test")), by: bob.actor)
        #expect(!hold.needsSecondPerson)
        #expect(hold.loses.map(\.application) == [application])
        #expect(hold.gains.isEmpty)
        let key = try #require(world.registry.keys.values.first { $0.owner == .application(application) })
        let revocation = try await world.plane.dryRun(
            .revokeKey(RevokeKey(key: key.id, reason: "test")), by: alice.actor)
        #expect(revocation.loses.map(\.application) == [application])
        try world.close()
    }

    @Test("of a grant to an organisation names each of its applications")
    func organisation() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, _) = try await world.furnish(alice, bob)
        let added = try await world.plane.perform(.addOrganisation(AddOrganisation(name: name("lab"))), by: alice.actor)
        guard case .organisationAdded(let lab)? = added.entries.first?.entry.event else { throw Unexpected() }
        for text in ["lab-a", "lab-b"] {
            _ = try await world.plane.perform(
                .addApplication(AddApplication(name: name(text), organisation: lab.id)), by: alice.actor)
        }
        let run = try await world.plane.dryRun(
            .issueGrant(GrantTerms(subject: .organisation(lab.id), model: model)), by: alice.actor)
        #expect(run.gains.map(\.applicationName.text) == ["lab-a", "lab-b"])
        try world.close()
    }

    @Test("of what is not permitted is refused like the real thing")
    func refused() async throws {
        let world = try await World()
        let (_, bob) = try await world.bootstrapTwo()
        await #expect(throws: Refusal.self) {
            try await world.plane.dryRun(.addModel(AddModel(name: name("x"), displayName: "X")), by: bob.actor)
        }
        try world.close()
    }
}
