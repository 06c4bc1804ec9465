import HTTPWire
import NIOCore
import NIOEmbedded
import Testing

@testable import Upstreams

#if canImport(Glibc)
    import Glibc
#endif

@Suite("An upstream connection")
struct UpstreamConnectionTests {
    /// A connection whose peer and clock are the test.
    private struct Bench {
        let loop = EmbeddedEventLoop()
        let pool: UpstreamPool
        let channel: EmbeddedChannel
        let connection: UpstreamConnection
        let exchange: UpstreamExchange
        let recorder: Recorder

        init(timeouts: UpstreamTimeouts = .init(), rest: ByteBuffer = ByteBuffer()) throws {
            let upstream = Upstream(
                name: "a", address: try UpstreamAddress(url: "http://127.0.0.1"), timeouts: timeouts)
            self.pool = UpstreamPool(to: upstream, on: self.loop)
            self.recorder = Recorder(self.loop.makePromise(of: String.self))
            self.exchange = UpstreamExchange(method: .get, delegate: self.recorder, now: .now())
            self.connection = UpstreamConnection(
                pool: self.pool, request: RequestBytes(start: ByteBuffer(string: "request"), rest: rest),
                exchange: self.exchange)
            self.channel = EmbeddedChannel(handler: self.connection, loop: self.loop)
        }

        func connect() throws {
            self.connection.didBegin()
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
        }

        func receive(_ text: String) throws {
            try self.channel.writeInbound(ByteBuffer(string: text))
        }
    }

    @Test("sends the request when it stands, in one write")
    func sends() throws {
        let bench = try Bench()
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == nil)
        try bench.connect()
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "request"))
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("sends a long rest of the request behind it as it lies")
    func rest() throws {
        let rest = ByteBuffer(repeating: 7, count: 20_000)
        let bench = try Bench(rest: rest)
        try bench.connect()
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "request"))
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == rest)
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("closes each read with one call, however many parts it brought")
    func flushes() throws {
        let bench = try Bench()
        try bench.connect()
        let events = String(repeating: "6\r\ndata\n\n\r\n", count: 54)
        try bench.receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + events)
        #expect(bench.recorder.flushes == 1)
        try bench.receive(events + "0\r\n\r\n")
        #expect(bench.recorder.flushes == 2)
        #expect(bench.recorder.bodyBytes == 108 * 6)
        #expect(bench.exchange.isOver)
        #expect(bench.pool.idleCount == 1)
    }

    @Test("is closed when it was free for a minute, and not before")
    func expires() throws {
        let bench = try Bench()
        try bench.connect()
        try bench.receive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        bench.connection.check(at: .now() + .seconds(59))
        #expect(bench.channel.isActive)
        bench.connection.check(at: .now() + .seconds(61))
        #expect(!bench.channel.isActive)
    }

    @Test(
        "waits for the head as long as it may, and then for each read",
        arguments: [
            (nil, 599, nil), (nil, 601, "!upstream_first_byte_timed_out"),
            ("a", 59, nil), ("a", 61, "a <> !upstream_stalled"), ("a", 1801, "a <> !upstream_total_timed_out"),
        ] as [(String?, Int64, String?)])
    func waits(head: String?, seconds: Int64, expected: String?) throws {
        let bench = try Bench()
        try bench.connect()
        if head != nil { try bench.receive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n") }
        bench.connection.check(at: .now())
        bench.connection.check(at: .now() + .seconds(seconds))
        #expect(bench.channel.isActive == (expected == nil))
        let line = bench.recorder.line
        #expect(line == (expected ?? (head == nil ? "" : "200")).replacing("a <", with: "200 <"))
    }

    @Test("does not stall while its reader pauses, but may when it goes on")
    func pauses() throws {
        let bench = try Bench()
        try bench.connect()
        try bench.receive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        bench.exchange.pause()
        bench.connection.check(at: .now() + .seconds(61))
        #expect(bench.channel.isActive, "a paused exchange is not stalled")
        bench.exchange.resume()
        bench.connection.check(at: .now() + .seconds(61))
        #expect(bench.channel.isActive, "it goes on from where it was resumed")
        bench.connection.check(at: .now() + .seconds(122))
        #expect(!bench.channel.isActive)
    }

    @Test("tells of a write that fails at once only when its caller has the exchange")
    func failsAtOnce() throws {
        let bench = try Bench()
        try bench.connect()
        try bench.receive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(bench.recorder.line == "200 <> end")
        try bench.channel.pipeline.syncOperations.addHandler(Breaker(), position: .first)
        let recorder = Recorder(bench.loop.makePromise(of: String.self))
        let rested = NIODeadline.now() + IdleConnections.restTime
        while NIODeadline.now() < rested {}  // a free connection serves again only after it
        let exchange = bench.pool.send(ByteBuffer(string: "request"), method: .get, to: recorder)
        #expect(!bench.channel.isActive)
        #expect(recorder.line.isEmpty && !exchange.isOver)
        bench.loop.run()
        #expect(recorder.line == "!upstream_stale_connection")
        #expect(exchange.isOver)
    }

    /// Breaks the connection at the first write.
    private final class Breaker: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            context.close(promise: nil)
        }
    }

    @Test("does not call a body whole that an error cut off")
    func resetInBody() throws {
        let bench = try Bench()
        try bench.connect()
        try bench.receive("HTTP/1.1 200 OK\r\n\r\nabc")
        bench.channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNRESET, reason: "read"))
        #expect(bench.recorder.line == "200 <abc> !upstream_truncated")
    }
}
