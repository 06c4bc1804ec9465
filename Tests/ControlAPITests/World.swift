import AccessPolicy
import Crypto
import HashTreeCollections
import Ledger
import NIOConcurrencyHelpers
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

/// A control plane on a log in a folder of its own, with people who hold keys, and time that stands until it is moved.
final class World: Sendable {
    static let origin = "example.org/control"

    let folder: TemporaryDirectory
    let time = NIOLockedValueBox(Timestamp(milliseconds: 1_800_000_000_000))
    let store: Store
    let writer: LogWriter
    let reader: LogReader
    let plane: ControlPlane

    /// Opens what stands in `folder`, or begins anew.
    init(
        in folder: TemporaryDirectory? = nil, files: FileOperations = .system, seed: UInt64 = 1
    ) async throws {
        let folder = try folder ?? TemporaryDirectory("control")
        self.folder = folder
        self.store = try Store(path: folder.path(of: "store.sqlite"))
        let signer = try NoteSigner(name: Self.origin, seed: [UInt8](repeating: 7, count: 32))
        var options = LogOptions()
        options.files = files
        self.writer = try LogWriter.open(
            directory: folder.path(of: "control"), origin: Self.origin, signer: signer, options: options)
        self.reader = try LogReader(directory: folder.path(of: "control"))
        let time = self.time
        self.plane = try await ControlPlane.open(
            writer: self.writer, reader: self.reader, store: self.store,
            evidence: EvidenceFiles(directory: folder.path(of: "evidence"), files: files),
            seeds: RolloutSeeds(secret: [UInt8](repeating: 9, count: 32)), clock: { time.withLockedValue { $0 } },
            generator: SeededGenerator(seed: seed))
    }

    /// As a process does at its end; the folder can be opened again afterwards.
    func close() throws {
        try self.writer.close()
        try self.store.close()
    }

    var registry: Registry { self.plane.rules.current.registry }

    func pass(milliseconds: Int64) {
        self.time.withLockedValue { $0 = $0.advanced(milliseconds: milliseconds) }
    }

    /// Somebody with a key.
    struct Somebody: Sendable {
        var id: PersonID
        var key: String
        var actor: ReleaseModel.Actor { .person(self.id) }
    }

    /// Sets up one person for each list of roles.
    func bootstrap(_ roles: [[Role]]) async throws -> [Somebody] {
        var generator = SeededGenerator(seed: 99)
        var (keys, people): ([String], [AddPerson]) = ([], [])
        for (number, roles) in roles.enumerated() {
            let key = KeyText(kind: .person, using: &generator)
            let record = PersonRecord(
                name: "Person \(number)", email: "p\(number)@example.org", using: &generator)
            let commitment = try await self.store.vault.put(record, at: self.plane.clock())
            keys.append(String(decoding: key.secretText, as: UTF8.self))
            people.append(
                AddPerson(commitment: commitment, roles: roles, key: key.id, keyDigest: try digest(key.secretText)))
        }
        let performed = try await self.plane.bootstrap(people)
        let ids = performed.entries.compactMap { recorded -> PersonID? in
            if case .personAdded(let person) = recorded.entry.event { person.id } else { nil }
        }
        return zip(ids, keys).map { Somebody(id: $0, key: $1) }
    }

    /// The usual two: one who proposes, one who approves.
    func bootstrapTwo() async throws -> (alice: Somebody, bob: Somebody) {
        let people = try await self.bootstrap([
            [.admin, .releaseManager, .accessReviewer, .auditor], [.approver, .operator],
        ])
        return (people[0], people[1])
    }

    /// A key for an application, as its owner has it.
    func key(
        for application: ApplicationID, by somebody: Somebody, seed: UInt64 = 5, kind: KeyKind = .api, use: Name? = nil
    ) async throws -> String {
        var generator = SeededGenerator(seed: seed)
        let key = KeyText(kind: kind, using: &generator)
        let command = IssueKey(
            owner: .application(application), kind: kind, key: key.id, digest: try digest(key.secretText), use: use)
        _ = try await self.plane.perform(.issueKey(command), by: somebody.actor)
        return String(decoding: key.secretText, as: UTF8.self)
    }

    /// A model with a current version, and an application without a grant.
    func furnish(_ alice: Somebody, _ bob: Somebody) async throws -> (model: ModelID, application: ApplicationID) {
        let added = try await self.plane.perform(
            .addModel(AddModel(name: name("aurora"), displayName: "Aurora")), by: alice.actor)
        guard case .modelAdded(let model)? = added.entries.first?.entry.event else { throw Unexpected() }
        let versioned = try await self.plane.perform(
            .addVersion(
                AddVersion(
                    model: model.id, name: name("aurora-1.0"), upstream: name("sample"), upstreamModel: "aurora-1.0")),
            by: alice.actor)
        guard case .versionAdded(let version)? = versioned.entries.first?.entry.event else { throw Unexpected() }
        try await self.consent(.makeCurrent(MakeCurrent(model: model.id, version: version.id)), alice, bob)
        let applied = try await self.plane.perform(
            .addApplication(AddApplication(name: name("first-app"))), by: alice.actor)
        guard case .applicationAdded(let application)? = applied.entries.first?.entry.event else { throw Unexpected() }
        return (model.id, application.id)
    }

    /// Proposes by one and approves by the other.
    @discardableResult
    func consent(_ command: Command, _ proposer: Somebody, _ approver: Somebody) async throws -> Performed {
        let proposal = try #require(try await self.plane.perform(command, by: proposer.actor).proposal)
        let approval = ApproveProposal(proposal: proposal.id, digest: proposal.digest)
        return try await self.plane.perform(.approve(approval), by: approver.actor)
    }
}

struct Unexpected: Error {}

func name(_ text: String) throws -> Name { try #require(Name(text)) }

func digest(_ bytes: [UInt8]) throws -> ContentDigest {
    try #require(ContentDigest(bytes: SHA256.hash(data: bytes)))
}
