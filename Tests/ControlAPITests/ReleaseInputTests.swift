import Arms
import Foundation
import NIOConcurrencyHelpers
import PlanFiles
import ReleaseModel
import Signals
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

/// What people hand in about releases: plans, seeds and reports, and everything that is wrong with them.
@Suite("A release over HTTP")
struct ReleaseInputTests {
    /// The example that decides in minutes, with some of its text replaced.
    private static func plan(_ changes: [(from: String, to: String)] = []) throws -> JSONValue {
        let file = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "Examples/plans/in-minutes.yaml")
        var text = try String(contentsOf: file, encoding: .utf8)
        for (from, to) in changes {
            try #require(text.contains(from), "the example has no \(from)")
            text = text.replacing(from, with: to, maxReplacements: 1)
        }
        return try PlanFile.source(of: Array(text.utf8)).value
    }

    private static func committed(to seed: Seed) -> (from: String, to: String) {
        ("bucketing: {unit: account}", "bucketing: {unit: account, seedCommitment: \"\(seed.commitment)\"}")
    }

    /// A control plane with the two versions that the example is about.
    private static func world() async throws -> (world: World, alice: World.Somebody) {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (model, _) = try await world.furnish(alice, bob)
        let candidate = AddVersion(
            model: model, name: try name("aurora-2.0"), upstream: try name("sample"), upstreamModel: "aurora-2.0")
        _ = try await world.plane.perform(.addVersion(candidate), by: alice.actor)
        return (world, alice)
    }

    @Test("takes no seed but the one that the plan commits to, and begins nothing with another")
    func seeds() async throws {
        let (world, alice) = try await Self.world()
        let (seed, other) = (try Seed(bytes: [UInt8](0..<32)), try Seed(bytes: [UInt8](repeating: 7, count: 32)))
        let (bare, bound) = (try Self.plan(), try Self.plan([Self.committed(to: seed)]))
        try await world.serving { client in
            func propose(_ plan: JSONValue, _ seed: JSONValue? = nil) async throws -> Reply {
                var body: [String: JSONValue] = ["plan": plan]
                body["seed"] = seed
                return try await client.send(
                    "POST", "/v1/plans", key: alice.key, body: JSONValue.object(body).canonicalText)
            }
            let refused: [(JSONValue, JSONValue?, field: String, says: String)] = [
                (bound, .string(other.revealedText), "seed", "this seed is \(other.commitment)"),
                (bound, "not hexadecimal", "seed", "64 of the letters"),
                (bound, .string(String(seed.revealedText.dropLast(2))), "seed", "32"),
                (bound, nil, "spec.bucketing.seedCommitment", "hand in the seed"),
                (bare, .string(seed.revealedText), "seed", "plan commits to no seed"),
            ]
            for (plan, seed, field, says) in refused {
                let reply = try await propose(plan, seed)
                #expect(reply.status == 422)
                #expect(try reply.problem() == "invalid_field")
                #expect(try reply.json()["field"]?.stringValue == field)
                #expect(reply.text.contains(says), "\(reply.text)")
                #expect(!reply.text.contains(other.revealedText))
            }
            #expect(try await client.get("/v1/rollouts", key: alice.key).json()["data"] == [])
            let taken = try await propose(bound, .string(seed.revealedText))
            #expect(taken.status == 201)
            let listed = try await client.get("/v1/rollouts", key: alice.key)
            #expect(try listed.json()["data"]?.arrayValue?.count == 1)
            #expect(listed.text.contains("\(seed.commitment)") && !listed.text.contains(seed.revealedText))
        }
        try world.close()
    }

    @Test("is told every fault of its plan at once, with the field")
    func unreadablePlans() async throws {
        let (world, alice) = try await Self.world()
        let body: JSONValue = [
            "plan": try Self.plan([
                ("progressDeadline: 1h", "progresDeadline: 1h"), ("bake: {min: 5s, max: 10m}", "bake: {min: 5 sec}"),
                ("setWeight: 50\n      bake: {min: 5s, max: 10m}", "setWeight: 50\n      bake: {min: 9m, max: 5m}"),
                ("bound: 0.02", "bound: -0.02"),
            ])
        ]
        try await world.serving { client in
            let reply = try await client.send("POST", "/v1/plans", key: alice.key, body: body.canonicalText)
            #expect(reply.status == 422)
            #expect(try reply.problem() == "invalid_plan")
            let detail = try #require(try reply.json()["detail"]?.stringValue)
            for fault in [
                "spec.progresDeadline: is no field of a plan; did you mean progressDeadline?",
                "spec.stages[0].bake.min: is '5 sec', and ' sec' is no unit",
                "spec.stages[1].bake", "spec.metrics[0].rules.advance.bound",
            ] { #expect(detail.contains(fault), "\(detail)") }
            #expect(try await client.get("/v1/rollouts", key: alice.key).json()["data"] == [])
        }
        try world.close()
    }

    @Test("is told every error that the linter finds in its plan")
    func objectionablePlans() async throws {
        let (world, alice) = try await Self.world()
        let twice = "app_01jd3r5v8k0000000000000001"
        let cohorts = "[{name: partners, applications: [\(twice)]}, {name: others, applications: [\(twice)]}]"
        let body: JSONValue = [
            "plan": try Self.plan([
                ("[{name: partners, match: {population: [trusted]}}]", cohorts),
                ("advance: {test: below, bound: 0.02}", "advance: {test: below, bound: 0.06}"),
                ("advance: {test: below, bound: 0.03}", "advance: {test: below, bound: 0.000001}"),
                ("setWeight: 50", "setWeight: 5"),
            ])
        ]
        try await world.serving { client in
            let reply = try await client.send("POST", "/v1/plans", key: alice.key, body: body.canonicalText)
            #expect(reply.status == 422)
            #expect(try reply.problem() == "rollout_plan_objection")
            for rule in ["cohort-overlap", "indifference-zone", "detectable-claim", "monotone-exposure"] {
                #expect(reply.text.contains("[\(rule)]"), "\(reply.text)")
            }
            #expect(try await client.get("/v1/rollouts", key: alice.key).json()["data"] == [])
        }
        try world.close()
    }

    @Test("takes a report once, in any order, and none that cannot be")
    func reports() async throws {
        let (world, alice) = try await Self.world()
        let (rollout, now) = (RolloutID(bits: 7), world.plane.clock())
        let plan = SealedPlan(try ReleasePlan.read(PlanSource(try Self.plan())))
        var ledger = SignalLedger(
            rollout: rollout, layout: SignalLayout(plan), from: now.advanced(milliseconds: -9_000))
        ledger.open(StageOpening(epoch: 1, stage: 0, at: now.advanced(milliseconds: -9_000)))
        let shared = NIOLockedValueBox(ledger)
        var hooks = ControlService.Hooks()
        hooks.takeReport = { report, _ in
            try shared.withLockedValue { try $0.take(report, about: nil, at: now) == .taken }
        }
        try await world.serving(hooks: hooks) { client in
            func send(_ number: UInt128, _ change: (inout [String: JSONValue]) -> Void = { _ in }) async throws -> Reply
            {
                let milliseconds = now.milliseconds - Int64(number) * 1_000
                var document: [String: JSONValue] = [
                    "id": .string(ReportID(bits: number).description), "rollout": .string(rollout.description),
                    "kind": "incident", "severity": "high", "attributed_to": "candidate",
                    "occurred": .integer(milliseconds), "reported": .integer(milliseconds),
                ]
                change(&document)
                return try await client.send(
                    "POST", "/v1/reports", key: alice.key, body: JSONValue.object(document).canonicalText)
            }
            for (number, isNew) in [(3, true), (1, true), (3, false), (2, true), (1, false)] as [(UInt128, Bool)] {
                let reply = try await send(number)
                #expect(reply.status == 202)
                #expect(try reply.json()["is_new"] == .bool(isNew))
            }
            let counted = shared.withLockedValue { $0 }
            typealias Change = @Sendable (inout [String: JSONValue]) -> Void
            let elsewhere: Change = {
                $0["rollout"] = .string(RolloutID(bits: 8).description)
                $0["version"] = "never"
                $0["reported"] = .integer(now.milliseconds + 86_400_000)
                $0["occurred"] = .integer(now.milliseconds + 2 * 86_400_000)
            }
            let early: Change = { $0["occurred"] = .integer(now.milliseconds - 86_400_000) }
            let negative: Change = { $0["revision"] = -1 }
            let malformed: Change = { $0.merge(["severity": "dire", "reported": -5, "extra": 1]) { $1 } }
            let aboutNothing: Change = {
                $0["kind"] = "flag"
                $0["attributed_to"] = nil
            }
            let refused: [(change: Change, says: [String])] = [
                (
                    elsewhere,
                    ["report it to that rollout", "version: never", "86400000 ms ahead", "is later than reported"]
                ),
                (early, ["before the first stage opened"]), (negative, ["revision"]),
                (malformed, ["severity", "reported", "extra"]), (aboutNothing, ["request: is missing"]),
            ]
            for (change, says) in refused {
                let reply = try await send(4, change)
                #expect(reply.status == 422)
                #expect(try reply.problem() == "invalid_report")
                for text in says { #expect(reply.text.contains(text), "\(reply.text)") }
            }
            #expect(shared.withLockedValue { $0 } == counted)
        }
        try world.close()
    }
}
