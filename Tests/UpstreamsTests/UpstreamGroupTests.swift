import HTTPWire
import NIOCore
import NIOPosix
import Testing

@testable import Upstreams

@Suite("An upstream with several endpoints", .timeLimit(.minutes(10)))
struct UpstreamGroupTests {
    private static func ok(_ body: String) -> [ScriptedServer.Act] {
        [.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")]
    }

    /// A group on one event loop and a scripted server for each endpoint on another.
    private struct Laboratory: Sendable {
        let servers: [ScriptedServer]
        let loop: any EventLoop
        let group: NIOLoopBound<UpstreamGroup>
        let changes: Shared<[String]>

        static func run(
            _ scripts: [@Sendable (_ path: String, _ number: Int) -> [ScriptedServer.Act]],
            _ body: (Laboratory) async throws -> Void
        ) async throws {
            let threads = MultiThreadedEventLoopGroup(numberOfThreads: 2)
            var servers: [ScriptedServer] = []
            for script in scripts { servers.append(try await ScriptedServer(on: threads.next(), script)) }
            let loop = threads.next()
            let endpoints = try servers.enumerated().map { place, server in
                UpstreamEndpoint(
                    name: "e\(place)", address: try UpstreamAddress(url: "http://127.0.0.1:\(server.port)"))
            }
            let changes = Shared([String]())
            let group = try await loop.submit {
                NIOLoopBound(
                    UpstreamGroup(to: Upstream(name: "u", endpoints: endpoints), on: loop) { endpoint, isOut in
                        changes.withLockedValue { $0.append("\(endpoint) \(isOut ? "out" : "back")") }
                    }, eventLoop: loop)
            }.get()
            let lab = Laboratory(servers: servers, loop: loop, group: group, changes: changes)
            do {
                try await body(lab)
            } catch {
                try await threads.shutdownGracefully()
                throw error
            }
            try await loop.submit { group.value.shutDown() }.get()
            try await threads.shutdownGracefully()
        }

        private init(
            servers: [ScriptedServer], loop: any EventLoop, group: NIOLoopBound<UpstreamGroup>,
            changes: Shared<[String]>
        ) {
            (self.servers, self.loop, self.group, self.changes) = (servers, loop, group, changes)
        }

        /// What becomes of one request, after all its tries, and how many they were.
        ///
        /// - Parameter endpoint: the one that alone can answer; nil if all are the same.
        func get(_ path: String, at endpoint: Int? = nil) async throws -> (line: String, tries: Int) {
            let (loop, group) = (self.loop, self.group)
            return try await loop.flatSubmit {
                let caller = Caller(group.value, path, loop.makePromise(of: (line: String, tries: Int).self))
                caller.send(
                    to: endpoint.map { group.value.first(at: $0, &caller.attempts) }
                        ?? group.value.first(&caller.attempts))
                return caller.promise.futureResult
            }.get()
        }

        func expect(
            _ path: String, _ line: String, tries: Int, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let seen = try await self.get(path)
            #expect(seen.line == line, sourceLocation: sourceLocation)
            #expect(seen.tries == tries, sourceLocation: sourceLocation)
        }

        func requests() -> [Int] {
            self.servers.map { server in server.counts.withLockedValue { $0.requests } }
        }
    }

    /// Tries again as an exchange of the gateway does.
    private final class Caller: UpstreamExchangeDelegate {
        let promise: EventLoopPromise<(line: String, tries: Int)>
        var attempts = Attempts()
        private let group: UpstreamGroup
        private let path: String
        private var place = UpstreamGroup.Place(endpoint: 0, isFresh: false)
        private var line = ""

        init(_ group: UpstreamGroup, _ path: String, _ promise: EventLoopPromise<(line: String, tries: Int)>) {
            (self.group, self.path, self.promise) = (group, path, promise)
        }

        func send(to place: UpstreamGroup.Place) {
            self.place = place
            _ = self.group.send(
                ByteBuffer(string: "GET \(self.path) HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: self, at: place)
        }

        func upstream(_ exchange: UpstreamExchange, didReceive head: ResponseHead) {
            self.line = "\(head.status)"
            guard let next = self.group.next(afterRefusal: head, &self.attempts) else { return }
            exchange.cancel()
            self.send(to: next)
        }

        func upstream(_ exchange: UpstreamExchange, didReceive body: ByteBuffer) {
            self.line += " <\(String(buffer: body))>"
        }

        func upstreamDidEnd(_ exchange: UpstreamExchange) {
            self.promise.succeed((self.line, self.attempts.count))
        }

        func upstream(_ exchange: UpstreamExchange, didFail fault: UpstreamFault) {
            guard let next = self.group.next(after: fault, at: self.place, &self.attempts) else {
                return self.promise.succeed(("!\(fault.code)", self.attempts.count))
            }
            self.send(to: next)
        }

        func upstreamDidCompleteRead(_ exchange: UpstreamExchange) {}
    }

    @Test("is asked in turn")
    func turns() async throws {
        try await Laboratory.run([{ _, _ in Self.ok("a") }, { _, _ in Self.ok("b") }]) { lab in
            for place in 0..<10 { try await lab.expect("/", place % 2 == 0 ? "200 <a>" : "200 <b>", tries: 1) }
            #expect(lab.requests() == [5, 5])
            #expect(lab.changes.withLockedValue { $0 }.isEmpty)
        }
    }

    @Test("goes on without one that cannot be reached: no request fails, and soon none is tried there")
    func unreachable() async throws {
        try await Laboratory.run([{ _, _ in Self.ok("a") }, { _, _ in Self.ok("b") }]) { lab in
            try await lab.servers[1].close()
            var tries: [Int] = []
            for _ in 0..<20 {
                let seen = try await lab.get("/")
                #expect(seen.line == "200 <a>")
                tries.append(seen.tries)
            }
            #expect((2...8).contains(tries.count { $0 == 2 }), "two connects, then it is out but for probes: \(tries)")
            #expect(tries.allSatisfy { $0 <= 2 })
            #expect(lab.changes.withLockedValue { $0 } == ["1 out"])
        }
    }

    @Test("does not send a request again that an endpoint had and closed on: it would go round and kill them all")
    func closed() async throws {
        try await Laboratory.run([{ _, _ in [.close] }, { _, _ in [.close] }]) { lab in
            for _ in 0..<4 { try await lab.expect("/", "!upstream_closed_before_head", tries: 1) }
            #expect(lab.requests() == [2, 2])
        }
    }

    @Test("asks another where one says that it is busy and when to come again, and only there")
    func refused() async throws {
        let busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy"
        let broken = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 6\r\n\r\nbroken"
        try await Laboratory.run([
            { path, _ in [.send(path == "/busy" ? busy : broken)] },
            { path, _ in path == "/busy" ? Self.ok("b") : [.send(broken)] },
        ]) { lab in
            try await lab.expect("/busy", "200 <b>", tries: 2)
            try await lab.expect("/busy", "200 <b>", tries: 1)
            try await lab.expect("/broken", "503 <broken>", tries: 1)
        }
    }

    @Test("answers with the refusal if every endpoint refuses")
    func allRefuse() async throws {
        let busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy"
        try await Laboratory.run([{ _, _ in [.send(busy)] }, { _, _ in [.send(busy)] }]) { lab in
            for _ in 0..<30 {
                let seen = try await lab.get("/")
                #expect(seen.line == "503 <busy>")
            }
            #expect(lab.requests().reduce(0, +) <= 30 + 3 + 10)
        }
    }

    @Test("one that fails what it is given is out after five in a row, and back by a probe")
    func probed() async throws {
        let isWell = Shared(false)
        let fails = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
        try await Laboratory.run([
            { _, _ in Self.ok("a") }, { _, _ in isWell.withLockedValue { $0 } ? Self.ok("b") : [.send(fails)] },
        ]) { lab in
            for _ in 0..<40 { _ = try await lab.get("/") }
            #expect((5...10).contains(lab.requests()[1]), "five, and a probe a second")
            #expect(lab.changes.withLockedValue { $0 } == ["1 out"])
            isWell.withLockedValue { $0 = true }
            for _ in 0..<1_000 where lab.changes.withLockedValue({ $0.count }) < 2 {
                try await Task.sleep(for: .milliseconds(10))
                let seen = try await lab.get("/")
                #expect(seen.line.hasPrefix("200"))
            }
            #expect(lab.changes.withLockedValue { $0 } == ["1 out", "1 back"])
        }
    }

    @Test("sends what one endpoint alone can answer there and nowhere else, be it busy, out or gone")
    func bound() async throws {
        let busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy"
        try await Laboratory.run([
            { _, _ in Self.ok("a") }, { path, _ in path == "/busy" ? [.send(busy)] : Self.ok("b") },
        ]) { lab in
            for _ in 0..<6 {
                let seen = try await lab.get("/", at: 1)
                #expect(seen.line == "200 <b>" && seen.tries == 1)
            }
            let refused = try await lab.get("/busy", at: 1)
            #expect(refused.line == "503 <busy>" && refused.tries == 1)
            #expect(lab.requests() == [0, 7])
        }
        try await Laboratory.run([{ _, _ in Self.ok("a") }, { _, _ in Self.ok("b") }]) { lab in
            try await lab.servers[1].close()
            for _ in 0..<4 {
                let seen = try await lab.get("/", at: 1)
                #expect(seen.line == "!upstream_connect_failed" && seen.tries == 1)
            }
            #expect(lab.requests() == [0, 0])
            #expect(lab.changes.withLockedValue { $0 } == ["1 out"])
            try await lab.expect("/", "200 <a>", tries: 1)
        }
    }

    @Test("with one endpoint has nothing to choose, and tries it once for each request")
    func single() async throws {
        try await Laboratory.run([{ _, number in number == 2 ? [.close] : Self.ok("a") }]) { lab in
            try await lab.expect("/", "200 <a>", tries: 1)
            try await Task.sleep(for: .milliseconds(5))
            try await lab.expect("/", "200 <a>", tries: 2)
            try await lab.servers[0].close()
        }
    }
}
