import AccessPolicy
import Gradient
import NIOConcurrencyHelpers
import ReleaseModel
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("The level of a version, from the log of a rollout")
struct LevelTests {
    /// The changes that a document tells, without the grants' identifiers.
    private static func told(_ document: JSONValue) -> [[String]] {
        (document["levels"]?.arrayValue ?? []).map { change in
            let causes = (change["because"]?.arrayValue ?? []).map {
                $0["stage"]?.stringValue ?? $0["kind"]?.stringValue ?? ""
            }
            return [change["from"]?.stringValue ?? "", change["to"]?.stringValue ?? ""] + causes
        }
    }

    @Test("rises with the first stage that reaches somebody outside, and the log alone gives the same again")
    func rollout() async throws {
        let carrying = try await Carrying.furnished()
        let id = try await carrying.proposed(try Carrying.plan())
        try await carrying.start(id)
        try await carrying.run(id) { $0.phase == .active(stage: 0, .awaitingApproval) }
        let inside = try await self.documents(carrying, id)
        #expect(inside.version["level"] == "closed" && Self.told(inside.version).isEmpty)
        try await carrying.sign(.openStage(1), of: id, carrying.bob, carrying.carol)
        try await carrying.run(id) { $0.stage == 1 }
        let opened = try carrying.rollout(id).stageOpened
        try await carrying.run(id) { $0.phase == .completed }
        let after = try await self.documents(carrying, id)
        #expect(after.version["level"] == "gradual")
        #expect(Self.told(after.version) == [["closed", "gradual", "canary"]])
        #expect(after.version["levels"]?.arrayValue?.first?["at"]?.integerValue == opened.milliseconds)
        #expect(after.rollout["levels"] == after.version["levels"])

        // Revoked, it reaches nobody outside any more: the candidate serves all by now, and grants alone decide.
        carrying.world.pass(milliseconds: 1_000)
        let revocation = RevokeGrant(grant: carrying.grant, reason: "over")
        _ = try await carrying.world.plane.perform(.revokeGrant(revocation), by: carrying.alice.actor)
        let closed = try await self.documents(carrying, id)
        #expect(
            Self.told(closed.version) == [["closed", "gradual", "canary"], ["gradual", "closed", "grant"]])

        let known = try Self.recomputed(carrying)
        #expect(known.last == closed.version["levels"])
        for (earlier, later) in zip(known, known.dropFirst()) {
            let (earlier, later) = (earlier.arrayValue ?? [], later.arrayValue ?? [])
            #expect(Array(later.prefix(earlier.count)) == earlier, "what was derived before stays as it was")
        }
        try carrying.world.close()
    }

    @Test("of a rollout that goes back is closed again")
    func back() async throws {
        let carrying = try await Carrying.furnished()
        let id = try await carrying.proposed(try Carrying.plan())
        try await carrying.start(id)
        try await carrying.run(id) { $0.phase == .active(stage: 0, .awaitingApproval) }
        try await carrying.sign(.openStage(1), of: id, carrying.bob, carrying.carol)
        try await carrying.run(id) { $0.stage == 1 }
        try await carrying.look(at: id)
        try await carrying.perform(.rollBack(reason: "a doubt"), on: id, by: carrying.bob)
        let after = try await self.documents(carrying, id)
        #expect(Self.told(after.version) == [["closed", "gradual", "canary"], ["gradual", "closed", "canary"]])
        #expect(after.version["level"] == "closed")
        try carrying.world.close()
    }

    /// The version and the rollout as the API tells them, held to their schemas.
    private func documents(
        _ carrying: Carrying, _ id: RolloutID
    ) async throws -> (version: JSONValue, rollout: JSONValue) {
        let found = NIOLockedValueBox<(JSONValue, JSONValue)>((.null, .null))
        try await carrying.world.serving { client in
            let version = try await client.get("/v1/versions/aurora-2.0", key: carrying.alice.key).json()
            let rollout = try await client.get("/v1/rollouts/\(id)", key: carrying.alice.key).json()
            #expect(try Schemas.faults(of: version, in: "Version") == [])
            #expect(try Schemas.faults(of: rollout, in: "Rollout") == [])
            let listed = try await client.get("/v1/versions", key: carrying.alice.key).json()
            #expect(try Schemas.faults(of: listed, in: "VersionList") == [])
            #expect(listed["data"]?.arrayValue?.last?["level"] == version["level"])
            found.withLockedValue { $0 = (version, rollout) }
        }
        return found.withLockedValue { $0 }
    }

    /// The levels of the candidate after each decision, folded anew from the bytes of the log. What is decided at one
    /// moment is one decision, such as that a rollout completes and its candidate is current.
    private static func recomputed(_ carrying: Carrying) throws -> [JSONValue] {
        var state = ControlState()
        var histories: [Timestamp: JSONValue] = [:]
        let reader = carrying.world.reader
        try reader.entries(0..<reader.size()) { index, bytes in
            let entry = try ControlEntry(index: index, bytes: bytes)
            try state.apply(entry)
            guard let version = state.registry.version(named: try name("aurora-2.0")) else { return }
            let members = LevelDocument.members(
                of: version, in: state.registry, state.book, at: entry.at, history: true)
            histories[entry.at] = members["levels"]
        }
        return histories.sorted { $0.key < $1.key }.map(\.value)
    }
}
