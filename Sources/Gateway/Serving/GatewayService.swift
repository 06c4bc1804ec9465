public import AccessPolicy
import ChatWire
import HTTPWire
public import Logging
import NIOConcurrencyHelpers
public import NIOCore
import NIOPosix
import NIOSSL
import ReleaseModel
public import ServiceLifecycle
import Signals
import StageControl
public import Store
public import Telemetry
import Upstreams

/// The data plane: the listener that SDKs talk to.
///
/// It reads one published snapshot of the rules and writes one log; it asks the control plane nothing, and keeps
/// answering while that is down, as long as its rules are fresh enough to be sure of.
public struct GatewayService: Service {
    private let configuration: GatewayConfiguration
    private let shared: SharedParts
    private let tap: SignalTap
    private let certificates: Certificates?
    private let onListening: @Sendable (SocketAddress) -> Void

    /// A gateway.
    ///
    /// - Parameters:
    ///   - rules: the snapshot that the control plane replaces.
    ///   - accessLog: where admissions and outcomes are recorded.
    ///   - tap: where what is counted for rollouts is drawn off.
    ///   - door: where it is lent exposure, and puts forward who asks for a place.
    ///   - accountKey: what end users are hashed under where they are counted.
    ///   - answerSeal: by what answers are found again that upstreams keep.
    ///   - spans: where spans of sampled requests go.
    ///   - feedback: where what applications say of answers is handed in.
    ///   - certificates: what is shown to clients; without it no TLS is spoken.
    ///   - onListening: called once, with the address that was bound.
    public init(
        configuration: GatewayConfiguration, rules: Published<Snapshot>, accessLog: LogWriter, metrics: SluiceMetrics,
        logger: Logger, tap: SignalTap = SignalTap(), door: StageDoor, accountKey: AccountKey = AccountKey(),
        answerSeal: AnswerSeal = AnswerSeal(), spans: SpanQueue? = nil,
        feedback: @escaping FeedbackDesk = { _ in .unavailable }, certificates: Certificates? = nil,
        onListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.shared = SharedParts(
            configuration: configuration, rules: rules, limiters: LimiterBook(),
            recorder: AccessRecorder(log: accessLog), metrics: metrics,
            logger: logger,
            connections: ConnectionCount(
                maximum: configuration.maximumConnections, ofAddress: configuration.maximumConnectionsOfAddress),
            endpoints: EndpointHandles.register(configuration.upstreams, in: metrics),
            bodies: BodyRoom(bytes: configuration.maximumBufferedBytes), door: door, accountKey: accountKey,
            answerSeal: answerSeal, spans: spans, feedback: feedback)
        self.tap = tap
        self.certificates = certificates
        self.onListening = onListening
    }

    /// Every code that a refusal of the gateway can have, for metrics.
    public static var refusalCodes: [String] {
        Denial.Code.allCases.map(\.rawValue) + RequestFault.Reason.allCases.map(\.rawValue)
            + BodyFault.Code.allCases.map(\.rawValue) + [
                "unknown_route", "method_not_allowed", "unsupported_content_encoding", "rate_limit_exceeded",
                "request_timeout", "overloaded", "audit_unavailable", "upstream_unavailable", "request_not_found",
                "request_too_costly", "response_not_found", "previous_response_not_found", "ramp_limit_exceeded",
            ]
    }

    /// Every reason why an upstream can fail, for metrics.
    public static var failureReasons: [String] { UpstreamFault.codes }

    /// How many requests are in flight under all grants.
    public var inFlight: Int { self.shared.limiters.inFlight }

    /// Listens until the service group stops; then lets requests in flight end, for as long as the configuration says.
    public func run() async throws {
        let loops = self.configuration.loops > 0 ? self.configuration.loops : System.coreCount
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let crew = Crew(group: group, shared: self.shared)
        self.tap.open(crew)
        do {
            let listener = Listener(crew: crew, shared: self.shared, tls: try self.tls())
            let channel = try await listener.listen(on: group)
            if let address = channel.localAddress { self.onListening(address) }
            try? await gracefulShutdown()
            try? await channel.close()
            await crew.drain(seconds: self.configuration.drainSeconds, connections: self.shared.connections)
            self.tap.close()
            await crew.end()
            try await group.shutdownGracefully()
        } catch {
            self.tap.close()
            await crew.end()
            try? await group.shutdownGracefully()
            throw error
        }
    }
}

extension GatewayService {
    /// What is agreed on with clients first, if there is a certificate to show.
    private func tls() throws -> NIOSSLContext? {
        let protocols = self.configuration.http2 ? ["h2", "http/1.1"] : ["http/1.1"]
        return try self.certificates.map { try NIOSSLContext(configuration: $0.configuration(protocols: protocols)) }
    }
}

/// The workers of all event loops. A worker is only ever touched on its own loop.
final class Crew: SignalSource {
    private let workers: [ObjectIdentifier: NIOLoopBound<Worker>]
    /// Questions to workers that are not answered yet, and whether there may be more.
    private let questions = NIOLockedValueBox((isOpen: true, open: 0))

    init(group: MultiThreadedEventLoopGroup, shared: SharedParts) {
        var workers: [ObjectIdentifier: NIOLoopBound<Worker>] = [:]
        for loop in group.makeIterator() {
            let bound = try? loop.submit { () -> NIOLoopBound<Worker> in
                let worker = NIOLoopBound(Worker(loop: loop, shared: shared), eventLoop: loop)
                loop.scheduleRepeatedTask(initialDelay: Worker.tick, delay: Worker.tick) { _ in
                    worker.value.checkDeadlines()
                }
                return worker
            }.wait()
            workers[ObjectIdentifier(loop)] = bound
        }
        self.workers = workers
    }

    func worker(of loop: any EventLoop) -> Worker {
        guard let worker = self.workers[ObjectIdentifier(loop)] else {
            preconditionFailure("every loop of the group has its worker")
        }
        return worker.value
    }

    /// Waits for the last answers. From then on every question is refused: a loop that has ended answers none, not even
    /// that it cannot.
    func end() async {
        self.questions.withLockedValue { $0.isOpen = false }
        while self.questions.withLockedValue({ $0.open }) > 0 { await Task.yield() }
    }

    /// Closes what rests, waits for what is in flight, and ends what takes too long.
    func drain(seconds: Int64, connections: ConnectionCount) async {
        for worker in self.workers.values { await self.on(worker) { $0.drain() } }
        let deadline = NIODeadline.now() + .seconds(seconds)
        while connections.current > 0, NIODeadline.now() < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        for worker in self.workers.values { await self.on(worker) { $0.close() } }
    }

    /// What was counted for a rollout since the last time, and which generation is enforced.
    func draw(_ rollout: RolloutID, at now: Timestamp) async -> Draught {
        var draught = Draught(content: SignalContent(), generation: nil)
        for worker in self.workers.values {
            let drawn = try? await self.ask(worker) { worker in
                let release = worker.shared.rules.current.release(of: rollout)
                return (worker.signals.draw(rollout, at: now), release?.enforcement.generation)
            }
            guard let (counted, generation) = drawn else { continue }
            // Sorted out here, on no event loop's time.
            if let counted { draught.content.merge(counted.content) }
            draught.generation = [draught.generation, generation].compactMap(\.self).min()
        }
        return draught
    }

    /// Whether all event loops decide by rules of this rehearsal or a later one, now that each was asked in its turn.
    func confirms(drill: Int) async -> Bool {
        for worker in self.workers.values {
            let seen = try? await self.ask(worker) { $0.shared.rules.current.drill }
            guard let seen, seen >= drill else { return false }
        }
        return true
    }

    /// Forgets what was counted for all other rollouts.
    func keep(_ rollouts: Set<RolloutID>) async {
        for worker in self.workers.values { await self.on(worker) { $0.signals.keep(rollouts) } }
    }

    /// What a worker answers on its own loop. Throws where the gateway has ended.
    private func ask<Value: Sendable>(
        _ worker: NIOLoopBound<Worker>, _ body: @escaping @Sendable (Worker) -> Value
    ) async throws -> Value {
        let isOpen = self.questions.withLockedValue { questions in
            questions.open += questions.isOpen ? 1 : 0
            return questions.isOpen
        }
        guard isOpen else { throw GatewayEnded() }
        defer { self.questions.withLockedValue { $0.open -= 1 } }
        return try await worker.eventLoop.scheduleTask(in: .zero) { body(worker.value) }.futureResult.get()
    }

    private func on(_ worker: NIOLoopBound<Worker>, _ body: @escaping @Sendable (Worker) -> Void) async {
        try? await self.ask(worker, body)
    }
}

/// The gateway has stopped, and its event loops answer nothing any more.
struct GatewayEnded: Error {}
