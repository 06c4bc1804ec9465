import Ledger
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import Store

@Suite("A batch of appends")
struct AppendBatchTests {
    typealias Answer = Result<AppendedRange, LogFault>

    private func hear(_ name: Int, _ answers: NIOLockedValueBox<[Int: Answer]>) -> @Sendable (Answer) -> Void {
        { answer in answers.withLockedValue { #expect($0.updateValue(answer, forKey: name) == nil) } }
    }

    private func records(_ entries: [(entry: [UInt8], continues: Bool)]) -> [UInt8] {
        var batch = StagedRecords()
        for (entry, continues) in entries { batch.append(unsafe entry.span.bytes, continues: continues) }
        batch.writeHashes()
        return batch.bytes
    }

    @Test("writes each entry's own leaf hash into its head")
    func hashes() throws {
        let bytes = self.records((1...40).map { (entry($0), $0 % 3 == 0) })
        var offset = 0
        for number in 1...40 {
            let head = (bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3])
            let record = try #require(JournalRecord.read(head, at: offset))
            #expect(record.continues == (number % 3 == 0))
            #expect(Array(bytes[record.entryOffset..<record.end]) == entry(number))
            #expect(Digest256(bytes: bytes[offset + 4..<record.entryOffset]) == MerkleTree.leafHash(entry(number)))
            offset = record.end
        }
        #expect(offset == bytes.count)
    }

    @Test("leaves out what was decided on another size, and gives the others the places that are left")
    func conflicts() async throws {
        let answers = NIOLockedValueBox<[Int: Answer]>([:])
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let indices = try await loop.submit { () -> EventLoopFuture<[Result<UInt64, LogFault>]> in
            let receiver = Receiver(loop, total: 3)
            var batch = AppendBatch()
            #expect(batch.isEmpty)
            func single(_ number: Int) {
                batch.add(unsafe entry(number).span.bytes, on: loop, receiver, token: UInt64(number))
            }
            single(0)
            batch.add([entry(10), entry(11)], expectedSize: 100, self.hear(0, answers))
            batch.add([], expectedSize: 100, self.hear(1, answers))
            single(1)
            batch.add([entry(12), entry(13)], expectedSize: 102, self.hear(2, answers))
            batch.add([], expectedSize: 104, self.hear(3, answers))
            batch.add([entry(14)], expectedSize: nil, self.hear(4, answers))
            batch.add([entry(15)], expectedSize: 106, self.hear(5, answers))
            single(2)
            batch.settle(size: 100)
            let left = [(0, false), (1, false), (12, true), (13, false), (14, false), (2, false)]
            #expect(batch.records.bytes == self.records(left.map { (entry($0.0), $0.1) }))
            #expect(batch.records.count == 6)
            batch.answer(.success(100))
            return receiver.done.futureResult
        }.get().get()
        #expect(indices == [.success(100), .success(101), .success(105)])
        let conflict = Answer.failure(.conflict(actual: 106))
        #expect(
            answers.withLockedValue { $0 } == [
                0: conflict, 1: conflict, 2: .success(AppendedRange(first: 102, count: 2)),
                3: .success(AppendedRange(first: 104, count: 0)), 4: .success(AppendedRange(first: 104, count: 1)),
                5: conflict,
            ])
    }

    @Test("answers everyone with the fault of the disk, each once")
    func fault() async throws {
        let answers = NIOLockedValueBox<[Int: Answer]>([:])
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let heard = try await loop.submit { () -> EventLoopFuture<[Result<UInt64, LogFault>]> in
            let receiver = Receiver(loop, total: 1)
            var batch = AppendBatch()
            batch.add(unsafe entry(0).span.bytes, on: loop, receiver, token: 0)
            batch.add([entry(1)], expectedSize: 7, self.hear(0, answers))
            batch.settle(size: 0)
            batch.answer(.failure(.unavailable("full")))
            return receiver.done.futureResult
        }.get().get()
        #expect(heard == [.failure(.unavailable("full"))])
        #expect(answers.withLockedValue { $0 } == [0: .failure(.unavailable("full"))])
    }

    @Test("copies an entry, so that the next one may be written into the same buffer")
    func reuse() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let indices = try await loop.submit { () -> EventLoopFuture<[Result<UInt64, LogFault>]> in
            let receiver = Receiver(loop, total: 200)
            var buffer = ByteBuffer()
            for number in 0..<200 {
                buffer.clear()
                buffer.writeBytes(entry(number))
                log.append(
                    buffer.readableBytesSpan, on: loop, receiver, token: UInt64(number), isUrgent: number % 2 == 0)
            }
            return receiver.done.futureResult
        }.get().get()
        #expect(indices == (0..<200).map { .success($0) })
        let reader = try LogReader(directory: folder.directory)
        #expect(try (0..<200).map { try reader.entry(at: $0) } == (0..<200).map { entry($0) })
        try log.close()
    }

    /// Collects the answers, and sees that their tokens come in order.
    final class Receiver: AppendReceiver {
        let done: EventLoopPromise<[Result<UInt64, LogFault>]>
        private let total: Int
        private var results: [Result<UInt64, LogFault>] = []

        init(_ loop: any EventLoop, total: Int) {
            self.done = loop.makePromise()
            self.total = total
        }

        func appendCompleted(_ result: Result<UInt64, LogFault>, token: UInt64) {
            #expect(token == UInt64(self.results.count))
            self.results.append(result)
            if self.results.count == self.total { self.done.succeed(self.results) }
        }
    }
}
