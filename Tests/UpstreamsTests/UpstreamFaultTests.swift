import HTTPWire
import NIOCore
import NIOPosix
import Testing
import Upstreams

@Suite("An exchange with a hostile upstream", .timeLimit(.minutes(10)))
struct UpstreamFaultTests {
    private static let quick = UpstreamTimeouts(
        connect: .milliseconds(1000), firstByte: .milliseconds(1500), betweenBytes: .milliseconds(1000),
        total: .milliseconds(3000))
    private static let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"

    @Test(
        "fails with what went wrong",
        arguments: [
            ("/silent", "!upstream_first_byte_timed_out"),
            ("/half-head", "!upstream_first_byte_timed_out"),
            ("/dripping-head", "!upstream_first_byte_timed_out"),
            ("/stalled", "200 <abc> !upstream_stalled"),
            ("/endless", "!upstream_total_timed_out"),
            ("/closed", "!upstream_closed_before_head"),
            ("/reset", "!upstream_closed_before_head"),
            ("/truncated", "200 <abc> !upstream_truncated"),
            ("/truncated-chunks", "200 <abc> !upstream_truncated"),
            ("/no-last-chunk", "200 <abc> !upstream_truncated"),
            ("/truncated-head", "!upstream_truncated"),
            ("/until-close", "200 <abc> end"),
            ("/not-http", "!upstream_bad_response"),
            ("/two-lengths", "!upstream_bad_response"),
            ("/bad-chunk", "200 <abc> !upstream_bad_response"),
            ("/switch", "!upstream_bad_response"),
            ("/hints", "!upstream_bad_response"),
        ])
    func faults(path: String, expected: String) async throws {
        try await Laboratory.run(timeouts: Self.quick) { path, _ in
            Self.acts(path)
        } _: { lab in
            let line = try await lab.get(path)
            #expect(path == "/endless" ? line.hasSuffix(expected) : line == expected)
            try await lab.expectCounts(0, idle: 0)
            try await lab.eventually("the upstream saw no close") {
                lab.server.counts.withLockedValue { $0.open == 0 && $0.connections == 1 }
            }
        }
    }

    @Sendable private static func acts(_ path: String) -> [ScriptedServer.Act] {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        switch path {
        case "/half-head": return [.send("HTTP/1.1 200 OK\r\nA:")]
        case "/dripping-head": return [.send("HTTP/1.1 200 OK\r\nA: "), .drip("a", milliseconds: 20)]
        case "/stalled": return [.send(Self.head + "abc")]
        case "/endless": return [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("a", milliseconds: 20)]
        case "/closed": return [.close]
        case "/reset": return [.reset]
        case "/truncated": return [.send(Self.head + "abc"), .close]
        case "/truncated-chunks": return [.send(chunked + "9\r\nabc"), .close]
        case "/no-last-chunk": return [.send(chunked + "3\r\nabc\r\n"), .close]
        case "/truncated-head": return [.send("HTTP/1.1 200 OK\r\nA: b"), .close]
        case "/until-close": return [.send("HTTP/1.1 200 OK\r\n\r\nabc"), .close]
        case "/not-http": return [.send("SSH-2.0-OpenSSH_9.2\r\n")]
        case "/two-lengths": return [.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc")]
        case "/bad-chunk": return [.send(chunked + "3\r\nabcdef")]
        case "/switch": return [.send("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
        case "/hints": return [.drip("HTTP/1.1 103 Early Hints\r\n\r\n", milliseconds: 5)]
        default: return []
        }
    }

    @Test("fails when nobody listens")
    func refused() async throws {
        try await Laboratory.run(timeouts: Self.quick) { _, _ in
            []
        } _: { lab in
            try await lab.server.close()
            try await lab.expect("/a", "!upstream_connect_failed")
            try await lab.expectCounts(0, idle: 0)
        }
    }

    @Test("fails when the connection does not come about in time")
    func connectTimesOut() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // Nobody accepts here: when the backlog is full, the system answers no further connection.
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        let loop = group.next()
        let upstream = Upstream(
            name: "full", address: try UpstreamAddress(url: "http://127.0.0.1:\(port)"), timeouts: Self.quick)
        let lines = try await loop.flatSubmit {
            let pool = UpstreamPool(to: upstream, on: loop)
            let futures = (0..<8).map { _ in
                let recorder = Recorder(loop.makePromise(of: String.self))
                _ = pool.send(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: recorder)
                return recorder.promise.futureResult
            }
            return EventLoopFuture.whenAllSucceed(futures, on: loop)
        }.get()
        #expect(lines.contains("!upstream_connect_timed_out"))
        let known = ["!upstream_connect_timed_out", "!upstream_first_byte_timed_out"]
        #expect(lines.allSatisfy { known.contains($0) })
        try await group.shutdownGracefully()
    }

    @Test("that is cancelled is closed at once and is told nothing more", arguments: [0, 1, 5])
    func cancelled(after: Int) async throws {
        try await Laboratory.run { _, _ in
            [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("a", milliseconds: 10)]
        } _: { lab in
            let late = Shared(0)
            let future = lab.start("/a") { bytes, exchange in
                if exchange.isOver { late.withLockedValue { $0 += 1 } }
                if bytes >= after { exchange.cancel() }
            }
            future.whenComplete { _ in }
            try await lab.eventually("the upstream saw no close") {
                lab.server.counts.withLockedValue { $0.open == 0 && $0.connections == 1 }
            }
            #expect(late.withLockedValue { $0 } == 0)
            try await lab.expectCounts(0, idle: 0)
        }
    }

    @Test("that is cancelled before its head closes the connection too")
    func cancelledEarly() async throws {
        try await Laboratory.run { _, _ in
            []
        } _: { lab in
            let (loop, pool) = (lab.loop, lab.pool)
            let exchange = try await loop.submit {
                let recorder = Recorder(loop.makePromise(of: String.self))
                recorder.promise.futureResult.whenComplete { _ in Issue.record("told of the end after a cancel") }
                let exchange = pool.value.send(
                    ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: recorder)
                return NIOLoopBound((exchange, recorder), eventLoop: loop)
            }.get()
            try await lab.eventually("the request did not arrive") {
                lab.server.counts.withLockedValue { $0.requests } == 1
            }
            try await loop.submit {
                exchange.value.0.cancel()
                #expect(exchange.value.0.isOver)
                exchange.value.0.cancel()
            }.get()
            try await lab.eventually("the upstream saw no close") { lab.server.counts.withLockedValue { $0.open } == 0 }
            try await loop.submit { #expect(exchange.value.1.line.isEmpty) }.get()
        }
    }

    @Test("is held back by a reader that pauses, and loses nothing")
    func pauses() async throws {
        let size = 32 << 20
        try await Laboratory.run { _, _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"), .flood(size)]
        } _: { lab in
            let (loop, pool) = (lab.loop, lab.pool)
            let held = try await loop.submit {
                let paused = Shared(false)
                let recorder = Recorder(loop.makePromise(of: String.self)) { _, exchange in
                    let isFirst = paused.withLockedValue { was in
                        defer { was = true }
                        return !was
                    }
                    if isFirst { exchange.pause() }
                }
                let exchange = pool.value.send(
                    ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: recorder)
                return NIOLoopBound((exchange, recorder), eventLoop: loop)
            }.get()
            try await Task.sleep(for: .milliseconds(300))
            let read = try await loop.submit { held.value.1.bodyBytes }.get()
            #expect(read < 1 << 20, "a paused exchange went on reading")
            let line = try await loop.flatSubmit {
                held.value.0.resume()
                return held.value.1.promise.futureResult
            }.get()
            #expect(line == "200 <\(size) bytes> end")
        }
    }

    @Test("that is paused does not count as stalled")
    func pausedIsNotStalled() async throws {
        try await Laboratory.run(timeouts: Self.quick) { _, _ in
            [.send(Self.head + "abc")]
        } _: { lab in
            let clock = ContinuousClock()
            let start = clock.now
            let line = try await lab.start("/a") { _, exchange in exchange.pause() }.get()
            #expect(line == "200 <abc> !upstream_total_timed_out")
            #expect(clock.now - start >= .milliseconds(2900))
        }
    }
}
