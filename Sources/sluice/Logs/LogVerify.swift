import ArgumentParser
import Ledger
import Store
import StrictJSON

struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the signature, hash all entries again, and compare the root with the signed one.")

    @OptionGroup var trusted: TrustedLog
    @Option(
        help: ArgumentHelp(
            "A checkpoint that you kept; the log must still begin with what it covered.", valueName: "file"))
    var since: String?
    @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

    func run() async throws {
        try self.run(self.trusted.place.terminal())
    }

    func run(_ terminal: Terminal) throws {
        let verifier = try self.trusted.verifier()
        let older = try self.older(verifier)
        let check = LogCheck(directory: self.trusted.place.directory, verifiers: [verifier])
        let checkpoint = try check.verify(since: older)
        switch self.output {
        case .json:
            var members: [String: JSONValue] = [
                "origin": .string(checkpoint.origin), "entries": .integer(Int64(checkpoint.size)),
                "root": .string(checkpoint.root.base64), "key": .string(verifier.vkey),
            ]
            members["since"] = older.map { .integer(Int64($0.size)) }
            terminal.line(JSONValue.object(members).canonicalText)
        case .table:
            terminal.write(
                Table.fields(
                    [
                        ("verified", "\(checkpoint.size) entries"), ("origin", checkpoint.origin),
                        ("root", checkpoint.root.base64), ("signed by", verifier.vkey),
                    ] + (older.map { [("begins with", "the \($0.size) entries of \(self.since ?? "")")] } ?? [])))
        }
    }

    private func older(_ verifier: NoteVerifier) throws -> Checkpoint? {
        guard let path = self.since else { return nil }
        do throws(NoteFault) {
            let note = try SignedNote(try Self.bytes(path))
            try note.verify(by: [verifier])
            return try Checkpoint(note.text)
        } catch {
            throw CommandFault(.verificationFailed, "\(path): \(error)")
        }
    }

    private static func bytes(_ path: String) throws(NoteFault) -> [UInt8] {
        do throws(CommandFault) {
            return try LocalFile.bytes(path)
        } catch {
            throw .malformed(expected: "a file that can be read (\(error.description))")
        }
    }
}
