import ServiceLifecycle
import Telemetry

/// Sends spans and metrics to a collector, if the configuration names one, until all services that count have stopped.
struct ExportService: Service {
    let exporter: OTLPExporter?

    func run() async throws {
        guard let exporter = self.exporter else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown { await exporter.run() }
    }
}
