import ArgumentParser
import Foundation
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import sluice

@Suite("Evidence from the command line")
struct EvidenceCommandTests {
    private static let report = Array("what was found in three days".utf8)
    private static let evidence = EvidenceID(bits: 9)
    private static let moment = Timestamp(milliseconds: 1_800_000_000_000)

    private static func document(_ file: ContentDigest, _ more: [String: JSONValue] = [:]) -> JSONValue {
        let members: [String: JSONValue] = [
            "id": .string(Self.evidence.description), "version": .string(Known.version.description),
            "kind": "red-team-report", "file": .string(file.description), "method": "40 people, 3 days",
            "issuer": "Red Team Ltd", "limits": "no voice", "made_at": .integer(Self.moment.milliseconds),
            "valid_until": .integer(Self.moment.milliseconds + 86_400_000), "by": .string(Known.person.description),
            "attached": .integer(Self.moment.milliseconds), "state": "submitted",
        ]
        return .object(members.merging(more) { $1 })
    }

    /// A server that keeps one piece of evidence, and takes whatever else it is sent.
    private static func server(_ file: ContentDigest, _ more: [String: JSONValue] = [:]) async throws
        -> ScriptedControl
    {
        try await ScriptedControl { asked in
            let document = Self.document(file, more)
            if let list = Known.list(asked.target) { return .json(200, list) }
            switch (asked.method, asked.target.split(separator: "?").first) {
            case ("PUT", _): return .json(201, ["file": .string(file.description), "bytes": 28, "is_new": true])
            case ("GET", "/v1/evidence"): return .json(200, ["data": [document]])
            case ("GET", let path?) where path.hasPrefix("/v1/evidence/"): return .json(200, document)
            case ("GET", _):
                let text = String(decoding: Self.report, as: UTF8.self)
                return .text(200, mediaType: "application/octet-stream", text)
            default: return .json(201, ["entries": []])
            }
        }
    }

    private static func digest() throws -> ContentDigest { try #require(LocalFile.digest(of: Self.report)) }

    private static func ask(
        _ line: String, _ server: ScriptedControl, _ captured: Captured = Captured()
    ) async throws {
        let verb = try #require(try parsed(line) as? any AskingVerb)
        try await verb.ask(try server.session(captured))
    }

    @Test("sends the file under its digest, says it, and then attaches it")
    func attach() async throws {
        let (folder, digest) = (try TemporaryDirectory("evidence"), try Self.digest())
        try Data(Self.report).write(to: URL(filePath: folder.path(of: "report")))
        let (server, captured) = (try await Self.server(digest), Captured())
        let options = "--kind red-team-report --method m --issuer i --limits l --made-at 2027-01-01"
        let line = "evidence attach \(folder.path(of: "report")) --version aurora-1.0 \(options)"
        try await Self.ask("\(line) --valid-until 2027-07-01", server, captured)
        let put = try #require(server.asked.current.first { $0.method == "PUT" })
        #expect(put.target == "/v1/evidence-files/\(digest)" && put.body == Self.report)
        #expect(put.fields["content-type"] == "application/octet-stream")
        #expect(captured.talk.current.first == "\(digest) kept, 28 bytes")
        let expected = Command.attachEvidence(
            AttachEvidence(
                version: Known.version, kind: try #require(Name("red-team-report")), file: digest, method: "m",
                issuer: "i", limits: "l", madeAt: Timestamp(milliseconds: 1_798_761_600_000),
                validUntil: Timestamp(milliseconds: 1_814_400_000_000)))
        #expect(server.commands == [try JSONValue(encoding: expected)])
        try await server.close()
    }

    @Test("that is empty or too large never leaves this side")
    func unsendable() async throws {
        let folder = try TemporaryDirectory("evidence")
        let server = try await Self.server(try Self.digest())
        let options = "--version v --kind k --method m --issuer i --limits l --made-at 2027-01-01"
        for (count, words) in [(0, "is empty"), (17 << 20, "16777216")] {
            try Data(repeating: 1, count: count).write(to: URL(filePath: folder.path(of: "f")))
            let line = "evidence attach \(folder.path(of: "f")) \(options) --valid-until 2027-07-01"
            let fault = await #expect(throws: CommandFault.self) { try await Self.ask(line, server) }
            #expect(fault?.exitStatus == .usage && fault?.description.contains(words) == true)
        }
        #expect(server.asked.current.isEmpty)
        try await server.close()
    }

    @Test("is judged by the file that was looked at")
    func review() async throws {
        let digest = try Self.digest()
        let server = try await Self.server(digest)
        for (verb, expected) in [
            ("accept", Command.acceptEvidence(ReviewEvidence(evidence: Self.evidence, file: digest, reasons: "r"))),
            ("refuse", .refuseEvidence(ReviewEvidence(evidence: Self.evidence, file: digest, reasons: "r"))),
        ] {
            let line = "evidence \(verb) \(Self.evidence) --reasons r --digest"
            let giving = try #require(try parsed("\(line) \(digest)") as? any GivingVerb)
            #expect(try await giving.command(try server.session()) == expected)
            let other = try #require(
                try parsed("\(line) sha256:\(String(repeating: "a", count: 64))") as? any GivingVerb)
            let fault = await #expect(throws: CommandFault.self) { try await other.command(try server.session()) }
            #expect(fault?.exitStatus == .conflict)
        }
        try await server.close()
    }

    @Test("is saved only if it is the file that its digest says")
    func save() async throws {
        let (folder, digest) = (try TemporaryDirectory("evidence"), try Self.digest())
        let server = try await Self.server(digest)
        let path = folder.path(of: "saved")
        try await Self.ask("evidence save \(Self.evidence) --out \(path)", server)
        #expect(try Array(Data(contentsOf: URL(filePath: path))) == Self.report)
        try await server.close()
        let other = try #require(ContentDigest("sha256:\(String(repeating: "a", count: 64))"))
        let lying = try await Self.server(other)
        let fault = await #expect(throws: CommandFault.self) {
            try await Self.ask("evidence save \(Self.evidence) --out \(path)-2", lying)
        }
        #expect(fault?.exitStatus == .verificationFailed)
        #expect(!FileManager.default.fileExists(atPath: "\(path)-2"))
        try await lying.close()
    }

    @Test("is shown with what it does not show, who judged it, and what came of it")
    func show() async throws {
        let judged: [String: JSONValue] = [
            "state": "withdrawn",
            "review": [
                "verdict": "accepted", "by": .string(PersonID(bits: 7).description), "at": 1, "reasons": "thorough",
            ],
            "withdrawal": ["by": .string(Known.person.description), "at": 2, "reason": "the set had leaked"],
        ]
        var text = ""
        for more in [[:], judged] {
            let (server, captured) = (try await Self.server(try Self.digest(), more), Captured())
            try await Self.ask("evidence show \(Self.evidence)", server, captured)
            try await Self.ask("evidence list --version aurora-1.0", server, captured)
            text += captured.data.current + "\n"
            try await server.close()
        }
        try expectSnapshot(text, "evidence")
    }
}
