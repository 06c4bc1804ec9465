import AccessPolicy
import Conductor
import ControlAPI
import FoundationEssentials
import Gateway
import Ledger
import Logging
import NIOCore
import ReleaseModel
import ServiceLifecycle
import Signals
import Store
import Telemetry
import UnixSignals

/// One process: opens the logs and the store, folds the state, and runs the listeners in the order of their needs.
struct Server {
    private let configuration: ServerConfiguration
    private let version: String
    private let logger = Logger(label: "sluice")

    init(_ configuration: ServerConfiguration, version: String) {
        self.configuration = configuration
        self.version = version
    }

    func run() async throws {
        let folder = DataFolder(path: self.configuration.data)
        guard DataFolder.exists(folder.signingKey) else {
            throw SetUpFault("\(folder.path) is not set up; run `sluice init --data \(folder.path)` first")
        }
        let control = try self.open(.control, in: folder, cadence: .everyBatch)
        let seconds = Double(self.configuration.accessCheckpointMilliseconds) / 1_000
        let access = try self.open(.access, in: folder, cadence: .every(seconds: seconds))
        let store = try Store(path: folder.store)
        let metrics = SluiceMetrics(
            version: self.version,
            words: .init(
                refusalCodes: GatewayService.refusalCodes, failureReasons: GatewayService.failureReasons,
                operations: ControlService.operations))
        let plane = try await ControlPlane.open(
            writer: control.writer, reader: control.reader, store: store,
            evidence: EvidenceFiles(directory: folder.evidence), seeds: try folder.rolloutSeeds(),
            clock: { Timestamp(milliseconds: WallClock.milliseconds()) })
        let certificates = Shown(
            gateway: try Certificates(self.configuration.certificates),
            control: try Certificates(self.configuration.controlCertificates))
        guard let gatewayName = Name("gateway") else { throw SetUpFault("a gateway has a name") }
        let group = self.services(
            plane, control: control, access: access, store: store, metrics: metrics, gatewayName: gatewayName,
            accountKey: try folder.accountKey(), answerSeal: try folder.answerSeal(), certificates: certificates)
        do {
            try await group.run()
        } catch {
            try? Self.close(control.writer, access.writer, store)
            throw error
        }
        try Self.close(control.writer, access.writer, store)
        self.logger.info("stopped")
    }

    /// What both listeners show to clients; nil where no TLS is spoken.
    struct Shown {
        var gateway: Certificates?
        var control: Certificates?
    }

    /// A log, its writer and its reader.
    struct OpenLog {
        var writer: LogWriter
        var reader: LogReader
    }

    private func open(_ log: DataFolder.Log, in folder: DataFolder, cadence: LogOptions.Cadence) throws -> OpenLog {
        let writer = try LogWriter.open(
            directory: folder.log(log), origin: DataFolder.origin(log, of: self.configuration.origin),
            signer: try folder.signer(log, installation: self.configuration.origin),
            options: LogOptions(checkpoint: cadence, logger: Logger(label: "sluice.log.\(log.rawValue)")))
        let recovery = writer.recovery
        self.logger.info(
            "log opened",
            metadata: [
                "log": "\(log.rawValue)", "entries": "\(recovery.size)", "cut_bytes": "\(recovery.cutBytes)",
            ])
        let reader = try LogReader(directory: folder.log(log), durable: { writer.size })
        return OpenLog(writer: writer, reader: reader)
    }

    private func services(
        _ plane: ControlPlane, control: OpenLog, access: OpenLog, store: Store, metrics: SluiceMetrics,
        gatewayName: Name, accountKey: AccountKey, answerSeal: AnswerSeal, certificates: Shown
    ) -> ServiceGroup {
        let ready = Readiness(logger: self.logger)
        let (tap, door) = (SignalTap(), StageDoor(gateway: gatewayName))
        let requests = RequestFinder(log: access.reader, store: store)
        let conductor = ConductorService(
            plane: plane, store: store, tap: tap, door: door, gateway: gatewayName, requests: requests,
            logger: Logger(label: "sluice.conductor"))
        let spans = self.configuration.export.map {
            SpanQueue(capacity: $0.queue, sampling: $0.sampling, dropped: metrics.spans[.dropped])
        }
        let gateway = GatewayService(
            configuration: self.configuration.gateway, rules: plane.rules, accessLog: access.writer, metrics: metrics,
            logger: Logger(label: "sluice.gateway"), tap: tap, door: door, accountKey: accountKey,
            answerSeal: answerSeal, spans: spans, feedback: { await conductor.take($0) },
            certificates: certificates.gateway,
            onListening: { ready.gatewayListens(at: $0) })
        var hooks = self.hooks(plane, access: access.writer, metrics: metrics, ready: ready)
        hooks.drill = { try await conductor.drill() }
        hooks.takeReport = { try await conductor.reports.take($0, from: $1) == .taken }
        hooks.takeHeartbeat = { try await conductor.take($0, of: $1) }
        let controlService = ControlService(
            plane: plane, store: store, controlLog: control.reader, accessLog: access.reader,
            requests: requests,
            options: ControlOptions(host: self.configuration.controlHost, port: self.configuration.controlPort),
            tls: certificates.control?.configuration(protocols: ["http/1.1"]), hooks: hooks,
            logger: Logger(label: "sluice.control"))
        let usageLogger = Logger(label: "sluice.usage")
        let usage = UsageService(
            fold: UsageFold(log: access.reader, store: store, logger: usageLogger), requests: requests,
            logger: usageLogger)
        let shown = [certificates.gateway, certificates.control].flatMap { $0?.all ?? [] }
        let files = FileWatch(
            things: shown as [any Reloadable] + self.configuration.secretFiles, logger: Logger(label: "sluice.files"))
        // Stopping goes from the last to the first: the gateway drains while its rules are still kept fresh.
        return ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: files), .init(service: usage), .init(service: self.exporting(spans, metrics)),
                    .init(service: controlService), .init(service: conductor),
                    .init(service: gateway),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: self.logger))
    }

    private func exporting(_ spans: SpanQueue?, _ metrics: SluiceMetrics) -> ExportService {
        guard let spans, let export = self.configuration.export else { return ExportService(exporter: nil) }
        let instance = UInt64.random(in: .min ... .max).hexadecimal
        return ExportService(
            exporter: OTLPExporter(
                export.options, queue: spans, metrics: metrics,
                resource: OTLPResource(version: self.version, instance: instance),
                logger: Logger(label: "sluice.telemetry")))
    }

    /// What the control listener shows of the other parts.
    private func hooks(
        _ plane: ControlPlane, access: LogWriter, metrics: SluiceMetrics, ready: Readiness
    ) -> ControlService.Hooks {
        let rules = plane.rules
        metrics.readSnapshotAge { Double(WallClock.milliseconds() - rules.current.asOf.milliseconds) / 1_000 }
        var hooks = ControlService.Hooks()
        hooks.metrics = {
            metrics.snapshotGeneration.set(Int(rules.current.registry.generation))
            return String(decoding: metrics.registry.render(), as: UTF8.self)
        }
        hooks.checks = { ready.checks }
        hooks.accessCheckpoint = { access.size > 0 ? access.currentCheckpoint : nil }
        hooks.observe = { operation, status in
            metrics.controlRequests[operation][SluiceMetrics.StatusClass(status: status)].increment()
        }
        let host = self.configuration.controlHost
        hooks.onListening = { ready.controlListens(at: "\(host):\($0)") }
        return hooks
    }

    private static func close(_ control: LogWriter, _ access: LogWriter, _ store: Store) throws {
        try access.close()
        try control.close()
        try store.close()
    }
}
