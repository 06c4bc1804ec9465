import AccessPolicy
import Arms
import Crypto
import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import StrictJSON
import Testing

@testable import Gateway

/// A world with a rollout: `aurora-1.0` serves, `aurora-2.0` is released to everybody whom the stage lets in, and the
/// two are told apart by what upstreams call them.
final class StagedWorld: Sendable {
    let world: Published<TestWorld>
    /// By its clock no time passes, so that no block ends because a machine is slow.
    let door = StageDoor(gateway: Name("gateway")!, uptime: { 0 })
    let masking = AccountMasking(key: SymmetricKey(data: Array(repeating: UInt8(3), count: 32)))
    private let state: Published<Rollout>
    private let candidate: VersionID
    private let revision = Published<UInt64>(0)
    private let leases = Published<ExposureLeases?>(nil)

    /// Opens the only stage of a plan.
    ///
    /// - Parameter stage: fields of the stage as JSON members, such as `"exposureBudget":{"initial":20}`.
    init(stage: String = "", plan: String = "", hasBaseline: Bool = true, limits: Limits = Limits()) throws {
        var world = TestWorld(limits: limits)
        var generator = SeededGenerator(seed: 8)
        let version = Version(
            id: VersionID(at: world.now, using: &generator), model: world.modelID, name: Name("aurora-2.0")!,
            upstream: Name("sample")!, upstreamModel: "upstream-candidate", added: world.now)
        world.apply(.versionAdded(version))
        if !hasBaseline { world.registry = try world.withoutCurrent() }
        self.candidate = version.id
        self.world = Published(world)
        self.state = Published(try Self.opened(try Self.plan(stage: stage, plan: plan, hasBaseline), at: world.now))
    }

    private static func plan(stage: String, plan: String, _ hasBaseline: Bool) throws -> SealedPlan {
        let text = """
            {"apiVersion":"sluice.dev/v1alpha1","kind":"ReleasePlan","metadata":{"name":"p"},"spec":{\
            "model":"aurora","candidate":"aurora-2.0",\(hasBaseline ? #""baseline":"aurora-1.0","# : "")"owner":"o",\
            \(plan)"cohorts":[{"name":"all","match":{"population":["cohort"]}}],\
            "traffic":{"requests":{"atFullWeight":8000000}},\
            "metrics":[{"name":"errors","kind":"safety","type":"proportion","source":{"gateway":{"counter":"http5xx"}},\
            "influenceCap":{"per":"application"},\
            "rules":{"rollback":{"test":"above","bound":0.5,"weight":0.5}}}],\
            "stages":[{"name":"one",\(stage.isEmpty ? #""audience":{"cohorts":["all"]}"# : stage),\
            "requiresApproval":{"roles":["approver","release_manager"],"distinct":2},\
            "analysis":{"metrics":["errors"]},"bake":{"min":"1h","max":"2d"},"watch":{"for":"1d"}}]}}
            """
        return SealedPlan(try ReleasePlan.read(PlanSource(try JSONValue(parsing: Array(text.utf8)))))
    }

    private static func opened(_ plan: SealedPlan, at now: Timestamp) throws -> Rollout {
        let people = (1...3).map { PersonID(bits: UInt128($0)) }
        var rollout = Rollout(id: RolloutID(bits: 7), plan: plan, author: people[0])
        func look(_ second: Int64) throws {
            let clock = ClockReading(boot: 1, monotonic: second * 1_000, wall: now.advanced(milliseconds: second))
            var seen = Observations(clock: clock, epoch: rollout.epoch)
            seen.drill = DrillReport(at: now, p99: 10)
            for entry in try Rollout.step(rollout, seen).entries { rollout.apply(entry) }
        }
        func perform(_ command: RolloutCommand, _ person: Int) throws {
            let signatory = Signatory(people[person], roles: [.releaseManager, .approver])
            rollout.apply(try Rollout.decide(command, by: signatory, in: rollout, at: now))
        }
        try perform(.submit, 0)
        try look(1)
        let approval = RolloutCommand.Approve(.openPlan, plan: plan.digest, evidence: rollout.evidence)
        try perform(.approve(approval), 1)
        try perform(.approve(approval), 2)
        try perform(.start(notBefore: now), 0)
        try look(2)
        try #require(rollout.stage == 0)
        return rollout
    }

    var rollout: Rollout { self.state.current }

    /// The rules as they stand, for gateways.
    func snapshot() throws -> Snapshot {
        let (world, rollout, now) = (self.world.current, self.rollout, Timestamp(milliseconds: Self.milliseconds()))
        guard let stage = rollout.stage, !rollout.enforcement.openings.isEmpty else {
            return Snapshot(
                registry: world.registry, closed: [rollout.id: rollout.enforcement.drain], asOf: now)
        }
        let seed = try Seed(bytes: Array(repeating: 5, count: 32))
        self.revision.replace(with: self.revision.current + 1)
        let position = ReleasePosition(
            rollout, revision: self.revision.current, candidate: self.candidate, stage: stage,
            audience: try RolloutAudience(of: rollout.spec, bucketing: .hmacSHA256MulShift(seed)),
            masking: self.masking)
        var snapshot = Snapshot(registry: world.registry, releases: [world.modelID: position], asOf: now)
        snapshot.conductedUntil = now.advanced(milliseconds: 600_000)
        return snapshot
    }

    static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    // MARK: What a conductor would do

    /// Lends what the gateway asks for, once.
    func lend() throws {
        let now = Timestamp(milliseconds: Self.milliseconds())
        for (meter, term) in self.rollout.exposureTerms(at: now) {
            var leases = self.leases.current ?? ExposureLeases(term)
            let ask = self.door.ask(meter, of: self.rollout.id)
            for returned in ask.returned { if let entry = leases.takeBack(returned) { leases.apply(entry) } }
            let answer = ask.block.map { leases.lease($0, of: ask.size, at: now) }
            if case .granted(_, let entry?)? = answer { leases.apply(entry) }
            self.leases.replace(with: leases)
            let reply = ExposureReply(arrived: ask.returned.map(\.id), asked: ask.block, answer: answer)
            self.door.tell(reply, of: meter, of: self.rollout.id)
        }
    }

    /// Hears those who asked.
    func hear() {
        var rollout = self.rollout
        let now = Timestamp(milliseconds: Self.milliseconds())
        for applicant in self.door.takeApplicants()[rollout.id] ?? [] {
            if let entry = rollout.hear([applicant], at: now) { rollout.apply(entry) }
        }
        self.state.replace(with: rollout)
    }

    /// Somebody ends the rollout.
    func abort() throws { try self.command(.abort(reason: "a test")) }

    /// Two people let somebody in again.
    func restore(_ unit: AudienceUnit) throws {
        var rollout = self.rollout
        let now = Timestamp(milliseconds: Self.milliseconds())
        let approval = RolloutCommand.Approve(
            .restore(unit), plan: rollout.plan.digest, evidence: rollout.evidence, reason: "mended")
        for person in 2...3 as ClosedRange<UInt128> {
            let signatory = Signatory(PersonID(bits: person), roles: [.releaseManager, .approver])
            rollout.apply(try Rollout.decide(.approve(approval), by: signatory, in: rollout, at: now))
        }
        self.state.replace(with: rollout)
    }

    /// Somebody stops it, in one way or another.
    func command(_ command: RolloutCommand) throws {
        var rollout = self.rollout
        let now = Timestamp(milliseconds: Self.milliseconds())
        let person = Signatory(PersonID(bits: 2), roles: [.operator, .releaseManager])
        rollout.apply(try Rollout.decide(command, by: person, in: rollout, at: now))
        self.state.replace(with: rollout)
    }
}

extension TestWorld {
    /// The same registry before any version was made current.
    fileprivate func withoutCurrent() throws -> Registry {
        var registry = Registry()
        for event in self.events {
            if case .currentVersionChanged = event { continue }
            registry.apply(ControlEntry(at: self.now, by: .host, event: event))
        }
        return registry
    }
}
