import AccessPolicy
import HashTreeCollections
import Ledger
import Logging
import NIOConcurrencyHelpers
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import ControlAPI
@testable import Store

/// The same histories through the whole control plane, with its log and its store on disk.
@Suite("Tokens that collude against a control plane on disk")
struct DurableCollusionTests {
    /// A control plane that goes on from a log.
    private static func open(
        _ folder: TemporaryDirectory, _ time: NIOLockedValueBox<Timestamp>, seed: UInt64
    ) async throws -> (plane: ControlPlane, writer: LogWriter, store: Store) {
        let options = LogOptions(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let writer = try LogWriter.open(
            directory: folder.path(of: "control"), origin: World.origin,
            signer: try NoteSigner(name: World.origin, seed: [UInt8](repeating: 7, count: 32)), options: options)
        let store = try Store(path: folder.path(of: "store.sqlite"))
        let plane = try await ControlPlane.open(
            writer: writer, reader: try LogReader(directory: folder.path(of: "control")), store: store,
            evidence: EvidenceFiles(directory: folder.path(of: "evidence")),
            seeds: RolloutSeeds(secret: [UInt8](repeating: 9, count: 32)), clock: { time.withLockedValue { $0 } },
            generator: SeededGenerator(seed: seed), logger: options.logger)
        return (plane, writer, store)
    }

    private static func ask(_ attempt: Collusion.Attempt, of plane: ControlPlane) async throws -> [ControlEntry] {
        let performed: Performed
        switch attempt.question {
        case .command(let command): performed = try await plane.perform(command, by: attempt.actor)
        case .rollout(let command, let id): performed = try await plane.perform(command, on: id, by: attempt.actor)
        case .propose(let plan, _): performed = try await plane.propose(plan, by: attempt.actor)
        case .look(let observations, let id): performed = try await plane.look(at: id, observations)
        case .hear(let applicants, let id): performed = try await plane.hear(applicants, on: id)
        case .bootstrap, .note, .drilled: throw Unexpected()
        }
        return performed.entries.map(\.entry)
    }

    /// One history from where a crowd stands, and what the plane is after a restart.
    private static func history(_ crowd: Crowd, _ law: TwoPeopleLaw, seed: UInt64) async throws -> Collusion {
        let folder = try TemporaryDirectory("collusion")
        let time = NIOLockedValueBox(crowd.plane.now)
        let first = try await Self.open(folder, time, seed: seed)
        _ = try await first.writer.append(crowd.plane.log)
        try first.writer.close()
        try first.store.close()
        let (plane, writer, store) = try await Self.open(folder, time, seed: seed &+ 1)
        var history = Collusion(crowd, law, SeededGenerator(seed: seed))
        for _ in 0..<16 {
            guard let attempt = try history.attempt() else { continue }
            time.withLockedValue { $0 = history.crowd.plane.now }
            let before = history.crowd.plane.state
            do {
                let entries = try await Self.ask(attempt, of: plane)
                try history.fold(entries)
                try history.settle(entries, from: before)
            } catch {
                try history.refuse(error)
            }
        }
        try writer.close()
        try store.close()
        let again = try await Self.open(folder, time, seed: seed &+ 2)
        let state = history.crowd.plane.state
        try #require(again.plane.rules.current.registry == state.registry)
        try #require(again.plane.rollouts.current.pages == state.book.pages)
        try again.writer.close()
        try again.store.close()
        return history
    }

    @Test("open nothing unless two people signed for this very plan, and nothing else after a restart")
    func histories() async throws {
        let runs = Proof.runs(10, of: 500)
        var (opened, refused) = ([String: Int](), 0)
        for seed in 0..<UInt64(runs) {
            let (crowd, law) = try CollusionTests.crowd(Int(seed % 5), seed: seed)
            do {
                let history = try await Self.history(crowd, law, seed: seed &* 0x9E37 &+ 5)
                opened.merge(history.law.openings) { $0 + $1 }
                refused += history.refused + history.locked
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
        }
        let seen = opened.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        try Proof.note("\(runs) histories of colluding tokens on disk, every opening by two people: \(seen)")
        #expect(refused > runs && opened["the first stage", default: 0] > 0, "\(opened)")
    }
}
