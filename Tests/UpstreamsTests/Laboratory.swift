import HTTPWire
import NIOCore
import NIOPosix
import Testing
import Upstreams

/// A pool on one event loop and a scripted server on another, for the length of one test.
struct Laboratory: Sendable {
    let server: ScriptedServer
    let loop: any EventLoop
    let pool: NIOLoopBound<UpstreamPool>

    static func run(
        timeouts: UpstreamTimeouts = .init(), maximumConnections: Int = 1024,
        script: @escaping @Sendable (_ path: String, _ number: Int) -> [ScriptedServer.Act],
        _ body: (Laboratory) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await ScriptedServer(on: group.next(), script)
        let loop = group.next()
        let upstream = Upstream(
            name: "scripted", address: try UpstreamAddress(url: "http://127.0.0.1:\(server.port)"), timeouts: timeouts,
            maximumConnectionsPerLoop: maximumConnections)
        let pool = try await loop.submit {
            NIOLoopBound(UpstreamPool(to: upstream, on: loop), eventLoop: loop)
        }.get()
        do {
            try await body(Laboratory(server: server, loop: loop, pool: pool))
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await loop.submit { pool.value.shutDown() }.get()
        try await group.shutdownGracefully()
    }

    /// Sends one request and waits for its end: what was told, as one line.
    func get(_ path: String, fresh: Bool = false) async throws -> String {
        try await Task.sleep(for: .milliseconds(3))  // longer than a connection rests
        return try await self.start(path, fresh: fresh).get()
    }

    /// Sends one request; `steer` is called at the head and at each body with how many bytes of body came by then.
    func start(
        _ path: String, fresh: Bool = false,
        steer: (@Sendable (_ bytes: Int, _ exchange: UpstreamExchange) -> Void)? = nil
    ) -> EventLoopFuture<String> {
        let (loop, pool) = (self.loop, self.pool)
        return loop.flatSubmit {
            let recorder = Recorder(loop.makePromise(of: String.self), steer)
            _ = pool.value.send(
                ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: recorder,
                onFreshConnection: fresh)
            return recorder.promise.futureResult
        }
    }

    /// Sends one request and expects this line of it.
    func expect(
        _ path: String, fresh: Bool = false, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let line = try await self.get(path, fresh: fresh)
        #expect(line == expected, sourceLocation: sourceLocation)
    }

    /// Expects so many connections, and so many of them free.
    func expectCounts(
        _ all: Int, idle: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let counts = try await self.counts()
        #expect(counts == (all, idle), sourceLocation: sourceLocation)
    }

    func counts() async throws -> (all: Int, idle: Int) {
        let pool = self.pool
        return try await self.loop.submit { (pool.value.connectionCount, pool.value.idleCount) }.get()
    }

    /// Waits until `condition` holds, at most five seconds.
    func eventually(_ comment: Comment, _ condition: () async throws -> Bool) async throws {
        for _ in 0..<500 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record(comment)
    }
}

/// Writes down what it is told: the status, `<body>`, and `end` or `!` and the fault's code.
final class Recorder: UpstreamExchangeDelegate {
    let promise: EventLoopPromise<String>
    private(set) var line = ""
    private(set) var bodyBytes = 0
    /// Calls that close a read: to flush at each of them is to flush once a read.
    private(set) var flushes = 0
    private var body = ""
    private let steer: (@Sendable (Int, UpstreamExchange) -> Void)?

    init(_ promise: EventLoopPromise<String>, _ steer: (@Sendable (Int, UpstreamExchange) -> Void)? = nil) {
        self.promise = promise
        self.steer = steer
    }

    func upstream(_ exchange: UpstreamExchange, didReceive head: ResponseHead) {
        self.line = "\(head.status)"
        self.steer?(0, exchange)
    }

    func upstream(_ exchange: UpstreamExchange, didReceive body: ByteBuffer) {
        self.bodyBytes += body.readableBytes
        if self.body.utf8.count < 100 { self.body += String(buffer: body) }
        self.steer?(self.bodyBytes, exchange)
    }

    func upstreamDidEnd(_ exchange: UpstreamExchange) {
        self.flushes += 1
        self.finish("end")
    }

    func upstream(_ exchange: UpstreamExchange, didFail fault: UpstreamFault) {
        self.flushes += 1
        self.finish("!\(fault.code)")
    }

    func upstreamDidCompleteRead(_ exchange: UpstreamExchange) {
        self.flushes += 1
    }

    private func finish(_ how: String) {
        let shown = self.bodyBytes > 100 ? "\(self.bodyBytes) bytes" : self.body
        self.line += self.line.isEmpty ? how : " <\(shown)> \(how)"
        self.promise.succeed(self.line)
    }
}
