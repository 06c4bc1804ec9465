import AccessPolicy
import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("Evidence over HTTP")
struct EvidenceTests {
    private static let report = Array("what was found in three days".utf8)

    private struct Setting {
        var world: World
        var alice: World.Somebody
        var bob: World.Somebody
        var version: VersionID

        init() async throws {
            self.world = try await World()
            (self.alice, self.bob) = try await self.world.bootstrapTwo()
            _ = try await self.world.furnish(self.alice, self.bob)
            self.version = try #require(self.world.registry.version(named: name("aurora-1.0"))).id
        }

        func attachment(of bytes: [UInt8] = EvidenceTests.report) throws -> AttachEvidence {
            let now = self.world.plane.clock()
            return AttachEvidence(
                version: self.version, kind: try name("red-team-report"), file: try digest(bytes), method: "m",
                issuer: "i", limits: "no voice", madeAt: now, validUntil: now.advanced(milliseconds: 60_000))
        }
    }

    private static func put(
        _ bytes: [UInt8], as digest: ContentDigest, _ client: Client, key: String,
        type: String = "application/octet-stream"
    ) async throws -> Reply {
        try await client.send(
            "PUT", "/v1/evidence-files/\(digest)", key: key, body: String(decoding: bytes, as: UTF8.self),
            headers: ["Content-Type": type])
    }

    @Test("is kept, attached, judged by another person, shown, and withdrawn")
    func life() async throws {
        let setting = try await Setting()
        let (world, alice, bob) = (setting.world, setting.alice, setting.bob)
        let file = try digest(Self.report)
        try await world.serving { client in
            let attach = Command.attachEvidence(try setting.attachment())
            let early = try await client.command(attach, key: alice.key)
            #expect(try early.problem() == "not_found" && early.json()["field"] == "file")
            let kept = try await Self.put(Self.report, as: file, client, key: alice.key)
            #expect(kept.status == 201)
            #expect(try Schemas.faults(of: kept.json(), in: "EvidenceFile") == [])
            #expect(try await Self.put(Self.report, as: file, client, key: alice.key).status == 200)
            #expect(try await client.command(attach, key: alice.key, query: "?dry_run=true").status == 200)
            let attached = try await client.command(attach, key: alice.key)
            #expect(attached.status == 201)
            let content = try attached.json()["entries"]?.arrayValue?.first?["entry"]?["content"]
            let id = try #require(content?["id"]?.stringValue.flatMap { EvidenceID($0) })
            let review = ReviewEvidence(evidence: id, file: file, reasons: "thorough")
            #expect(try await client.command(.acceptEvidence(review), key: alice.key).status == 403)
            #expect(try await client.command(.acceptEvidence(review), key: bob.key).status == 201)
            var shown = try await client.get("/v1/evidence/\(id)", key: bob.key).json()
            #expect(shown["state"] == "accepted" && shown["review"]?["by"]?.stringValue == bob.id.description)
            let list = try await client.get("/v1/evidence?version=aurora-1.0", key: bob.key)
            #expect(try list.json()["data"]?.arrayValue == [shown])
            #expect(try Schemas.faults(of: list.json(), in: "EvidenceList") == [])
            let given = try await client.get("/v1/evidence-files/\(file)", key: bob.key)
            #expect(given.status == 200 && given.body == Self.report)
            #expect(given.headers["content-type"] == "application/octet-stream")
            let withdrawal = Command.withdrawEvidence(WithdrawEvidence(evidence: id, reason: "leaked"))
            #expect(try await client.command(withdrawal, key: bob.key).status == 201)
            shown = try await client.get("/v1/evidence/\(id)", key: bob.key).json()
            #expect(shown["state"] == "withdrawn" && shown["withdrawal"]?["reason"] == "leaked")
            #expect(try Schemas.faults(of: shown, in: "Evidence") == [])
        }
        try world.close()
    }

    @Test("is shown as expired when its time is over, without an entry")
    func expiry() async throws {
        let setting = try await Setting()
        _ = try setting.world.plane.evidence.put(Self.report, as: try digest(Self.report))
        _ = try await setting.world.plane.perform(
            .attachEvidence(try setting.attachment()), by: setting.alice.actor)
        try await setting.world.serving { client in
            let size = setting.world.writer.size
            for (pause, state) in [(59_999, "submitted"), (1, "expired")] as [(Int64, JSONValue)] {
                setting.world.pass(milliseconds: pause)
                let list = try await client.get("/v1/evidence", key: setting.bob.key).json()
                #expect(list["data"]?.arrayValue?.first?["state"] == state)
            }
            #expect(setting.world.writer.size == size)
        }
        try setting.world.close()
    }

    @Test("of other bytes, of another type, of none or too many is refused with what to do")
    func refused() async throws {
        let setting = try await Setting()
        let (world, alice, bob) = (setting.world, setting.alice, setting.bob)
        let (file, other) = (try digest(Self.report), try digest([1]))
        try await world.serving { client in
            #expect(
                try await Self.put(Self.report, as: other, client, key: alice.key).problem()
                    == "evidence_digest_differs")
            let typed = try await Self.put(Self.report, as: file, client, key: alice.key, type: "application/json")
            #expect(try typed.problem() == "unsupported_media_type")
            #expect(try await Self.put(Self.report, as: file, client, key: bob.key).problem() == "not_permitted")
            #expect(
                try await client.send(
                    "PUT", "/v1/evidence-files/nothing", key: alice.key, body: "x",
                    headers: ["Content-Type": "application/octet-stream"]
                ).problem() == "invalid_parameter")
            #expect(try await client.get("/v1/evidence-files/\(file)", key: alice.key).problem() == "not_found")
            let large = [UInt8](repeating: 97, count: EvidenceFiles.maximumBytes + 1)
            let tooLarge = try await Self.put(large, as: try digest(large), client, key: alice.key)
            #expect(try tooLarge.problem() == "body_too_large")
            #expect(try tooLarge.json()["detail"]?.stringValue?.contains("\(EvidenceFiles.maximumBytes)") == true)
            // A document may still not be so large.
            let document = try await client.send(
                "POST", "/v1/commands", key: alice.key, body: String(repeating: "x", count: 300_000))
            #expect(try document.problem() == "body_too_large")
        }
        try world.close()
    }

    @Test("that nobody attached for a day is removed at the start, and what was attached is not")
    func swept() async throws {
        let setting = try await Setting()
        let (world, other) = (setting.world, Array("never attached".utf8))
        let (file, stray) = (try digest(Self.report), try digest(other))
        for (bytes, digest) in [(Self.report, file), (other, stray)] {
            _ = try world.plane.evidence.put(bytes, as: digest)
            let path = world.folder.path(of: "evidence/sha256/\(digest.description.dropFirst(7))")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: path)
        }
        _ = try await world.plane.perform(.attachEvidence(try setting.attachment()), by: setting.alice.actor)
        try await world.serving { client in
            for _ in 0..<2_000 where try world.plane.evidence.contains(stray) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await client.get("/v1/evidence-files/\(stray)", key: setting.bob.key).status == 404)
            #expect(try await client.get("/v1/evidence-files/\(file)", key: setting.bob.key).status == 200)
        }
        try world.close()
    }

    @Test("that is damaged on the disk is not given")
    func damaged() async throws {
        let setting = try await Setting()
        let file = try digest(Self.report)
        _ = try setting.world.plane.evidence.put(Self.report, as: file)
        let path = setting.world.folder.path(of: "evidence/sha256/\(file.description.dropFirst(7))")
        try Data("something else".utf8).write(to: URL(filePath: path))
        try await setting.world.serving { client in
            let reply = try await client.get("/v1/evidence-files/\(file)", key: setting.bob.key)
            #expect(reply.status == 503)
            #expect(try reply.problem() == "evidence_file_damaged")
        }
        try setting.world.close()
    }
}

@Suite("Heartbeats over HTTP")
struct HeartbeatEndpointTests {
    @Test("are taken of people, and of a service key for the control that it is for, and nobody else's")
    func callers() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (_, application) = try await world.furnish(alice, bob)
        let plain = try await world.key(for: application, by: alice)
        let service = try await world.key(
            for: application, by: alice, seed: 6, kind: .service, use: try name("output-filter"))
        let rollout = RolloutID(bits: 9)
        var hooks = ControlService.Hooks()
        hooks.takeHeartbeat = { heartbeat, id in
            guard id == rollout else { throw HeartbeatFault.notConducted(id) }
            guard heartbeat.control.text != "other" else {
                throw HeartbeatFault.unknownControl(heartbeat.control, known: [])
            }
            return true
        }
        try await world.serving(hooks: hooks) { client in
            func beat(_ control: String, key: String, of id: RolloutID = rollout) async throws -> Reply {
                try await client.send(
                    "POST", "/v1/rollouts/\(id)/heartbeats", key: key, body: #"{"control":"\#(control)","at":5}"#)
            }
            let taken = try await beat("output-filter", key: service)
            #expect(taken.status == 200)
            #expect(try Schemas.faults(of: taken.json(), in: "HeartbeatReceipt") == [])
            #expect(try await beat("incident-channel", key: service).problem() == "not_permitted")
            #expect(try await beat("output-filter", key: plain).problem() == "not_permitted")
            #expect(try await beat("incident-channel", key: bob.key).status == 200)
            #expect(try await beat("other", key: bob.key).problem() == "unknown_control")
            #expect(
                try await beat("output-filter", key: bob.key, of: RolloutID(bits: 1)).problem()
                    == "not_found")
            let unknown = try await client.send(
                "POST", "/v1/rollouts/\(rollout)/heartbeats", key: bob.key, body: #"{"control":"c"}"#)
            #expect(try unknown.problem() == "missing_key")
        }
        try world.close()
    }

    @Test("go nowhere where no conductor runs")
    func nobody() async throws {
        let world = try await World()
        let (_, bob) = try await world.bootstrapTwo()
        try await world.serving { client in
            let reply = try await client.send(
                "POST", "/v1/rollouts/\(RolloutID(bits: 1))/heartbeats", key: bob.key, body: #"{"control":"c","at":5}"#)
            #expect(try reply.problem() == "not_found")
        }
        try world.close()
    }
}
