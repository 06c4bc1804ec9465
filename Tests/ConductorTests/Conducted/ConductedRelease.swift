import AccessPolicy
import Arms
import Crypto
import Gateway
import HashTreeCollections
import Ledger
import Logging
import NIOConcurrencyHelpers
import ReleaseModel
import Signals
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Conductor
@testable import ControlAPI
@testable import Store

/// A release in virtual time, with everything real but the clock and the gateway: the control plane, its log and its
/// store in a folder, the conductor with its signals.
final class ConductedRelease: Sendable {
    static let origin = "example.org/control"

    /// Where its log and its store are.
    let folder: String
    /// Keeps the folder for as long as the release.
    private let owned: (any Sendable)?
    let time: VirtualTime
    let store: Store
    let writer: LogWriter
    let reader: LogReader
    let plane: ControlPlane
    let gateway: CountingGateway
    let tap = SignalTap()
    let conducting: Conducting

    /// Opens what stands in a folder, or begins anew.
    ///
    /// - Parameters:
    ///   - boot: which start of the process it is.
    ///   - owner: what removes the folder when it goes.
    init(
        in folder: String? = nil, at time: VirtualTime = VirtualTime(), boot: Int = 1,
        on disk: DyingDisk? = nil, keeping owner: (any Sendable)? = nil
    ) async throws {
        let own = folder == nil ? try TemporaryDirectory("conducted") : nil
        self.owned = own ?? owner
        let folder = try folder ?? #require(own).path
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        (self.folder, self.time) = (folder, time)
        let database = "\(folder)/store.sqlite"
        self.store = try Store(path: try disk?.path(toDatabase: database) ?? database)
        var options = LogOptions(logger: silent)
        options.journalRoom = 1 << 14
        if let disk { options.files = disk.operations }
        self.writer = try LogWriter.open(
            directory: "\(folder)/control", origin: Self.origin,
            signer: try NoteSigner(name: Self.origin, seed: [UInt8](repeating: 7, count: 32)), options: options)
        let writer = self.writer
        self.reader = try LogReader(directory: "\(folder)/control", durable: { writer.size })
        self.plane = try await ControlPlane.open(
            writer: self.writer, reader: self.reader, store: self.store,
            evidence: EvidenceFiles(directory: "\(folder)/evidence"),
            seeds: RolloutSeeds(secret: [UInt8](repeating: 9, count: 32)), clock: { time.now },
            generator: SeededGenerator(seed: UInt64(boot)), logger: silent)
        self.gateway = CountingGateway(self.plane.rules)
        self.tap.open(self.gateway)
        // No request is reported here, so any log will do to look for them.
        let requests = RequestFinder(log: self.reader, store: self.store)
        self.conducting = Conducting(
            plane: self.plane, store: self.store, tap: self.tap, gateway: try name("gateway"), requests: requests,
            clock: time.clock(boot: boot), logger: silent)
    }

    /// As a process does at its end; the folder can be opened again afterwards.
    func close() throws {
        try self.writer.close()
        try self.store.close()
    }

    /// The published state of a rollout.
    func rollout(_ id: RolloutID) throws -> Rollout { try #require(self.plane.rollouts.current[id]) }

    // MARK: Time and use

    func pass(milliseconds: Int64) async {
        self.time.pass(milliseconds: milliseconds)
        await self.plane.keepFresh()
    }

    /// Lets time pass, and the conductor look.
    func round(after milliseconds: Int64 = 1_000) async {
        await self.pass(milliseconds: milliseconds)
        await self.conducting.round()
    }

    /// So many answers of the candidate.
    func use(_ requests: Int, of id: RolloutID) throws {
        let rollout = try self.rollout(id)
        guard requests > 0, let stage = rollout.stage, let opening = rollout.enforcement.openings.first else { return }
        let layout = SignalLayout(rollout.plan)
        let key = SignalKey(
            epoch: rollout.epoch, stage: stage, share: opening.weight, arm: .candidate,
            application: ApplicationID(bits: 1), slot: layout.slot(of: self.time.now))
        var counts = SignalCounts(thresholds: layout.thresholds.count)
        (counts.admitted, counts.ended) = (requests, requests)
        var content = SignalContent()
        content.cells[key] = counts
        var durations = LatencyHistogram()
        durations.record(1_000_000, times: requests)
        content.histograms[key.panel] = [.requestDuration: durations]
        self.gateway.count(content, of: id)
    }

    /// Hands in an incident of the candidate, at which the rules look at once; of this moment, unless it is sent again.
    @discardableResult
    func report(
        _ number: Int, of id: RolloutID, severity: Severity = .high, occurred: Timestamp? = nil,
        reported: Timestamp? = nil
    ) async throws -> ReportReceipt {
        let now = self.time.now
        return try await self.conducting.take(
            Self.incident(
                number, of: id, severity, occurred: occurred ?? reported ?? now, reported: reported ?? now),
            from: nil)
    }

    private static func incident(
        _ number: Int, of id: RolloutID, _ severity: Severity, occurred: Timestamp, reported: Timestamp
    ) -> Report {
        Report(
            id: ReportID(bits: UInt128(number)), rollout: id, occurred: occurred, reported: reported,
            content: .incident(severity: severity, category: nil, attributedTo: .candidate))
    }

    // MARK: People

    static let alice = Somebody(roles: [.admin, .releaseManager, .accessReviewer, .auditor])
    static let bob = Somebody(roles: [.approver, .operator])
    static let carol = Somebody(roles: [.releaseManager, .incidentHandler])

    /// Somebody who was set up, known by their roles.
    struct Somebody: Sendable {
        let roles: [Role]
    }

    func actor(_ somebody: Somebody) throws -> ReleaseModel.Actor {
        let people = self.plane.rules.current.registry.people.values
        return .person(try #require(people.first { Set($0.roles) == Set(somebody.roles) }).id)
    }

    /// People, a model with two versions of which the first serves, and a rollback that was rehearsed.
    func setUp() async throws {
        var generator = SeededGenerator(seed: 99)
        var people: [AddPerson] = []
        for (number, somebody) in [Self.alice, Self.bob, Self.carol].enumerated() {
            let key = KeyText(kind: .person, using: &generator)
            let record = PersonRecord(name: "Person \(number)", email: "p\(number)@example.org", using: &generator)
            let commitment = try await self.store.vault.put(record, at: self.time.now)
            let digest = try #require(ContentDigest(bytes: SHA256.hash(data: key.secretText)))
            people.append(
                AddPerson(commitment: commitment, roles: somebody.roles, key: key.id, keyDigest: digest))
        }
        _ = try await self.plane.bootstrap(people)
        try await self.addModel()
        try await self.plane.record(drill: RollbackDrill(rounds: 100, p99: 10))
    }

    private func addModel() async throws {
        let (alice, bob) = (try self.actor(Self.alice), try self.actor(Self.bob))
        let added = try await self.plane.perform(
            .addModel(AddModel(name: try name("aurora"), displayName: "Aurora")), by: alice)
        guard case .modelAdded(let model)? = added.entries.first?.entry.event else { throw Unexpected() }
        var versions: [VersionID] = []
        for text in ["aurora-1.0", "aurora-2.0"] {
            let command = AddVersion(
                model: model.id, name: try name(text), upstream: try name("sample"), upstreamModel: text)
            let performed = try await self.plane.perform(.addVersion(command), by: alice)
            guard case .versionAdded(let version)? = performed.entries.first?.entry.event else { throw Unexpected() }
            versions.append(version.id)
        }
        let change = Command.makeCurrent(MakeCurrent(model: model.id, version: try #require(versions.first)))
        let proposal = try #require(try await self.plane.perform(change, by: alice).proposal)
        let approval = ApproveProposal(proposal: proposal.id, digest: proposal.digest)
        _ = try await self.plane.perform(.approve(approval), by: bob)
    }

    func propose(_ plan: ReleasePlan) async throws -> RolloutID {
        let performed = try await self.plane.propose(plan, by: try self.actor(Self.alice))
        guard case .rolloutDrafted(let draft)? = performed.entries.first?.entry.event else { throw Unexpected() }
        return draft.rollout
    }

    func perform(_ command: RolloutCommand, on id: RolloutID, by somebody: Somebody) async throws {
        _ = try await self.plane.perform(command, on: id, by: try self.actor(somebody))
    }

    func approve(_ motion: Motion, on id: RolloutID, by somebody: Somebody) async throws {
        let rollout = try self.rollout(id)
        let approval = RolloutCommand.Approve(
            motion, plan: rollout.plan.digest, evidence: rollout.evidence, reason: "because")
        try await self.perform(.approve(approval), on: id, by: somebody)
    }

    /// A rollout with its first stage open and baked.
    func open(_ plan: ReleasePlan) async throws -> RolloutID {
        let id = try await self.propose(plan)
        await self.round()
        try await self.approve(.openPlan, on: id, by: Self.bob)
        try await self.approve(.openPlan, on: id, by: Self.carol)
        try await self.perform(.start(notBefore: self.time.now), on: id, by: Self.alice)
        await self.round()
        await self.round()
        await self.round(after: 301_000)
        try #require(try self.rollout(id).stage == 0)
        return id
    }

    /// A release with people, a model and nothing open.
    static func furnished() async throws -> ConductedRelease {
        let release = try await ConductedRelease()
        try await release.setUp()
        return release
    }
}

struct Unexpected: Error {}

func name(_ text: String) throws -> Name { try #require(Name(text)) }
