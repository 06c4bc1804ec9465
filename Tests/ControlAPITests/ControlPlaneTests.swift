import AccessPolicy
import HashTreeCollections
import Ledger
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("The control plane")
struct ControlPlaneTests {
    @Test("opens a model only with two people, and publishes it then")
    func twoPeople() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, application) = try await world.furnish(alice, bob)
        let grant = Command.issueGrant(GrantTerms(subject: .application(application), model: model))
        let proposal = try #require(try await world.plane.perform(grant, by: alice.actor).proposal)
        #expect(world.registry.grants.isEmpty)

        let approval = Command.approve(ApproveProposal(proposal: proposal.id, digest: proposal.digest))
        await #expect(throws: Refusal.self) { try await world.plane.perform(approval, by: alice.actor) }
        #expect(world.registry.grants.isEmpty)

        let approved = try await world.plane.perform(approval, by: bob.actor)
        #expect(approved.entries.map(\.entry.event.kind) == [.proposalApproved, .grantIssued])
        #expect(world.registry.grants.count == 1)
        try world.close()
    }

    @Test("is the same after a restart as before")
    func restart() async throws {
        let first = try await World()
        let (alice, bob) = try await first.bootstrapTwo()
        let (model, application) = try await first.furnish(alice, bob)
        try await first.consent(
            .issueGrant(GrantTerms(subject: .application(application), model: model)), alice, bob)
        let before = first.registry
        try first.close()

        let second = try await World(in: first.folder)
        #expect(second.registry == before)
        #expect(try await second.store.entries.size() == before.generation)
        try second.close()
    }

    @Test("answers only what a signed checkpoint covers")
    func checkpoint() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        let performed = try await world.plane.perform(
            .addModel(AddModel(name: name("aurora"), displayName: "Aurora")), by: alice.actor)
        let index = try #require(performed.entries.last?.index)
        #expect(try world.reader.checkpoint().size > index)
        let bytes = try world.reader.entry(at: index)
        #expect(try JSONValue(parsing: bytes).canonical == bytes)
        #expect(try ControlEntry(index: index, bytes: bytes) == performed.entries.last?.entry)
        try world.close()
    }

    @Test("decides again when the log has grown meanwhile, and loses nothing")
    func contention() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        let size = world.registry.generation
        // Taken out first: unoptimised Swift 6.3.1 crashes on some captures of 16-byte alignment, as identifiers are.
        let (plane, actor) = (world.plane, alice.actor)
        let commands = try (0..<6).map { number in
            Command.addModel(AddModel(name: try name("model-\(number)"), displayName: "M"))
        }
        let indices = try await withThrowingTaskGroup(of: Performed.self) { group in
            for command in commands {
                group.addTask { try await plane.perform(command, by: actor) }
            }
            var indices: Set<UInt64> = []
            for try await performed in group { indices.formUnion(performed.entries.map(\.index)) }
            return indices
        }
        #expect(indices == Set(size..<size + 6))
        #expect(world.registry.models.count == 6)
        #expect(world.registry.generation == size + 6)
        try world.close()
    }

    @Test("folds what another writer put into the log before it decides")
    func foreignEntry() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        let command = Command.addModel(AddModel(name: try name("aurora"), displayName: "Aurora"))
        let model = Model(
            id: ModelID(bits: 5), name: try name("aurora"), displayName: "Theirs", visibility: .listed,
            added: Timestamp(milliseconds: 1))
        let entry = ControlEntry(at: Timestamp(milliseconds: 1), by: .host, event: .modelAdded(model))
        _ = try await world.writer.append([try entry.bytes()])
        await #expect { try await world.plane.perform(command, by: alice.actor) } throws: { error in
            (error as? Refusal)?.code == .alreadyExists
        }
        #expect(world.registry.models[ModelID(bits: 5)] == model)
        try world.close()
    }

    @Test(
        "stops at an entry that it does not wholly understand, and names it",
        arguments: [
            #"{"at":1,"by":"host","content":{},"kind":"model.teleported","v":1}"#,
            #"{"at":1,"by":"host","content":{"model":"mdl_00000000000000000000000005","reason":"r"},"#
                + #""kind":"model.held","v":2}"#,
            #"{"at":1,"by":"host","content":{"model":"mdl_00000000000000000000000005","reason":"r","x":1},"#
                + #""kind":"model.held","v":1}"#,
            "no entry",
        ])
    func unknownEntry(text: String) async throws {
        let first = try await World()
        _ = try await first.bootstrapTwo()
        let index = try await first.writer.append([Array(text.utf8)]).first
        try first.close()
        await #expect { try await World(in: first.folder) } throws: { error in
            guard case .unreadableEntry(let found, _)? = error as? ControlFault else { return false }
            return found == index
        }
    }

    @Test("changes nothing when the disk refuses, and goes on when it works again")
    func diskFull() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        let before = world.registry
        try world.writer.close()
        let command = Command.addModel(AddModel(name: try name("aurora"), displayName: "Aurora"))
        await #expect(throws: LogFault.self) { try await world.plane.perform(command, by: alice.actor) }
        #expect(world.registry == before)
        try world.store.close()

        let again = try await World(in: world.folder)
        _ = try await again.plane.perform(command, by: alice.actor)
        #expect(again.registry.models.count == 1)
        try again.close()
    }

    @Test("says anew that its rules are fresh, without a new generation")
    func heartbeat() async throws {
        let world = try await World()
        _ = try await world.bootstrapTwo()
        let before = world.plane.rules.current
        world.pass(milliseconds: 1_000)
        await world.plane.keepFresh()
        let after = world.plane.rules.current
        #expect(after.asOf.since(before.asOf) == 1_000)
        #expect(after.registry == before.registry)
        try world.close()
    }

    @Test("notes the access log's head when that has grown, and only then")
    func accessLog() async throws {
        let world = try await World()
        _ = try await world.bootstrapTwo()
        let signer = try NoteSigner(name: "example.org/access", seed: [UInt8](repeating: 9, count: 32))
        func note(_ size: UInt64) throws -> String {
            let checkpoint = Checkpoint(origin: "example.org/access", size: size, root: MerkleTree.emptyRoot)
            return try checkpoint.signed(by: [signer]).description
        }
        #expect(try await !world.plane.record(accessLogCheckpoint: note(0)))
        #expect(try await world.plane.record(accessLogCheckpoint: note(3)))
        #expect(try await !world.plane.record(accessLogCheckpoint: note(3)))
        #expect(try await !world.plane.record(accessLogCheckpoint: "no checkpoint"))
        try world.close()
        let again = try await World(in: world.folder)
        #expect(try await !again.plane.record(accessLogCheckpoint: note(3)))
        #expect(try await again.plane.record(accessLogCheckpoint: note(4)))
        try again.close()
    }
}
