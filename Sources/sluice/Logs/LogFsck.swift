import ArgumentParser
import Store
import StrictJSON

struct LogFsck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Compare every copy of every entry and hash with all others. It changes nothing.",
        discussion: """
            For a log at rest or a copy of one: while a writer is at work, files come and go between two looks. Each \
            finding is a line; any damage ends with 8. An unfinished append, which a crash leaves and the next start \
            cuts off, is told and is no damage.
            """)

    @OptionGroup var trusted: TrustedLog
    @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

    func run() async throws {
        try self.run(self.trusted.place.terminal())
    }

    func run(_ terminal: Terminal) throws {
        // An examination finds whatever is missing in a log; that there is none at all is no finding.
        _ = try self.trusted.place.reader()
        let report = try LogCheck(directory: self.trusted.place.directory, verifiers: [try self.trusted.verifier()])
            .fsck()
        switch self.output {
        case .json: terminal.line(Self.document(report).canonicalText)
        case .table:
            for finding in report.findings { terminal.line(Table.visible(finding.description)) }
        }
        if report.findings.count >= LogCheck.maximumFindings {
            terminal.say("There may be more: only the first \(LogCheck.maximumFindings) findings are told.")
        }
        terminal.say("\(report.entries) entries and \(report.files) files examined, \(report.size) entries signed.")
        guard report.isSound else {
            throw CommandFault(
                .verificationFailed, "\(self.trusted.place.directory) is damaged; restore it from a copy")
        }
    }

    private static func document(_ report: LogReport) -> JSONValue {
        let findings = report.findings.map { finding -> JSONValue in
            var members: [String: JSONValue] = [
                "kind": .string(finding.kind.rawValue), "path": .string(finding.path),
                "message": .string(finding.message), "is_damage": .bool(finding.isDamage),
            ]
            members["entry"] = finding.entryIndex.map { .integer(Int64($0)) }
            return .object(members)
        }
        return [
            "size": .integer(Int64(report.size)), "entries": .integer(Int64(report.entries)),
            "files": .integer(Int64(report.files)), "is_sound": .bool(report.isSound), "findings": .array(findings),
        ]
    }
}
