import ArgumentParser
import Store
import StrictJSON

struct LogTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Print the last entries of a log, and with --follow those that come.")

    @OptionGroup var place: LogPlace
    @Option(name: [.customShort("n"), .long], help: "How many entries at the most.") var count = 10
    @Flag(help: "Go on with new entries until interrupted.") var follow = false
    @Option(help: ArgumentHelp("Only entries that name this identifier anywhere.", valueName: "id"))
    var object: String?
    @Option(help: "How entries are printed: a line for people, or a line of JSON.") var output = OutputFormat.table

    /// How often a followed log is looked at, in milliseconds.
    private static let followMilliseconds = 300

    func validate() throws {
        guard self.count >= 0 else { throw ValidationError("--count must not be negative") }
    }

    func run() async throws {
        let terminal = self.place.terminal()
        let reader = try self.place.reader()
        var next = try self.printLast(reader, terminal)
        while self.follow {
            try await Task.sleep(for: .milliseconds(Self.followMilliseconds))
            next = try self.print(reader, from: next, terminal)
        }
    }

    /// Prints the last entries and answers the index of the one that would come next.
    func printLast(_ reader: LogReader, _ terminal: Terminal) throws -> UInt64 {
        let size = try reader.size()
        guard let object = self.object else {
            return try self.print(reader, from: size - min(size, UInt64(self.count)), terminal)
        }
        var found: [UInt64] = []
        var index = size
        while index > 0, found.count < self.count {
            index -= 1
            if Self.names(object, try reader.entry(at: index)) { found.append(index) }
        }
        for index in found.reversed() { self.print(index, try reader.entry(at: index), terminal) }
        return size
    }

    private func print(_ reader: LogReader, from first: UInt64, _ terminal: Terminal) throws -> UInt64 {
        let size = try reader.size()
        guard size > first else { return first }
        try reader.entries(first..<size) { index, bytes in
            if let object = self.object, !Self.names(object, bytes) { return }
            self.print(index, bytes, terminal)
        }
        return size
    }

    private func print(_ index: UInt64, _ bytes: [UInt8], _ terminal: Terminal) {
        switch self.output {
        case .json: terminal.line(EntryLine.json(index, bytes))
        case .table: terminal.line(EntryLine.text(index, bytes))
        }
    }

    /// Whether a text of the entry is the identifier. Entries are canonical JSON, so it stands between quotes.
    static func names(_ object: String, _ bytes: [UInt8]) -> Bool {
        var quoted: [UInt8] = []
        JSONValue.appendQuoted(object, to: &quoted)
        guard bytes.count >= quoted.count else { return false }
        return (0...(bytes.count - quoted.count)).contains { start in
            bytes[start] == quoted[0] && bytes[start..<(start + quoted.count)].elementsEqual(quoted)
        }
    }
}
