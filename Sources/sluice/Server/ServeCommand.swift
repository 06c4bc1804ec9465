import ArgumentParser
import Logging
import Telemetry

/// Runs the gateway and the control plane until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the gateway and the control plane.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let configuration = try self.options.configuration()
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label, level: configuration.logLevel) }
        try await Server(configuration, version: Sluice.version).run()
    }
}
