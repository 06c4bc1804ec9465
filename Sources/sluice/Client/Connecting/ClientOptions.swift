import ArgumentParser
import FoundationEssentials

/// The options of everything that talks to a server.
struct ClientOptions: ParsableArguments {
    @Option(help: "The address of the control API; SLUICE_SERVER if left out, else http://127.0.0.1:7081.")
    var server: String?

    @Option(
        help: ArgumentHelp(
            "The file with your key; SLUICE_KEY_FILE if left out. A key never stands on the command line.",
            valueName: "file"))
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "Certificates in PEM of the authorities to believe, for a server with https; SLUICE_CA_FILE if left out, "
                + "else the system's.", valueName: "file"))
    var caFile: String?

    @Option(help: "How the result is printed: for people, or as the API's JSON.")
    var output = OutputFormat.table

    /// A client for the server and key that flags and environment name.
    func client(environment: [String: String]) throws(CommandFault) -> ControlClient {
        let named = self.server ?? Self.named(environment["SLUICE_SERVER"])
        let server = try ServerAddress(named ?? ServerAddress.standard)
        guard let file = self.keyFile ?? Self.named(environment["SLUICE_KEY_FILE"]) else {
            throw CommandFault(
                .usage, "no key is named: give --key-file FILE or set SLUICE_KEY_FILE to a file with your key")
        }
        guard server.isSecure || self.caFile == nil else {
            throw CommandFault(.usage, "--ca-file is for a server with https, and \(server) is none")
        }
        let authorities = self.caFile ?? Self.named(environment["SLUICE_CA_FILE"])
        let trust = server.isSecure ? try ServerTrust(server, authorities: authorities) : nil
        return ControlClient(server: server, trust: trust, key: try KeyFile.read(file).text)
    }

    /// A variable that is set to nothing is not set.
    private static func named(_ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : $0 } }
}

/// The options of everything that gives a command.
struct GivingOptions: ParsableArguments {
    @OptionGroup var client: ClientOptions

    @Flag(help: "Only say what would happen, and who would gain or lose access.")
    var dryRun = false
}

extension OutputFormat: ExpressibleByArgument {}
