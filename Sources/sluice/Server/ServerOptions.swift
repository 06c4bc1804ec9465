import ArgumentParser
import FoundationEssentials

/// The flags of everything that reads a configuration.
struct ServerOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config: String?

    @Option(help: "The data folder; its sluice.yaml is the configuration unless --config names another.")
    var data: String?

    @Option(help: "The gateway's address.")
    var gatewayHost: String?

    @Option(help: "The gateway's port; 0 is any free one.")
    var gatewayPort: Int?

    @Option(help: "The control API's address.")
    var controlHost: String?

    @Option(help: "The control API's port; 0 is any free one.")
    var controlPort: Int?

    @Option(help: "What is written to standard error: trace, debug, info, notice, warning, error or critical.")
    var loggingLevel: String?

    /// The values of all sources, and the folder where relative paths start.
    func values(environment: [String: String]) throws -> (values: ConfigurationValues, folder: String) {
        let named = self.config ?? environment["SLUICE_CONFIG"]
        let file = named ?? "\(self.data ?? environment["SLUICE_DATA"] ?? ".")/sluice.yaml"
        let folder = file.contains("/") ? String(file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex)) : "."
        var text: (name: String, text: String)?
        if DataFolder.exists(file) {
            text = (file, try DataFolder.read(file))
        } else if named != nil {
            throw SetUpFault("\(file) does not exist; `sluice init` makes one")
        }
        var flags: [String: String] = [:]
        flags["data"] = self.data.map(Self.absolute)
        flags["gateway.host"] = self.gatewayHost
        flags["gateway.port"] = self.gatewayPort.map(String.init)
        flags["control.host"] = self.controlHost
        flags["control.port"] = self.controlPort.map(String.init)
        flags["logging.level"] = self.loggingLevel
        return (ConfigurationValues(file: text, environment: environment, flags: flags), folder)
    }

    /// The whole configuration, checked.
    func configuration() throws -> ServerConfiguration {
        let environment = ProcessInfo.processInfo.environment
        let (values, folder) = try self.values(environment: environment)
        return try ServerConfiguration(values, folder: folder, environment: environment, read: DataFolder.read)
    }

    /// A flag's path starts at the working folder, a file's at the file.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}
