import ArgumentParser
import FoundationEssentials
import Ledger
import Store

extension DataFolder.Log: ExpressibleByArgument {}

/// Which log is meant.
struct LogPlace: ParsableArguments {
    @Option(help: "Which log.") var log: DataFolder.Log

    @Option(help: ArgumentHelp("The data folder; SLUICE_DATA if left out, else this folder.", valueName: "dir"))
    var data: String?

    var folder: DataFolder {
        DataFolder(path: self.data ?? ProcessInfo.processInfo.environment["SLUICE_DATA"] ?? ".")
    }

    /// The folder of the log.
    var directory: String { self.folder.log(self.log) }

    /// A reader of the log.
    func reader() throws(LogFault) -> LogReader { try LogReader(directory: self.directory) }

    func terminal() -> Terminal { .standard(environment: ProcessInfo.processInfo.environment) }
}

/// Which log is meant, and which key must have signed it.
struct TrustedLog: ParsableArguments {
    @OptionGroup var place: LogPlace

    @Option(
        help: ArgumentHelp(
            "The verifier key that you trust; if left out, the one that lies beside the log in DIR/keys.",
            valueName: "name+id+base64"))
    var vkey: String?

    /// The key that must have signed.
    func verifier() throws -> NoteVerifier {
        if let vkey = self.vkey {
            do throws(NoteFault) {
                return try NoteVerifier(vkey: vkey)
            } catch {
                throw CommandFault(.usage, "--vkey: \(error)")
            }
        }
        let path = self.place.folder.verificationKey(self.place.log)
        let text = String(decoding: try LocalFile.bytes(path), as: UTF8.self)
        do throws(NoteFault) {
            return try NoteVerifier(vkey: String(text.prefix { !$0.isWhitespace }))
        } catch {
            throw CommandFault(.failure, "\(path): \(error)")
        }
    }
}
