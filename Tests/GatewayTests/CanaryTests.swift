import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SluiceTesting
import Testing

/// Many callers at once, behind an upstream that misbehaves: nobody ever sees a byte of another's answer.
@Suite("Canaries", .timeLimit(.minutes(60)))
struct CanaryTests {
    /// How many requests; `SLUICE_CANARIES=1000000` for the long run.
    private static let count =
        ProcessInfo.processInfo.environment["SLUICE_CANARIES"].flatMap { UInt64($0) } ?? 8_000

    @Test("never are one caller's bytes another's, and who is answered honestly has the answer whole")
    func canaries() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let seed = seeds(1)[0]
        let world = TestWorld()
        let upstream = try await CanaryUpstream(seed: seed, on: group)
        let tally = CanaryTally()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let callers = 48
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for place in 0..<callers {
                    let caller = CanaryCaller(
                        port: gateway.port, key: world.admitted.text, seed: seed,
                        numbers: stride(from: UInt64(place), to: Self.count, by: callers), tally: tally)
                    tasks.addTask { try await caller.run(on: group) }
                }
                try await tasks.waitForAll()
            }
        }
        try await upstream.close()
        try await group.shutdownGracefully()
        let sums = tally.sums
        #expect(sums.asked == Self.count)
        #expect(sums.foreign.isEmpty, "seed \(seed)")
        #expect(sums.incomplete.isEmpty, "seed \(seed)")
        #expect(sums.answered > Int(Self.count) / 2)
        try Proof.note(
            "canaries: \(sums.asked) requests, \(sums.answered) answered whole, \(sums.left) left early, "
                + "\(sums.foreign.count) saw another's")
    }
}

/// What all callers saw.
final class CanaryTally: Sendable {
    struct Sums {
        var asked: UInt64 = 0
        var answered = 0
        var left = 0
        /// Whose request got whose mark.
        var foreign: [String] = []
        /// What should have been whole, and was not.
        var incomplete: [String] = []
    }

    private let box = NIOLockedValueBox(Sums())

    var sums: Sums { self.box.withLockedValue { $0 } }

    func note(_ change: (inout Sums) -> Void) {
        self.box.withLockedValue { change(&$0) }
    }
}

/// One caller: asks with one mark after the other, on a connection as long as it lasts, and now and then leaves.
struct CanaryCaller: Sendable {
    let port: Int
    let key: String
    let seed: UInt64
    let numbers: StrideTo<UInt64>
    let tally: CanaryTally

    func run(on group: any EventLoopGroup) async throws {
        var numbers = self.numbers.makeIterator()
        var number = numbers.next()
        while let first = number {
            let channel = try await ClientBootstrap(group: group)
                .connect(host: "127.0.0.1", port: self.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            number = try await channel.executeThenClose { inbound, outbound in
                var reading = inbound.makeAsyncIterator()
                var next: UInt64? = first
                while let asked = next {
                    var generator = SeededGenerator(seed: asked &+ self.seed)
                    let isStream = generator.oneIn(2)
                    do {
                        try await outbound.write(self.request(asked, isStream: isStream))
                    } catch { return asked }  // the connection had been closed meanwhile
                    next = numbers.next()
                    self.tally.note { $0.asked += 1 }
                    if generator.oneIn(50) {
                        self.tally.note { $0.left += 1 }
                        return next
                    }
                    var received = ByteBuffer()
                    while !Self.isWhole(received), var bytes = try await reading.next() { received.writeBuffer(&bytes) }
                    self.judge(received, of: asked)
                    guard Self.isWhole(received) else { return next }
                }
                return nil
            }
        }
    }

    private func request(_ number: UInt64, isStream: Bool) -> ByteBuffer {
        let body =
            #"{"model":"aurora","max_tokens":10,"stream":\#(isStream),"messages":[{"role":"user","content":"#
            + #""\#(Canary.text(number))"}]}"#
        return ByteBuffer(
            string: "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(self.key)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func judge(_ received: ByteBuffer, of number: UInt64) {
        let marks = Canary.all(in: received.readableBytesView)
        let isMine = marks.contains(number)
        let isDue = Misdeed(of: number, seed: self.seed).isAnswered
        let isOK = received.readableBytesView.starts(with: "HTTP/1.1 200 ".utf8)
        self.tally.note { sums in
            for mark in marks where mark != number { sums.foreign.append("\(number) got \(mark)") }
            if isDue, !isMine || !isOK || !Self.isWhole(received) {
                sums.incomplete.append(
                    "\(number), \(Misdeed(of: number, seed: self.seed)): \(String(buffer: received))")
            }
            if isDue, isMine { sums.answered += 1 }
        }
    }

    /// Whether an answer is there to its end, by its length or its last chunk.
    private static func isWhole(_ received: ByteBuffer) -> Bool {
        let bytes = received.readableBytesView
        guard let end = bytes.firstRange(of: "\r\n\r\n") else { return false }
        guard let field = bytes.firstRange(of: "content-length: "), field.lowerBound < end.lowerBound else {
            return bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8)
        }
        let digits = bytes[field.upperBound...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return bytes[end.upperBound...].count >= Int(String(decoding: digits, as: UTF8.self)) ?? 0
    }
}
