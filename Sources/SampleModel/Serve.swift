import ArgumentParser
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals

/// `sample-model serve`: trains both versions and answers until it gets SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Train the models and serve them.")

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one and logs it.")
    var port = 9100

    @Option(help: "Wait so many milliseconds before each token.")
    var delayPerTokenMs = 0

    @Option(help: "Makes answers repeatable where requests bring no seed.")
    var seed: UInt64?

    func validate() throws {
        guard (0...65_535).contains(self.port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        guard (0...60_000).contains(self.delayPerTokenMs) else {
            throw ValidationError("--delay-per-token-ms is a number from 0 to 60000.")
        }
    }

    func run() async throws {
        let logger = Logger(label: "sample-model", factory: { StreamLogHandler.standardError(label: $0) })
        let two = ServedModel.auroraTwo()
        let models = [ServedModel.auroraOne(), two, ServedModel.auroraFaulty(two.language)]
        logger.info("Models are trained", metadata: ["models": "\(models.map(\.id).joined(separator: " "))"])
        let server = ChatServer(models: models, seed: self.seed, delayPerToken: .milliseconds(self.delayPerTokenMs))
        let application = Application(
            router: server.router(),
            configuration: .init(address: .hostname(self.host, port: self.port), serverName: "sample-model"),
            logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
