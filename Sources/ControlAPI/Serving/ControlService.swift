import AccessPolicy
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import NIOSSL
public import ReleaseModel
public import ServiceLifecycle
public import Signals
public import StageControl
public import Store

/// The control listener: the API, the log's tiles, health and metrics; and the heartbeat of the rules.
///
/// A listener of its own, so that an overloaded gateway cannot keep anybody from stopping a model.
public struct ControlService: Service {
    /// What is observed from outside, and told outside.
    public struct Hooks: Sendable {
        /// The text of `/metrics`.
        public var metrics: @Sendable () -> String = { "" }
        /// What `/readyz` reports: a name for each thing that is needed, and whether it works.
        public var checks: @Sendable () async -> [String: Bool] = { [:] }
        /// The newest signed head of the access log; nil while there is none.
        public var accessCheckpoint: @Sendable () -> String? = { nil }
        /// Takes in a report of people or monitors, or of the application that is named; false if it was known before.
        public var takeReport: @Sendable (Report, ApplicationID?) async throws -> Bool = { report, _ in
            throw ReportRefusal.notConducted(report.rollout)
        }
        /// Takes in that a control beside a rollout is up; false if that was known, or something newer.
        public var takeHeartbeat: @Sendable (Heartbeat, RolloutID) async throws -> Bool = { _, rollout in
            throw HeartbeatFault.notConducted(rollout)
        }
        /// Rehearses a rollback.
        public var drill: @Sendable () async throws -> RollbackDrill = {
            throw AccessPolicy.Refusal(.notFound, "no gateway runs here whose rollback could be rehearsed")
        }
        /// Is told of every answer: the operation's name, one of ``ControlService/operations``, and the status.
        public var observe: @Sendable (_ operation: String, _ status: Int) -> Void = { _, _ in }
        /// Is told the port once the listener is up.
        public var onListening: @Sendable (_ port: Int) async -> Void = { _ in }

        /// Hooks that do nothing; set those that are wanted.
        public init() {}
    }

    /// The names of all operations, for metrics; a request that no endpoint takes is `unmatched`.
    public static var operations: [String] { Endpoint.all.map(\.operation.id) + ["unmatched"] }

    private let plane: ControlPlane
    private let router: ControlRouter
    private let options: ControlOptions
    private let tls: TLSConfiguration?
    private let hooks: Hooks
    private let logger: Logger

    /// A service that listens once it is run.
    ///
    /// - Parameters:
    ///   - plane: decides and publishes.
    ///   - store: vault, usage, answered requests and index; the plane's.
    ///   - controlLog: reads the control log.
    ///   - accessLog: reads the access log; without it, its endpoints answer 404.
    ///   - requests: finds requests in the access log.
    ///   - options: where to listen, and limits.
    ///   - tls: what is agreed on with clients first; without it the listener speaks plain HTTP.
    ///   - hooks: metrics, checks and what else comes from other parts.
    ///   - logger: where faults are told that are no caller's business.
    public init(
        plane: ControlPlane, store: Store, controlLog: LogReader, accessLog: LogReader? = nil,
        requests: RequestFinder? = nil,
        options: ControlOptions = ControlOptions(), tls: TLSConfiguration? = nil, hooks: Hooks = Hooks(),
        logger: Logger = Logger(label: "sluice.control")
    ) {
        self.plane = plane
        self.options = options
        self.tls = tls
        self.hooks = hooks
        self.logger = logger
        self.router = ControlRouter(
            answering: Answering(
                plane: plane, store: store, controlLog: controlLog, accessLog: accessLog, requests: requests,
                metrics: hooks.metrics, checks: hooks.checks, drill: hooks.drill, takeReport: hooks.takeReport,
                takeHeartbeat: hooks.takeHeartbeat),
            maximumBodyBytes: options.maximumBodyBytes, observe: hooks.observe, logger: logger)
    }

    /// Listens and keeps the rules fresh until the service group shuts down.
    public func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.application().run() }
            group.addTask { await cancelWhenGracefulShutdown { await self.beat() } }
            try await group.next()
            try await group.waitForAll()
        }
    }

    private func application() throws -> some ApplicationProtocol {
        let onListening = self.hooks.onListening
        let plain = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                idleTimeout: .seconds(Int64(self.options.idleTimeoutSeconds)),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)))
        return Application(
            router: self.router.build(),
            server: try self.tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(self.options.host, port: self.options.port),
                availableConnectionsDelegate: MaximumAvailableConnections(self.options.maximumConnections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: self.logger)
    }

    /// Each second the rules are said anew; each minute the access log's head is noted and the vault is tidied; at the
    /// start and each day, files of evidence are removed that nobody attached.
    private func beat() async {
        var seconds = 0
        while !Task.isCancelled {
            await self.plane.keepFresh()
            if seconds.isMultiple(of: EvidenceFiles.unattachedSeconds) { await self.sweep() }
            seconds += 1
            if seconds.isMultiple(of: max(1, self.options.accessCheckpointSeconds)) { await self.tidy() }
            do {
                try await Task.sleep(for: .seconds(1))
            } catch {
                return
            }
        }
    }

    private func sweep() async {
        do {
            try await self.plane.sweepEvidence()
        } catch {
            self.logger.error("files of evidence are not swept", metadata: ["fault": "\(error)"])
        }
    }

    private func tidy() async {
        do {
            if let note = self.hooks.accessCheckpoint() { try await self.plane.record(accessLogCheckpoint: note) }
        } catch {
            self.logger.error("the access log's head is not noted", metadata: ["fault": "\(error)"])
        }
        do {
            try await self.plane.forget()
        } catch {
            self.logger.error("records are not erased yet", metadata: ["fault": "\(error)"])
        }
    }
}
