import ArgumentParser
import FoundationEssentials
import Store
import StrictJSON
import Telemetry

struct RequestTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Print the last requests that ended, a line each, and with --follow those that end.",
        discussion: """
            Reads the access log in the data folder and needs no server. Requests of unlogged grants are not in it.
            """)

    @Option(help: ArgumentHelp("The data folder; SLUICE_DATA if left out, else this folder.", valueName: "dir"))
    var data: String?
    @Option(name: [.customShort("n"), .long], help: "How many requests at the most.") var count = 10
    @Flag(help: "Go on with requests that end until interrupted.") var follow = false
    @Option(help: ArgumentHelp("Only requests for this name.", valueName: "name")) var model: String?
    @Option(
        name: .customLong("served-by"),
        help: ArgumentHelp("Only requests that this version served.", valueName: "ver_…"))
    var version: String?
    @Option(help: ArgumentHelp("Only requests that ended so.", valueName: "outcome"), transform: Self.ending)
    var outcome: SluiceMetrics.Ending?
    @Option(help: "How requests are printed: a line for people, or a line of JSON.") var output = OutputFormat.table

    /// How often a followed log is looked at, in milliseconds.
    private static let followMilliseconds = 300
    /// How many entries are read back at the start.
    static let mostEntries: UInt64 = 65_536

    func validate() throws {
        guard self.count >= 0 else { throw ValidationError("--count must not be negative") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standard(environment: environment)
        let folder = DataFolder(path: self.data ?? environment["SLUICE_DATA"] ?? ".")
        let reader = try LogReader(directory: folder.log(.access))
        var pairing = RequestPairing()
        var next = try self.printLast(reader, &pairing, terminal)
        while self.follow {
            try await Task.sleep(for: .milliseconds(Self.followMilliseconds))
            next = try self.printNew(reader, from: next, &pairing, terminal)
        }
    }

    /// Prints the last requests and answers the index of the entry that would come next.
    func printLast(_ reader: LogReader, _ pairing: inout RequestPairing, _ terminal: Terminal) throws -> UInt64 {
        let size = try reader.size()
        var last: [RequestPairing.Ended] = []
        try reader.entries((size - min(size, Self.mostEntries))..<size) { _, bytes in
            guard let ended = pairing.take(bytes), self.isWanted(ended) else { return }
            last.append(ended)
            if last.count > 2 * self.count + 1_024 { last.removeFirst(last.count - self.count) }
        }
        for ended in last.suffix(self.count) { self.print(ended, terminal) }
        return size
    }

    private func printNew(
        _ reader: LogReader, from first: UInt64, _ pairing: inout RequestPairing, _ terminal: Terminal
    ) throws -> UInt64 {
        let size = try reader.size()
        guard size > first else { return first }
        try reader.entries(first..<size) { _, bytes in
            if let ended = pairing.take(bytes), self.isWanted(ended) { self.print(ended, terminal) }
        }
        return size
    }

    /// What is not known of a request does not fit a filter.
    private func isWanted(_ ended: RequestPairing.Ended) -> Bool {
        (self.model == nil || ended.admission?["model"]?.stringValue == self.model)
            && (self.version == nil || ended.admission?["version"]?.stringValue == self.version)
            && (self.outcome == nil || ended.outcome["outcome"]?.stringValue == self.outcome?.rawValue)
    }

    private func print(_ ended: RequestPairing.Ended, _ terminal: Terminal) {
        switch self.output {
        case .json: terminal.line(ended.json)
        case .table: terminal.line(ended.line)
        }
    }

    private static func ending(_ text: String) throws -> SluiceMetrics.Ending {
        guard let ending = SluiceMetrics.Ending(rawValue: text) else {
            let known = SluiceMetrics.Ending.allCases.map(\.rawValue)
            let hint = Spelling.nearest(to: text, among: known).map { "; did you mean \($0)?" } ?? ""
            throw ValidationError("there is no outcome '\(text)'\(hint) Known: \(known.joined(separator: ", "))")
        }
        return ending
    }
}
