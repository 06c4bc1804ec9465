import ArgumentParser
import ReleaseModel
import Store
import StrictJSON

struct LogFsck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Compare every copy of every entry and hash with all others. It changes nothing.",
        discussion: """
            For a log at rest or a copy of one: while a writer is at work, files come and go between two looks. Each \
            finding is a line; any damage ends with 8. An unfinished append, which a crash leaves and the next start \
            cuts off, is told and is no damage. With the control log go the files of evidence that it names.
            """)

    @OptionGroup var trusted: TrustedLog
    @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

    func run() async throws {
        try self.run(self.trusted.place.terminal())
    }

    func run(_ terminal: Terminal) throws {
        // An examination finds whatever is missing in a log; that there is none at all is no finding.
        let reader = try self.trusted.place.reader()
        let report = try LogCheck(directory: self.trusted.place.directory, verifiers: [try self.trusted.verifier()])
            .fsck()
        // Of a log that is damaged nobody can be sure which files it names.
        let isControl = self.trusted.place.log == .control && report.isSound
        let evidence = isControl ? try AttachedEvidence(reader, in: self.trusted.place.folder) : nil
        switch self.output {
        case .json: terminal.line(Self.document(report, evidence).canonicalText)
        case .table:
            for finding in report.findings { terminal.line(Table.visible(finding.description)) }
            for finding in evidence?.findings ?? [] { terminal.line(Table.visible(finding.description)) }
        }
        if report.findings.count >= LogCheck.maximumFindings {
            terminal.say("There may be more: only the first \(LogCheck.maximumFindings) findings are told.")
        }
        terminal.say("\(report.entries) entries and \(report.files) files examined, \(report.size) entries signed.")
        if let evidence { terminal.say("\(evidence.files.count) files of evidence examined.") }
        guard evidence?.findings.isEmpty ?? true else {
            throw CommandFault(
                .verificationFailed, "\(self.trusted.place.folder.evidence) is damaged; send the files again")
        }
        guard report.isSound else {
            throw CommandFault(
                .verificationFailed, "\(self.trusted.place.directory) is damaged; restore it from a copy")
        }
    }

    private static func document(_ report: LogReport, _ evidence: AttachedEvidence?) -> JSONValue {
        var findings = report.findings.map { finding -> JSONValue in
            var members: [String: JSONValue] = [
                "kind": .string(finding.kind.rawValue), "path": .string(finding.path),
                "message": .string(finding.message), "is_damage": .bool(finding.isDamage),
            ]
            members["entry"] = finding.entryIndex.map { .integer(Int64($0)) }
            return .object(members)
        }
        findings += (evidence?.findings ?? []).map { finding in
            [
                "kind": .string(finding.kind.rawValue), "path": .string(finding.file.description),
                "message": .string(finding.message), "is_damage": true,
            ]
        }
        let isSound = report.isSound && evidence?.findings.isEmpty ?? true
        return [
            "size": .integer(Int64(report.size)), "entries": .integer(Int64(report.entries)),
            "files": .integer(Int64(report.files)), "evidence_files": .integer(Int64(evidence?.files.count ?? 0)),
            "is_sound": .bool(isSound), "findings": .array(findings),
        ]
    }
}
