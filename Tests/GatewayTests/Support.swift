import AccessPolicy
import Crypto
import Foundation
import Ledger
import Logging
import NIOCore
import NIOPosix
import ReleaseModel
import SluiceTesting
import Store
import Telemetry
import Testing
import Upstreams

@testable import Gateway

/// A small world behind a gateway: one model with a version, one application that is let in, one that waits.
struct TestWorld {
    var registry = Registry()
    let admitted: KeyText
    let waiting: KeyText
    let grant: Grant
    let modelID: ModelID
    /// The application that waits.
    let second: ApplicationID
    private var generator = SeededGenerator(seed: 7)
    private(set) var now: Timestamp
    /// What the registry is the fold of.
    private(set) var events: [ControlEvent] = []

    init(limits: Limits = Limits(), entitlements: [Entitlement] = [Entitlement(.systemPrompt)]) {
        var generator = SeededGenerator(seed: 7)
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        func name(_ text: String) -> Name { Name(text) ?? Name("x")! }
        let model = Model(
            id: ModelID(at: now, using: &generator), name: name("aurora"), displayName: "Aurora", visibility: .unlisted,
            added: now)
        let version = Version(
            id: VersionID(at: now, using: &generator), model: model.id, name: name("aurora-1.0"),
            upstream: name("sample"),
            upstreamModel: "upstream-aurora", added: now)
        let first = Application(
            id: .init(at: now, using: &generator), name: name("first"), organisation: nil, added: now)
        let second = Application(
            id: .init(at: now, using: &generator), name: name("second"), organisation: nil, added: now)
        self.admitted = KeyText(kind: .api, using: &generator)
        self.waiting = KeyText(kind: .api, using: &generator)
        self.grant = Grant(
            id: .init(at: now, using: &generator),
            content: GrantTerms(
                subject: .application(first.id), model: model.id, entitlements: entitlements, limits: limits),
            issued: now)
        self.modelID = model.id
        self.second = second.id
        self.now = now
        let events: [ControlEvent] = [
            .modelAdded(model), .versionAdded(version),
            .currentVersionChanged(MakeCurrent(model: model.id, version: version.id)), .applicationAdded(first),
            .applicationAdded(second), .enrolled(Enrolment(application: second.id, model: model.id, since: now)),
            .grantIssued(self.grant), .keyIssued(Self.key(self.admitted, of: first.id, now)),
            .keyIssued(Self.key(self.waiting, of: second.id, now)),
        ]
        for event in events { self.apply(event) }
    }

    mutating func apply(_ event: ControlEvent) {
        self.events.append(event)
        self.registry.apply(ControlEntry(at: self.now, by: .host, event: event))
    }

    var snapshot: Snapshot {
        Snapshot(registry: self.registry, asOf: Timestamp(milliseconds: WallClock.milliseconds()))
    }

    private static func key(_ text: KeyText, of owner: ApplicationID, _ now: Timestamp) -> Key {
        let digest = ContentDigest(bytes: SHA256.hash(data: text.secretText))!
        return Key(id: text.id, kind: text.kind, digest: digest, owner: .application(owner), issued: now)
    }
}

extension KeyText {
    var text: String { String(decoding: self.secretText, as: UTF8.self) }
}

/// An upstream that answers every request with fixed bytes, and remembers what it was sent.
final class FixedUpstream: Sendable {
    let port: Int
    private let channel: any Channel
    private let seen: Published<[String]>

    init(answer: String) async throws {
        let seen = Published<[String]>([])
        self.seen = seen
        self.channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FixedAnswer(answer, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    var requests: [String] { self.seen.current }

    func close() async throws { try await self.channel.close() }
}

private final class FixedAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: String
    private let seen: Published<[String]>
    private var text = ""

    init(_ answer: String, _ seen: Published<[String]>) {
        self.answer = answer
        self.seen = seen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.text += String(buffer: self.unwrapInboundIn(data))
        guard let head = self.text.range(of: "\r\n\r\n"),
            let field = self.text.range(of: "content-length: "),
            let length = Int(self.text[field.upperBound...].prefix { $0.isNumber }),
            self.text[head.upperBound...].utf8.count >= length
        else { return }
        self.seen.replace(with: self.seen.current + [self.text])
        self.text = ""
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: self.answer)), promise: nil)
    }
}

/// A gateway on a free port, in front of an upstream, with its access log in a temporary folder.
struct RunningGateway {
    let port: Int
    let rules: Published<Snapshot>
    let directory: String
    let gateway: GatewayService
    let log: LogWriter

    /// Runs `body` against a gateway and ends everything after it.
    static func with(
        _ world: TestWorld, upstreamPort: Int, options: LogOptions = LogOptions(checkpoint: .every(seconds: 0.05)),
        keepsFresh: Bool = true, staged: StagedWorld? = nil,
        metrics: SluiceMetrics = SluiceMetrics(version: "test"), spans: SpanQueue? = nil,
        configure: (inout GatewayConfiguration) -> Void = { _ in },
        feedback: @escaping FeedbackDesk = { _ in .unavailable },
        _ body: (RunningGateway) async throws -> Void
    ) async throws {
        let folder = try TemporaryDirectory()
        let signer = try NoteSigner(name: "test/access", seed: Array(repeating: 7, count: 32))
        let log = try LogWriter.open(
            directory: "\(folder.path)/access", origin: "test/access", signer: signer, options: options)
        var configuration = GatewayConfiguration(port: 0, loops: 2, drainSeconds: 1)
        configuration.upstreams = [
            Name("sample")!: Upstream(
                name: "sample", address: try UpstreamAddress(url: "http://127.0.0.1:\(upstreamPort)"))
        ]
        configure(&configuration)
        let rules = Published(try staged?.snapshot() ?? world.snapshot)
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        let service = GatewayService(
            configuration: configuration, rules: rules, accessLog: log, metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            door: staged?.door ?? StageDoor(gateway: Name("gateway")!), spans: spans, feedback: feedback,
            onListening: { continuation.yield($0.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let beats = Published(keepsFresh)
            // A thread of its own: other suites keep the pool busy for longer than rules may be old.
            Thread.detachNewThread {
                while beats.current {
                    // Whatever a test has published meanwhile stays, and is fresh.
                    rules.update { rules in
                        rules.asOf = Timestamp(milliseconds: WallClock.milliseconds())
                        if staged != nil { rules.conductedUntil = rules.asOf.advanced(milliseconds: 600_000) }
                    }
                    Thread.sleep(forTimeInterval: 0.2)
                }
            }
            defer { beats.replace(with: false) }
            var ports = stream.makeAsyncIterator()
            let port = try #require(await ports.next())
            try await body(
                RunningGateway(port: port, rules: rules, directory: "\(folder.path)/access", gateway: service, log: log)
            )
            group.cancelAll()
        }
        try log.close()
    }

    /// Sends raw bytes on a connection of its own and reads until the gateway closes, or `count` answers came.
    func exchange(_ bytes: String, answers count: Int = 1, seconds: Int = 10) async throws -> String {
        let port = self.port
        // A thread of its own: it blocks, and what is to answer may need the pool.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try RawConnection(port: port, seconds: seconds).exchange(bytes, answers: count) })
            }
        }
    }

    func chat(
        _ key: String, body: String, path: String = "/v1/chat/completions", account: String? = nil, seconds: Int = 10
    ) async throws -> String {
        try await self.exchange(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\n"
                + (account.map { "x-sluice-account: \($0)\r\n" } ?? "")
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Connection: close\r\n\r\n\(body)", seconds: seconds)
    }
}

/// A blocking TCP connection, as dumb as a test wants it.
struct RawConnection {
    private let descriptor: Int32

    init(port: Int, seconds: Int = 10) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        unsafe setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(self.descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    func exchange(_ bytes: String, answers: Int) throws -> String {
        defer { close(self.descriptor) }
        let all = Array(bytes.utf8)
        _ = unsafe send(self.descriptor, all, all.count, Int32(MSG_NOSIGNAL))
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(self.descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            received += chunk[..<count]
            let text = String(decoding: received, as: UTF8.self)
            if answers > 1, text.components(separatedBy: "HTTP/1.1 ").count > answers, text.hasSuffix("}") { break }
        }
        return String(decoding: received, as: UTF8.self)
    }
}
