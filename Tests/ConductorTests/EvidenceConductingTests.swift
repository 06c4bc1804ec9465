import AccessPolicy
import Arms
import ControlAPI
import Crypto
import Foundation
import Gateway
import HashTreeCollections
import Ledger
import Logging
import NIOConcurrencyHelpers
import PlanFiles
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import Testing

@testable import Conductor

/// A control plane on a log of its own, a conductor, and four people; no gateway runs.
private struct Installation {
    let folder: TemporaryDirectory
    let store: Store
    let writer: LogWriter
    let plane: ControlPlane
    let conducting: Conducting
    let people: [PersonID]
    let version: VersionID

    static let roles: [[Role]] = [
        [.admin, .releaseManager], [.approver], [.releaseManager, .operator], [.safetyLead],
    ]
    var alice: PersonID { self.people[0] }
    var bob: PersonID { self.people[1] }
    var carol: PersonID { self.people[2] }
    var dora: PersonID { self.people[3] }

    init() async throws {
        self.folder = try TemporaryDirectory("conductor")
        self.store = try Store(path: self.folder.path(of: "store.sqlite"))
        let signer = try NoteSigner(name: "example.org/control", seed: [UInt8](repeating: 7, count: 32))
        self.writer = try LogWriter.open(
            directory: self.folder.path(of: "control"), origin: "example.org/control", signer: signer,
            options: LogOptions())
        let clock = ConductorClock.system(after: nil)
        self.plane = try await ControlPlane.open(
            writer: self.writer, reader: try LogReader(directory: self.folder.path(of: "control")), store: self.store,
            evidence: EvidenceFiles(directory: self.folder.path(of: "evidence")),
            seeds: RolloutSeeds(secret: [UInt8](repeating: 9, count: 32)), clock: { clock.wall() })
        self.conducting = try Self.conducting(self.plane, self.store, self.writer, in: self.folder)
        var generator = SeededGenerator(seed: 5)
        let newcomers = try Self.roles.map { roles in
            let key = KeyText(kind: .person, using: &generator)
            let digest = try Self.digest(key.secretText)
            return AddPerson(commitment: digest, roles: roles, key: key.id, keyDigest: digest)
        }
        self.people = try await self.plane.bootstrap(newcomers).entries.compactMap { recorded in
            if case .personAdded(let person) = recorded.entry.event { person.id } else { nil }
        }
        self.version = try await Self.furnish(self.plane, self.people)
        // A rehearsal that was fast, of a gateway that does not run.
        try await self.plane.record(drill: RollbackDrill(rounds: 100, p99: 10))
    }

    /// A conductor that has just started.
    private static func conducting(
        _ plane: ControlPlane, _ store: Store, _ writer: LogWriter, in folder: TemporaryDirectory
    ) throws -> Conducting {
        // No request is reported here, so any log will do to look for them.
        let requests = RequestFinder(
            log: try LogReader(directory: folder.path(of: "control"), durable: { writer.size }), store: store)
        return Conducting(
            plane: plane, store: store, tap: SignalTap(), gateway: try Self.name("gateway"), requests: requests,
            clock: .system(after: nil), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func restarted() throws -> Conducting {
        try Self.conducting(self.plane, self.store, self.writer, in: self.folder)
    }

    func close() throws {
        try self.writer.close()
        try self.store.close()
    }

    static func name(_ text: String) throws -> Name { try #require(Name(text)) }

    static func digest(_ bytes: [UInt8]) throws -> ContentDigest {
        try #require(ContentDigest(bytes: SHA256.hash(data: bytes)))
    }

    /// A model with the versions of the plan, the first of which serves; answers the candidate.
    private static func furnish(_ plane: ControlPlane, _ people: [PersonID]) async throws -> VersionID {
        let alice = ReleaseModel.Actor.person(people[0])
        _ = try await plane.perform(.addModel(AddModel(name: try Self.name("aurora"), displayName: "A")), by: alice)
        let model = try #require(plane.rules.current.registry.model(named: try Self.name("aurora"))).id
        for version in ["aurora-1.0", "aurora-2.0"] {
            let name = try Self.name(version)
            let addition = AddVersion(
                model: model, name: name, upstream: try Self.name("sample"), upstreamModel: version)
            _ = try await plane.perform(.addVersion(addition), by: alice)
        }
        let registry = plane.rules.current.registry
        let (baseline, candidate) = (
            registry.version(named: try Self.name("aurora-1.0")), registry.version(named: try Self.name("aurora-2.0"))
        )
        let current = MakeCurrent(model: model, version: try #require(baseline).id)
        let proposal = try #require(try await plane.perform(.makeCurrent(current), by: alice).proposal)
        _ = try await plane.perform(
            .approve(ApproveProposal(proposal: proposal.id, digest: proposal.digest)), by: .person(people[1]))
        return try #require(candidate).id
    }

    /// The plan that decides in minutes, with a gate and a control beside its first stage.
    static func plan() throws -> ReleasePlan {
        let file = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "Examples/plans/in-minutes.yaml")
        let text = try String(contentsOf: file, encoding: .utf8).replacing(
            "- name: canary\n",
            with: """
                - name: canary
                      gates: [{evidence: red-team-report}]
                      companions: [{control: output-filter}]

                """)
        return try ReleasePlan.read(try PlanFile.source(of: Array(text.utf8)))
    }

    func propose() async throws -> RolloutID {
        let performed = try await self.plane.propose(try Self.plan(), by: .person(self.alice))
        guard case .rolloutDrafted(let draft)? = performed.entries.first?.entry.event else { throw Unexpected() }
        return draft.rollout
    }

    func rollout(_ id: RolloutID) throws -> Rollout { try #require(self.plane.rollouts.current[id]) }

    func sign(_ id: RolloutID, _ signers: PersonID...) async throws {
        for person in signers {
            let rollout = try self.rollout(id)
            let approval = RolloutCommand.Approve(.openPlan, plan: rollout.plan.digest, evidence: rollout.evidence)
            _ = try await self.plane.perform(.approve(approval), on: id, by: .person(person))
        }
    }

    func start(_ id: RolloutID) async throws {
        _ = try await self.plane.perform(.start(notBefore: self.plane.clock()), on: id, by: .person(self.alice))
        await self.conducting.round()
    }

    /// Attaches a file by alice, and lets dora accept it.
    func accepted(_ bytes: [UInt8], until: Int64 = 3_600_000) async throws -> EvidenceID {
        let (digest, now) = (try Self.digest(bytes), self.plane.clock())
        _ = try self.plane.evidence.put(bytes, as: digest)
        let attachment = AttachEvidence(
            version: self.version, kind: try Self.name("red-team-report"), file: digest, method: "m", issuer: "i",
            limits: "l", madeAt: now, validUntil: now.advanced(milliseconds: until))
        let performed = try await self.plane.perform(.attachEvidence(attachment), by: .person(self.alice))
        guard case .evidenceAttached(let evidence)? = performed.entries.first?.entry.event else { throw Unexpected() }
        let review = ReviewEvidence(evidence: evidence.id, file: digest, reasons: "thorough")
        _ = try await self.plane.perform(.acceptEvidence(review), by: .person(self.dora))
        return evidence.id
    }

    struct Unexpected: Error {}
}

@Suite("A conductor and what stands beside a release")
struct EvidenceConductingTests {
    private static let gate = Obstacle.gate(Name("red-team-report") ?? fallback)
    private static let lapsed = HoldCause.evidence(Name("red-team-report") ?? fallback)
    private static let filter = Name("output-filter") ?? fallback
    private static var fallback: Name { preconditionFailure("a name of letters is a name") }

    /// A rollout whose first stage is open on evidence that holds for an hour.
    private static func opened(_ installation: Installation) async throws -> (RolloutID, EvidenceID) {
        let evidence = try await installation.accepted(Array("report".utf8))
        let id = try await installation.propose()
        await installation.conducting.round()
        try await installation.sign(id, installation.bob, installation.carol)
        try await installation.start(id)
        try #require(try installation.rollout(id).stage == 0)
        return (id, evidence)
    }

    @Test("keeps a plan with a gate closed until evidence is accepted, and then asks again who had signed")
    func gate() async throws {
        let installation = try await Installation()
        let id = try await installation.propose()
        await installation.conducting.round()
        try await installation.sign(id, installation.bob, installation.carol)
        try await installation.start(id)
        #expect(try installation.rollout(id).stage == nil)
        #expect(try installation.rollout(id).last?.assessment.obstacles.contains(Self.gate) == true)
        _ = try await installation.accepted(Array("report".utf8))
        await installation.conducting.round()
        #expect(try installation.rollout(id).phase == .inReview && installation.rollout(id).ballots.isEmpty)
        try await installation.sign(id, installation.bob, installation.carol)
        try await installation.start(id)
        #expect(try installation.rollout(id).stage == 0)
        await installation.conducting.round()
        #expect(try installation.rollout(id).last?.inputs.evidence.map(\.status) == ["accepted"])
        try installation.close()
    }

    @Test("holds the stage when its evidence is withdrawn, and until other evidence is accepted")
    func withdrawal() async throws {
        let installation = try await Installation()
        let (id, evidence) = try await Self.opened(installation)
        _ = try await installation.plane.perform(
            .withdrawEvidence(WithdrawEvidence(evidence: evidence, reason: "leaked")), by: .person(installation.carol))
        await installation.conducting.round()
        #expect(try installation.rollout(id).last?.assessment.holds.contains(Self.lapsed) == true)
        #expect(try installation.rollout(id).enforcement.isFrozen)
        _ = try await installation.accepted(Array("another report".utf8))
        await installation.conducting.round()
        #expect(try installation.rollout(id).last?.assessment.holds.contains(Self.lapsed) == false)
        try installation.close()
    }

    @Test("holds the stage at the moment at which its evidence is over, by the clock alone")
    func expiry() async throws {
        let installation = try await Installation()
        let (id, evidence) = try await Self.opened(installation)
        let registry = installation.plane.rules.current.registry
        let end = try #require(registry.evidence[evidence]).validUntil
        for (moment, isHeld) in [(end.advanced(milliseconds: -1), false), (end, true)] {
            let clock = try #require(try installation.rollout(id).clock)
            let elapsed = moment.since(clock.wall)
            let reading = ClockReading(boot: clock.boot, monotonic: clock.monotonic + elapsed, wall: moment)
            // Whatever an observer says it saw, gates see what the log says.
            let claimed = EvidenceStatus(
                evidence: try Installation.name("red-team-report"), status: .accepted, since: moment,
                digest: try Installation.digest([1]))
            let observations = Observations(
                clock: reading, epoch: try installation.rollout(id).epoch, evidence: [claimed])
            _ = try await installation.plane.look(at: id, observations)
            #expect(try installation.rollout(id).last?.assessment.holds.contains(Self.lapsed) == isHeld)
        }
        try installation.close()
    }

    @Test("hears controls, refuses those that no plan names, and knows of none after a start")
    func heartbeats() async throws {
        let installation = try await Installation()
        let (id, _) = try await Self.opened(installation)
        await installation.conducting.round()
        #expect(try installation.rollout(id).last?.assessment.holds.contains(.companion(Self.filter)) == true)
        let beat = Heartbeat(control: Self.filter, at: installation.plane.clock())
        #expect(try await installation.conducting.take(beat, of: id))
        #expect(try await !installation.conducting.take(beat, of: id))
        await installation.conducting.round()
        #expect(try installation.rollout(id).last?.assessment.holds.contains(.companion(Self.filter)) == false)
        let strange = Heartbeat(control: try Installation.name("filter"), at: beat.at)
        await #expect(throws: HeartbeatFault.unknownControl(strange.control, known: [Self.filter])) {
            try await installation.conducting.take(strange, of: id)
        }
        await #expect(throws: HeartbeatFault.notConducted(RolloutID(bits: 1))) {
            try await installation.conducting.take(beat, of: RolloutID(bits: 1))
        }
        let next = try installation.restarted()
        await next.round()
        #expect(try installation.rollout(id).last?.assessment.holds.contains(.companion(Self.filter)) == true)
        try installation.close()
    }
}
