import Foundation
import Ledger
import NIOCore
import NIOPosix
import Store
import Testing

@Suite("A log writer")
struct LogWriterTests {
    @Test("signs the empty log before it takes an entry")
    func empty() throws {
        let folder = try LogFolder()
        let log = try folder.open()
        let note = try SignedNote(Array(log.currentCheckpoint.utf8))
        try note.verify(by: folder.verifiers)
        #expect(try Checkpoint(note.text) == Checkpoint(origin: LogFolder.origin, size: 0, root: MerkleTree.emptyRoot))
        #expect(try read(folder.directory + "/checkpoint") == Array(log.currentCheckpoint.utf8))
        try log.close()
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("records entries in order and signs each batch before it answers")
    func appends() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        #expect(try await log.append([entry(0)]) == AppendedRange(first: 0, count: 1))
        #expect(try await log.append([entry(1), entry(2), entry(3)], expectedSize: 1).indices == 1..<4)
        let checkpoint = try LogCheck(directory: folder.directory, verifiers: folder.verifiers).verify()
        #expect(checkpoint.size == 4)
        #expect(checkpoint.root == MerkleTree.root(of: (0..<4).map { MerkleTree.leafHash(entry($0)) }))
        let reader = try LogReader(directory: folder.directory)
        #expect(try (0..<4).map { try reader.entry(at: $0) } == (0..<4).map { entry($0) })
        try log.close()
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("refuses an append that was decided on another size, and records nothing of it")
    func conflict() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append([entry(0), entry(1)], expectedSize: 0)
        await #expect(throws: LogFault.conflict(actual: 2)) { try await log.append([entry(2)], expectedSize: 1) }
        await #expect(throws: LogFault.conflict(actual: 2)) { try await log.append([entry(2)], expectedSize: 3) }
        #expect(try await log.append([], expectedSize: 2).indices == 2..<2)
        #expect(log.size == 2)
        try log.close()
    }

    @Test("lets exactly one of many who decided on the same size in")
    func oneWinner() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        for round in 0..<20 {
            let size = UInt64(round)
            let winners = await withTaskGroup(of: Bool.self) { group in
                for task in 0..<8 {
                    group.addTask { (try? await log.append([entry(task)], expectedSize: size)) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
        }
        #expect(log.size == 20)
        try log.close()
    }

    @Test("refuses entries that no bundle can hold")
    func sizes() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        await #expect(throws: LogFault.entryEmpty) { try await log.append([[]]) }
        let large = [UInt8](repeating: 1, count: 65_536)
        await #expect(throws: LogFault.entryTooLarge(bytes: 65_536)) { try await log.append([[1], large]) }
        #expect(try await log.append([Array(large.dropLast())]).first == 0)
        #expect(try LogReader(directory: folder.directory).entry(at: 0).count == 65_535)
        try log.close()
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("goes on where it ended, with the same tree")
    func reopens() async throws {
        let folder = try LogFolder()
        var frontier = Frontier()
        for round in 0..<12 {
            let log = try folder.open(round.isMultiple(of: 2) ? .quiet : .unsigned)
            #expect(log.size == frontier.size)
            #expect(log.recovery.cutBytes == 0 && log.recovery.rewrittenTiles == 0)
            let entries = (0..<(round * 13 + 1)).map { entry($0, tag: "round-\(round)") }
            _ = try await log.append(entries)
            for entry in entries {
                frontier.append(MerkleTree.leafHash(entry))
            }
            try log.close()
            let checkpoint = try LogCheck(directory: folder.directory, verifiers: folder.verifiers).verify()
            #expect(checkpoint.root == frontier.root)
        }
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("has its directory alone, until it is closed")
    func alone() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        #expect(throws: LogFault.inUse(directory: folder.directory)) { try folder.open() }
        try log.close()
        try log.close()
        await #expect(throws: LogFault.closed) { try await log.append([[1]]) }
        withExtendedLifetime(log) {}
    }

    @Test("is freed by going out of scope, too")
    func scope() async throws {
        let folder = try LogFolder()
        _ = try await folder.open().append([[1]])
        var reopened: LogWriter?
        for _ in 0..<500 where reopened == nil {
            reopened = try? folder.open()
            if reopened == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(try #require(reopened).size == 1)
        try reopened?.close()
    }

    @Test("refuses the log of another origin or key, and takes up that of a trusted older key")
    func foreign() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append([entry(0)])
        try log.close()
        let before = try files(folder.directory)
        let other = try NoteSigner(name: "other.example", seed: Array(repeating: 9, count: 32))
        #expect(throws: LogFault.self) {
            try LogWriter.open(directory: folder.directory, origin: "other.example", signer: other, options: .quiet)
        }
        let rotated = try NoteSigner(name: LogFolder.origin, seed: Array(repeating: 8, count: 32))
        #expect(throws: LogFault.self) {
            try LogWriter.open(directory: folder.directory, origin: LogFolder.origin, signer: rotated, options: .quiet)
        }
        #expect(throws: LogFault.self) {
            try LogWriter.open(directory: folder.directory, origin: LogFolder.origin, signer: other, options: .quiet)
        }
        #expect(try files(folder.directory) == before)
        var options = LogOptions.quiet
        options.trusted = folder.verifiers
        let next = try LogWriter.open(
            directory: folder.directory, origin: LogFolder.origin, signer: rotated, options: options)
        _ = try await next.append([entry(1)])
        try next.close()
        #expect(try LogCheck(directory: folder.directory, verifiers: [rotated.verifier]).verify().size == 2)
    }

    @Test("signs on its own every so many seconds")
    func cadence() async throws {
        let folder = try LogFolder()
        var options = LogOptions.quiet
        options.checkpoint = .every(seconds: 0.02)
        let log = try folder.open(options)
        _ = try await log.append((0..<300).map { entry($0) })
        for _ in 0..<500 where log.checkpointSize < 300 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try LogCheck(directory: folder.directory, verifiers: folder.verifiers).verify().size == 300)
        _ = try await log.append([entry(300)])
        try log.close()
        #expect(log.checkpointSize == 301)
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("goes over the end of a journal segment, and drops the old one once its tiles are durable")
    func segments() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        _ = try await log.append((0..<65_530).map { Array("s\($0)".utf8) })
        _ = try await log.append((65_530..<65_540).map { Array("s\($0)".utf8) })
        let names = ["journal/00000000000000000000", "journal/00000000000000065536"]
        #expect(try Set(files(folder.directory).keys).isSuperset(of: names))
        let crashed = try folder.copy("crashed")
        try log.close()
        #expect(try files(folder.directory)[names[0]] == nil)
        #expect(try files(folder.directory)["tile/2/000.p/1"]?.count == 32)
        #expect(try folder.fsck().findings.isEmpty)
        let again = try folder.open()
        #expect(again.size == 65_540)
        _ = try await again.append([[7]], expectedSize: 65_540)
        try again.close()
        let recovered = try folder.open(.quiet, crashed)
        #expect(recovered.size == 65_540)
        #expect(recovered.recovery.checkpointSize == 0)
        try recovered.close()
        #expect(try folder.fsck(crashed).findings.isEmpty)
        #expect(try read(crashed + "/checkpoint") != read(folder.directory + "/checkpoint"))
    }
}

@Suite("The entries of an event loop")
struct LoopAppendTests {
    /// Appends from its loop, one after the other, and counts the answers.
    final class Client: AppendReceiver {
        let loop: any EventLoop
        let log: LogWriter
        let done: EventLoopPromise<[UInt64]>
        var indices: [UInt64] = []
        var faults: [LogFault] = []
        let total: Int

        init(_ log: LogWriter, _ loop: any EventLoop, total: Int) {
            self.log = log
            self.loop = loop
            self.total = total
            self.done = loop.makePromise()
        }

        func next(_ token: UInt64) {
            unsafe self.log.append(entry(Int(token)).span.bytes, on: self.loop, self, token: token)
        }

        func appendCompleted(_ result: Result<UInt64, LogFault>, token: UInt64) {
            self.loop.preconditionInEventLoop()
            switch result {
            case .success(let index): self.indices.append(index)
            case .failure(let fault): self.faults.append(fault)
            }
            guard self.indices.count + self.faults.count < self.total else {
                return self.faults.first.map { self.done.fail($0) } ?? self.done.succeed(self.indices)
            }
            self.next(token + 1)
        }
    }

    @Test("are answered on their loop, each with a place of its own")
    func loops() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let futures = (0..<16).map { number -> EventLoopFuture<[UInt64]> in
            let loop = group.next()
            return loop.flatSubmit {
                let client = Client(log, loop, total: 100)
                client.next(UInt64(number) * 1_000)
                return client.done.futureResult
            }
        }
        var all: [UInt64] = []
        for future in futures {
            let indices = try await future.get()
            #expect(indices == indices.sorted())
            all += indices
        }
        #expect(all.sorted() == Array(0..<1_600))
        try log.close()
        #expect(try LogCheck(directory: folder.directory, verifiers: folder.verifiers).verify().size == 1_600)
        try await group.shutdownGracefully()
    }

    @Test("are refused on their loop when they are empty, when too much waits, or after the end")
    func refusals() async throws {
        let folder = try LogFolder()
        var options = LogOptions.unsigned
        options.maximumWaitingEntries = 2
        let log = try folder.open(options)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        func faults(_ entries: [ByteBuffer]) async throws -> [LogFault] {
            try await loop.flatSubmit {
                let collector = Collector(loop, total: entries.count)
                for entry in entries {
                    log.append(entry.readableBytesSpan, on: loop, collector)
                }
                #expect(collector.faults.isEmpty, "nothing is answered before append returns")
                return collector.done.futureResult
            }.get()
        }
        #expect(try await faults([ByteBuffer()]) == [.entryEmpty])
        #expect(try await faults([ByteBuffer(repeating: 1, count: 65_536)]) == [.entryTooLarge(bytes: 65_536)])
        let many = try await faults(Array(repeating: ByteBuffer(string: "x"), count: 20_000))
        #expect(many.allSatisfy { $0 == .overloaded })
        #expect(!many.isEmpty)
        #expect(log.size == UInt64(20_000 - many.count))
        try log.close()
        #expect(try await faults([ByteBuffer(string: "x")]) == [.closed])
    }

    final class Collector: AppendReceiver {
        let done: EventLoopPromise<[LogFault]>
        var faults: [LogFault] = []
        var left: Int

        init(_ loop: any EventLoop, total: Int) {
            self.done = loop.makePromise()
            self.left = total
        }

        func appendCompleted(_ result: Result<UInt64, LogFault>, token: UInt64) {
            if case .failure(let fault) = result { self.faults.append(fault) }
            self.left -= 1
            if self.left == 0 { self.done.succeed(self.faults) }
        }
    }
}
