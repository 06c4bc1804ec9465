import AccessPolicy
import ReleaseModel
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("What people do to a rollout, over HTTP")
struct ReleaseTests {
    private static func body(_ command: RolloutCommand) throws -> String {
        try JSONValue(encoding: command).canonicalText
    }

    private static func approval(
        _ motion: Motion, of document: JSONValue, reason: String = ""
    ) throws -> RolloutCommand {
        .approve(
            RolloutCommand.Approve(
                motion, plan: try #require(document["plan"]?.stringValue.flatMap { ContentDigest($0) }),
                evidence: try #require(document["evidence"]?.stringValue.flatMap { ContentDigest($0) }),
                reason: reason))
    }

    @Test("revising a plan voids every signature and goes before those who approve, all at once or not at all")
    func revise() async throws {
        let carrying = try await Carrying.furnished()
        let id = try await carrying.proposed(try Carrying.plan())
        try await carrying.look(at: id)
        try await carrying.sign(.openPlan, of: id, carrying.bob)
        let faulty = SealedPlan(try Carrying.plan([("\"weight\": 0.5", "\"weight\": 1.5")]))
        await #expect(throws: RolloutRefusal.self) {
            try await carrying.perform(.revise(faulty, reason: "a mistake"), on: id, by: carrying.carol)
        }
        #expect(try carrying.rollout(id).ballots.count == 1, "a plan with an error changes nothing")
        let foreign = "\"bucketing\": {\"seedCommitment\": \"sha256:\(String(repeating: "0", count: 64))\"}"
        let other = SealedPlan(try Carrying.plan([("\"bucketing\": {\"unit\": \"account\"}", foreign)]))
        await #expect(throws: AccessPolicy.Refusal.self) {
            try await carrying.perform(.revise(other, reason: "another seed"), on: id, by: carrying.carol)
        }
        let plan = SealedPlan(try Carrying.plan([("\"setWeight\": 10", "\"setWeight\": 5")]))
        let performed = try await carrying.perform(
            .revise(plan, reason: "a smaller first stage"), on: id, by: carrying.carol)
        #expect(performed.entries.count == 2)
        let rollout = try carrying.rollout(id)
        #expect(rollout.phase == .inReview && rollout.ballots.isEmpty && rollout.plan == plan)
        #expect(rollout.authors == [carrying.alice.id, carrying.carol.id].sorted())
        try carrying.world.close()
    }

    @Test("a rollout is followed by one of the same model that has not been started, and by no other")
    func supersede() async throws {
        let carrying = try await Carrying.furnished()
        let id = try await carrying.proposed(try Carrying.plan())
        try await carrying.start(id)
        let nobody = RolloutID(bits: 12)
        await #expect(throws: AccessPolicy.Refusal.self) {
            try await carrying.sign(.supersede(nobody), of: id, carrying.bob)
        }
        let ended = try await carrying.proposed(try Carrying.plan())
        try await carrying.perform(.abort(reason: "no"), on: ended, by: carrying.bob)
        await #expect(throws: AccessPolicy.Refusal.self) {
            try await carrying.sign(.supersede(ended), of: id, carrying.bob)
        }
        let next = try await carrying.proposed(try Carrying.plan())
        try await carrying.sign(.supersede(next), of: id, carrying.bob, carrying.carol)
        #expect(try carrying.rollout(id).phase == .superseded(by: next))
        try await carrying.start(next)
        #expect(try carrying.rollout(next).stage == 0)
        try carrying.world.close()
    }

    @Test("shows what of its caps is held, used and left, and puts somebody out who is named in the log by nobody")
    func caps() async throws {
        let carrying = try await Carrying.furnished()
        let caps = ("\"bake\": {", "\"exposureBudget\": {\"initial\": 700}, \"bake\": {")
        let people = ("{\"cohorts\": [\"staff\"]}", "{\"cohorts\": [\"staff\"], \"people\": {\"max\": 1000000}}")
        let id = try await carrying.proposed(try Carrying.plan([caps, people]))
        try await carrying.start(id)
        let application = try await carrying.world.plane.perform(
            .addApplication(AddApplication(name: name("abuser"))), by: carrying.alice.actor)
        guard case .applicationAdded(let abuser)? = application.entries.first?.entry.event else { throw Unexpected() }
        let now = carrying.world.plane.clock()
        let term = try #require(try carrying.rollout(id).exposureTerms(at: now)[.budget])
        var leases = ExposureLeases(term)
        let gateway = ExposureLeaseID(gateway: try name("gw-1"), number: 1)
        for entry in [
            ExposureEntry.granted(try self.lease(gateway, of: 500, leases, at: now)),
            .returned(ExposureReturn(id: gateway, used: 120, unproven: 20)),
        ] { leases.apply(entry) }
        let record = try JSONValue(encoding: leases).canonicalText
        try await carrying.world.store.exposure.write(["budget": record], of: id)
        let unit = try #require(AudienceUnit(abuser.id, account: "mallory"))
        try await carrying.world.serving { client in
            let path = "/v1/rollouts/\(id)"
            let removal = try Self.body(.remove(unit, reason: "abuse"))
            let removed = try await client.send("POST", "\(path)/commands", key: carrying.bob.key, body: removal)
            #expect(removed.status == 201 && !removed.text.contains("mallory"))
            let again = try await client.send("POST", "\(path)/commands", key: carrying.bob.key, body: removal)
            #expect(try again.problem() == "rollout_already_removed")
            let document = try await client.get(path, key: carrying.alice.key).json()
            #expect(try Schemas.faults(of: document, in: "Rollout") == [])
            #expect(document["removed"]?.arrayValue?.first?.stringValue?.hasPrefix("\(abuser.id)/") == true)
            let places = try #require(document["places"]?.arrayValue?.first)
            #expect(places["stage"] == "inside" && places["most_people"] == 1_000_000 && places["people"] == 0)
            let exposure = try #require(document["exposure"]?.arrayValue?.first)
            #expect(exposure["budget"] == 700 && exposure["used"] == 120 && exposure["written_off"] == 20)
            #expect(exposure["lent"] == 0 && exposure["left"] == 580)
        }
        try await carrying.sign(.restore(unit), of: id, carrying.bob, carrying.carol)
        #expect(try !carrying.rollout(id).admissions.hasRemoved)
        try carrying.world.close()
    }

    private func lease(
        _ id: ExposureLeaseID, of size: Int, _ leases: ExposureLeases, at now: Timestamp
    ) throws -> ExposureLease {
        guard case .granted(let lease, _) = leases.lease(id, of: size, at: now) else { throw Unexpected() }
        return lease
    }

    @Test("an override takes two roles, a reason and an end, and its mark stays at every later stage")
    func override() async throws {
        let carrying = try await Carrying.furnished()
        let plan = try Carrying.plan([("\"min\": \"5s\"", "\"min\": \"5m\"")])
        let id = try await carrying.proposed(plan)
        try await carrying.start(id)
        try await carrying.world.serving { client in
            let path = "/v1/rollouts/\(id)"
            func document() async throws -> JSONValue {
                let document = try await client.get(path, key: carrying.alice.key).json()
                #expect(try Schemas.faults(of: document, in: "Rollout") == [])
                return document
            }
            func sign(_ somebody: World.Somebody, _ motion: Motion, _ reason: String) async throws -> Reply {
                let command = try Self.approval(motion, of: try await document(), reason: reason)
                return try await client.send(
                    "POST", "\(path)/commands", key: somebody.key, body: try Self.body(command))
            }
            #expect(try await sign(carrying.bob, .override, "").problem() == "rollout_reason_missing")
            #expect(try await sign(carrying.bob, .override, "a customer waits").status == 201)
            #expect(try await document()["override"] == nil, "one role is not enough")
            #expect(try await sign(carrying.carol, .override, "agreed").status == 201)
            let active = try #require(try await document()["override"])
            #expect(active["approvals"]?.arrayValue?.map { $0["reason"] } == ["a customer waits", "agreed"])
            let now = carrying.world.plane.clock()
            #expect(active["expires"]?.integerValue == now.advanced(milliseconds: 86_400_000).milliseconds)

            #expect(try await sign(carrying.bob, .openStage(1), "").status == 201)
            #expect(try await sign(carrying.carol, .openStage(1), "").status == 201)
            try await carrying.look(at: id)
            for stage in 1...2 {
                let document = try await document()
                #expect(document["stage"]?.integerValue == Int64(stage))
                let mark = try #require(document["overrides"]?.arrayValue?.first)
                #expect(mark["stage"] == "canary" && document["override"] == nil)
                #expect(mark["approvals"]?.arrayValue?.count == 2)
                #expect(mark["not_shown"]?.arrayValue?.first == "The stage has not run long enough.")
                if stage == 1 { try await carrying.run(id) { $0.stage == 2 } }
            }
        }
        try carrying.world.close()
    }

    @Test("a dry run says where the rollout would stand and what would be open, and records nothing")
    func dryRun() async throws {
        let carrying = try await Carrying.furnished()
        let id = try await carrying.proposed(try Carrying.plan())
        try await carrying.start(id)
        let size = carrying.world.writer.size
        try await carrying.world.serving { client in
            let path = "/v1/rollouts/\(id)/commands?dry_run=true"
            let stop = try Self.body(.rollBack(reason: "what if"))
            let answer = try await client.send("POST", path, key: carrying.bob.key, body: stop)
            #expect(answer.status == 200)
            let document = try answer.json()
            #expect(try Schemas.faults(of: document, in: "RolloutDryRun") == [])
            #expect(document["before"]?["openings"]?.arrayValue?.count == 1)
            #expect(document["after"]?["openings"]?.arrayValue?.isEmpty == true)
            #expect(document["after"]?["phase"] == "rolling_back")
            let refused = try await client.send("POST", path, key: carrying.bob.key, body: try Self.body(.submit))
            #expect(try refused.problem() == "rollout_role_missing")
        }
        #expect(carrying.world.writer.size == size)
        #expect(try carrying.rollout(id).stage == 0)
        try carrying.world.close()
    }

    @Test("a command that is sent twice with one idempotency key is done once, and of another rollout it is another")
    func once() async throws {
        let carrying = try await Carrying.furnished()
        let (id, other) = (
            try await carrying.proposed(try Carrying.plan()), try await carrying.proposed(try Carrying.plan())
        )
        try await carrying.world.serving { client in
            func hold(_ rollout: RolloutID) async throws -> Reply {
                try await client.send(
                    "POST", "/v1/rollouts/\(rollout)/commands", key: carrying.bob.key,
                    body: try Self.body(.abort(reason: "no")), headers: ["Idempotency-Key": "one"])
            }
            let first = try await hold(id)
            let second = try await hold(id)
            #expect(first.status == 201 && second.body == first.body)
            #expect(second.headers["idempotency-replayed"] == "true")
            #expect(try await hold(other).problem() == "idempotency_key_reused")
        }
        #expect(try carrying.rollout(other).phase == .inReview)
        try carrying.world.close()
    }
}
