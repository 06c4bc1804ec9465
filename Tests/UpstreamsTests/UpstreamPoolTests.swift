import HTTPWire
import NIOCore
import NIOPosix
import Testing
import Upstreams

#if canImport(Glibc)
    import Glibc
#endif

@Suite("An upstream pool", .timeLimit(.minutes(10)))
struct UpstreamPoolTests {
    private static func ok(_ bodies: String...) -> ScriptedServer.Act {
        .send(bodies.map { "HTTP/1.1 200 OK\r\nContent-Length: \($0.utf8.count)\r\n\r\n\($0)" }.joined())
    }

    @Test("uses one connection for one request after the other")
    func reuse() async throws {
        try await Laboratory.run { path, _ in
            path == "/chunks"
                ? [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n")]
                : [Self.ok(path)]
        } _: { lab in
            try await lab.expect("/a", "200 </a> end")
            try await lab.expect("/chunks", "200 <ab> end")
            try await lab.expect("/b", "200 </b> end")
            try await lab.expectCounts(1, idle: 1)
            #expect(lab.server.counts.withLockedValue { $0.connections } == 1)
            try await lab.expect("/c", fresh: true, "200 </c> end")
            try await lab.expectCounts(2, idle: 2)
        }
    }

    @Test("makes a connection for each exchange that runs at the same time, and mixes none of their answers")
    func canaries() async throws {
        try await Laboratory.run { path, _ in
            switch path.utf8.last.map({ $0 % 5 }) {
            case 0: [Self.ok(path)]
            case 1: [.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(path)"), .close]
            case 2: [.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)EXTRA")]
            // In one piece: what comes later than a connection rests is not told from an answer.
            case 3: [Self.ok(path, "unasked")]
            default: [.send("HTTP/1.1 100 Continue\r\n\r\n"), Self.ok(path), .close]
            }
        } _: { lab in
            for round in 0..<10 {
                let lines = try await withThrowingTaskGroup(of: (String, String).self) { group in
                    for number in 0..<40 {
                        group.addTask {
                            let path = "/\(round)/\(number)"
                            let line = try await lab.get(path)
                            return (
                                path, line == "!upstream_stale_connection" ? try await lab.get(path, fresh: true) : line
                            )
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(lines.count == 40)
                for (path, line) in lines { #expect(line == "200 <\(path)> end") }
            }
        }
    }

    @Test("refuses one exchange more than it has connections")
    func exhausted() async throws {
        try await Laboratory.run(maximumConnections: 2) { path, _ in
            path == "/wait" ? [] : [Self.ok("a")]
        } _: { lab in
            // Two wait, the third is refused at once, and so it is told apart from them.
            let waiting = [lab.start("/wait"), lab.start("/wait")]
            try await lab.expect("/a", "!upstream_pool_exhausted")
            try await lab.expectCounts(2, idle: 0)
            try await lab.server.close()
            for future in waiting { future.whenComplete { _ in } }
        }
    }

    @Test("lets a free connection give way to a fresh one")
    func givesWay() async throws {
        try await Laboratory.run(maximumConnections: 1) { path, _ in
            [Self.ok(path)]
        } _: { lab in
            try await lab.expect("/a", "200 </a> end")
            try await lab.expect("/b", fresh: true, "200 </b> end")
            try await lab.expectCounts(1, idle: 1)
            #expect(lab.server.counts.withLockedValue { $0.connections } == 2)
        }
    }

    @Test("notices that the upstream closed a free connection")
    func closedIdle() async throws {
        try await Laboratory.run { path, _ in
            path == "/last" ? [Self.ok("a"), .close] : [Self.ok("b")]
        } _: { lab in
            try await lab.expect("/last", "200 <a> end")
            try await lab.eventually("the closed connection was kept") { try await lab.counts() == (0, 0) }
            try await lab.expect("/b", "200 <b> end")
        }
    }

    @Test("closes a free connection on which something comes that nobody asked for")
    func unasked() async throws {
        try await Laboratory.run { path, _ in
            [Self.ok(path), .drip("HTTP/1.1 200 OK\r\n", milliseconds: 50)]
        } _: { lab in
            try await lab.expect("/a", "200 </a> end")
            try await lab.eventually("the connection was kept") { try await lab.counts() == (0, 0) }
            try await lab.expect("/b", "200 </b> end")
        }
    }

    @Test("does not use a connection on which something waits, though the loop was too busy to read it")
    func busy() async throws {
        let second = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen"
        try await Laboratory.run { path, _ in
            path == "/twice" ? [.drip(second, milliseconds: 20)] : [Self.ok(path)]
        } _: { lab in
            try await lab.expect("/twice", "200 <stolen> end")
            let (loop, pool) = (lab.loop, lab.pool)
            let line = try await loop.flatSubmit {
                // The loop is elsewhere while the answer comes once more.
                usleep(60_000)
                let recorder = Recorder(loop.makePromise(of: String.self))
                _ = pool.value.send(
                    ByteBuffer(string: "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: recorder)
                return recorder.promise.futureResult
            }.get()
            #expect(line == "200 </b> end")
        }
    }

    @Test("tells a kept connection that had died from one that dies")
    func stale() async throws {
        try await Laboratory.run { path, number in
            path == "/die" || number == 3 ? [.close] : [Self.ok(path)]
        } _: { lab in
            try await lab.expect("/a", "200 </a> end")
            try await lab.expect("/b", "200 </b> end")
            try await lab.expect("/c", "!upstream_stale_connection")
            try await lab.expect("/c", fresh: true, "200 </c> end")
            try await lab.expect("/die", fresh: true, "!upstream_closed_before_head")
        }
    }

    @Test("does not take a reset after the first byte for a stale connection")
    func notStale() async throws {
        try await Laboratory.run { path, _ in
            path == "/a" ? [Self.ok("a")] : [.send("HTTP/1.1 2"), .close]
        } _: { lab in
            try await lab.expect("/a", "200 <a> end")
            try await lab.expect("/b", "!upstream_truncated")
        }
    }

    @Test(
        "uses no connection again whose answer was not clean",
        arguments: [
            "Connection: close\r\nContent-Length: 1\r\n\r\na", "Content-Length: 1\r\n\r\nab",
            "Content-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        ])
    func unclean(rest: String) async throws {
        try await Laboratory.run { path, _ in
            path == "/a" ? [.send("HTTP/1.1 200 OK\r\n" + rest)] : [Self.ok("b")]
        } _: {
            lab in
            try await lab.expect("/a", "200 <a> end")
            try await lab.expectCounts(0, idle: 0)
            try await lab.expect("/b", "200 <b> end")
        }
    }

    @Test("when shut down, closes what is free and lets the others end")
    func shutDown() async throws {
        try await Laboratory.run { path, _ in
            path == "/slow" ? [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("a", milliseconds: 20)] : [Self.ok(path)]
        } _: { lab in
            let isEnough = Shared(false)
            let slow = lab.start("/slow") { _, exchange in
                if isEnough.withLockedValue({ $0 }) { exchange.cancel() }
            }
            try await lab.expect("/a", "200 </a> end")
            let pool = lab.pool
            try await lab.loop.submit { pool.value.shutDown() }.get()
            try await lab.expectCounts(1, idle: 0)
            isEnough.withLockedValue { $0 = true }
            try await lab.eventually("the last connection stayed open") { try await lab.counts() == (0, 0) }
            slow.whenComplete { _ in }
        }
    }
}
