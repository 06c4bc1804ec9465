import NIOConcurrencyHelpers
import ReleaseModel
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

/// A rollout under a control plane, with the observations that a conductor would bring it.
struct Carrying: Sendable {
    let world: World
    let alice: World.Somebody
    let bob: World.Somebody
    let carol: World.Somebody
    /// The grant of somebody outside.
    let grant: GrantID

    /// A model with two versions of which the first serves, a grant for somebody outside, and one for somebody inside.
    static func furnished() async throws -> Carrying {
        let world = try await World()
        let people = try await world.bootstrap([
            [.admin, .releaseManager, .accessReviewer], [.approver, .operator],
            [.releaseManager, .approver, .incidentHandler],
        ])
        let (model, application) = try await world.furnish(people[0], people[1])
        _ = try await world.plane.perform(
            .addVersion(
                AddVersion(
                    model: model, name: name("aurora-2.0"), upstream: name("sample"), upstreamModel: "aurora-2.0")),
            by: people[0].actor)
        var grants: [GrantID] = []
        for population in [Population.internal, .trusted] {
            world.pass(milliseconds: 60_000)
            let terms = GrantTerms(subject: .application(application), model: model, population: population)
            let performed = try await world.consent(.issueGrant(terms), people[0], people[1])
            grants += performed.entries.compactMap {
                if case .grantIssued(let grant) = $0.entry.event { grant.id } else { nil }
            }
        }
        world.pass(milliseconds: 60_000)
        return Carrying(
            world: world, alice: people[0], bob: people[1], carol: people[2], grant: try #require(grants.last))
    }

    /// A rollout of a plan, before those who approve.
    func proposed(_ plan: ReleasePlan) async throws -> RolloutID {
        let performed = try await self.world.plane.propose(plan, by: self.alice.actor)
        guard case .rolloutDrafted(let draft)? = performed.entries.first?.entry.event else { throw Unexpected() }
        return draft.rollout
    }

    func rollout(_ id: RolloutID) throws -> Rollout { try #require(self.world.plane.rollouts.current[id]) }

    /// Brings a rollout to its first stage.
    func start(_ id: RolloutID) async throws {
        try await self.look(at: id)
        try await self.sign(.openPlan, of: id, self.bob, self.carol)
        try await self.perform(.start(notBefore: self.world.plane.clock()), on: id, by: self.alice)
        try await self.look(at: id)
        try await self.look(at: id)
    }

    func sign(
        _ motion: Motion, of id: RolloutID, reason: String = "", _ signatories: World.Somebody...
    ) async throws {
        for signatory in signatories {
            let rollout = try self.rollout(id)
            let approval = RolloutCommand.Approve(
                motion, plan: rollout.plan.digest, evidence: rollout.evidence, reason: reason)
            try await self.perform(.approve(approval), on: id, by: signatory)
        }
    }

    @discardableResult
    func perform(_ command: RolloutCommand, on id: RolloutID, by somebody: World.Somebody) async throws -> Performed {
        try await self.world.plane.perform(command, on: id, by: somebody.actor)
    }

    /// Lets three seconds pass and looks, with so many requests of this epoch that none of them failed.
    func look(at id: RolloutID, requests: Int = 0) async throws {
        self.world.pass(milliseconds: 3_000)
        let (now, rollout) = (self.world.plane.clock(), try self.rollout(id))
        let metrics = rollout.spec.metrics.map { metric in
            var observed = MetricObservation(metric: metric.name, heartbeat: now, watermark: now)
            observed.exposure = requests
            return observed
        }
        let gateway = GatewayReport(
            gateway: try name("gw-1"), generation: rollout.enforcement.generation,
            leaseEnds: now.advanced(milliseconds: 5_000))
        let observations = Observations(
            clock: ClockReading(boot: 1, monotonic: now.milliseconds - 1_800_000_000_000, wall: now),
            epoch: rollout.epoch, metrics: rollout.epoch > 0 ? metrics : [], requests: requests,
            gateways: [gateway], drill: DrillReport(at: now, p99: 800))
        _ = try await self.world.plane.look(at: id, observations)
    }

    /// Looks under steady use until the rollout is where it is wanted.
    func run(_ id: RolloutID, until isThere: (Rollout) -> Bool) async throws {
        for _ in 0..<250 {
            let rollout = try self.rollout(id)
            if isThere(rollout) { return }
            let last = rollout.last.flatMap { $0.epoch == rollout.epoch ? $0.inputs.requests : nil } ?? 0
            try await self.look(at: id, requests: last + 2_000)
        }
        Issue.record("the rollout came to \(try self.rollout(id).phase)")
    }

    /// From staff to partners, and to all of them; with places changed.
    static func plan(_ changes: [(from: String, to: String)] = []) throws -> ReleasePlan {
        let text = changes.reduce(Self.text) { $0.replacing($1.from, with: $1.to) }
        return try ReleasePlan.read(PlanSource(try JSONValue(parsing: Array(text.utf8))))
    }

    private static let text = """
        {
            "apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePlan", "metadata": {"name": "in-minutes"},
            "spec": {
                "model": "aurora", "candidate": "aurora-2.0", "baseline": "aurora-1.0", "owner": "release-team",
                "progressDeadline": "1h", "bucketing": {"unit": "account"},
                "evaluation": {"interval": "1s", "watermarkLag": "2s"},
                "cohorts": [
                    {"name": "staff", "match": {"population": ["internal"]}},
                    {"name": "partners", "match": {"population": ["trusted"]}}
                ],
                "traffic": {"requests": {"atFullWeight": 8000000}},
                "metrics": [{
                    "name": "severe-harm", "kind": "safety", "type": "eventRate", "exposure": "requests",
                    "source": {"incidents": {"minSeverity": "high", "attributable": true}},
                    "influenceCap": {"per": "account", "events": 1, "window": "24h"},
                    "rules": {
                        "advance": {"test": "below", "bound": 0.02},
                        "rollback": {"test": "above", "bound": 0.05, "weight": 0.5, "action": "rollback"},
                        "tripwire": {"where": "severity == 'critical'", "count": 1, "action": "halt"}
                    }
                }, {
                    "name": "errors", "kind": "health", "type": "proportion",
                    "source": {"gateway": {"counter": "http5xx"}},
                    "rules": {
                        "advance": {"test": "below", "bound": 0.03},
                        "rollback": {"test": "above", "bound": 0.08, "weight": 0.5, "action": "rollback"}
                    }
                }],
                "stages": [
                    {
                        "name": "inside", "audience": {"cohorts": ["staff"]}, "setWeight": 50,
                        "requiresApproval": {"roles": ["release_manager", "approver"], "distinct": 2},
                        "bake": {"min": "5s", "max": "10m"}, "analysis": {"metrics": ["severe-harm", "errors"]}
                    },
                    {
                        "name": "canary", "audience": {"cohorts": ["partners"]}, "setWeight": 10,
                        "requiresApproval": {"roles": ["release_manager", "approver"], "distinct": 2},
                        "bake": {"min": "5s", "max": "10m"}, "analysis": {"metrics": ["severe-harm", "errors"]}
                    },
                    {
                        "name": "all", "setWeight": 100, "bake": {"min": "5s", "max": "10m"},
                        "analysis": {"metrics": ["severe-harm", "errors"]}, "watch": {"for": "10s"}
                    }
                ],
                "rollback": {"target": "closed", "coolDown": "1m"}
            }
        }
        """
}
