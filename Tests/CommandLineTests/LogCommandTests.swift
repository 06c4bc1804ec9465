import Foundation
import Ledger
import ReleaseModel
import SluiceTesting
import Store
import StrictJSON
import Testing

@testable import sluice

@Suite("The log commands")
struct LogCommandTests {
    private let folder: TemporaryDirectory

    /// A data folder with a control log of three entries, closed.
    init() async throws {
        self.folder = try TemporaryDirectory("data")
        let signer = try NoteSigner(name: "test.example/control", seed: Array(repeating: 7, count: 32))
        try self.folder.write(Array(signer.verifier.vkey.utf8) + [0x0A], to: "data/keys/control.vkey")
        try FileManager.default.createDirectory(atPath: self.data + "/log", withIntermediateDirectories: true)
        let writer = try LogWriter.open(
            directory: self.data + "/log/control", origin: "test.example/control", signer: signer)
        _ = try await writer.append(try self.entries.map { try JSONValue(encoding: $0).canonical })
        try writer.close()
    }

    private var data: String { self.folder.path(of: "data") }

    private var entries: [ControlEntry] {
        get throws {
            let name = try #require(Name("aurora"))
            let model = Model(
                id: Known.model, name: name, displayName: "Aurora", visibility: .listed,
                added: Timestamp(milliseconds: 0))
            let events: [ControlEvent] = [
                .modelAdded(model), .modelHeld(HoldModel(model: Known.model, reason: "incident\u{1B}[2J")),
                .grantRevoked(RevokeGrant(grant: Known.grant, reason: "over")),
            ]
            return events.map { ControlEntry(at: Timestamp(milliseconds: 0), by: .person(Known.person), event: $0) }
        }
    }

    private func verb<Verb>(_ line: String, as type: Verb.Type) throws -> Verb {
        try #require(try parsed("log \(line) --log control --data \(self.data)") as? Verb)
    }

    private func tail(_ line: String) throws -> [String] {
        let captured = Captured()
        let verb = try self.verb("tail \(line)", as: LogTail.self)
        _ = try verb.printLast(try verb.place.reader(), captured.terminal)
        return captured.data.current.split(separator: "\n").map(String.init)
    }

    @Test("tail prints the last entries, as lines or as JSON")
    func tail() throws {
        #expect(try self.tail("").count == 3)
        let last = try self.tail("-n 1")
        #expect(last.count == 1 && last[0].contains("grant.revoked") && last[0].hasSuffix("taken back: over"))
        #expect(try self.tail("").allSatisfy { !$0.contains("\u{1B}") })
        let json = try self.tail("--output json --count 2").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(json.map { $0["index"]?.integerValue } == [1, 2])
        #expect(try json[1]["entry"]?.decoded(as: ControlEntry.self) == self.entries[2])
    }

    @Test("tail finds the entries that name an identifier, and no others")
    func object() throws {
        #expect(try self.tail("--object \(Known.model)").count == 2)
        #expect(try self.tail("--object \(Known.model) -n 1").first?.contains("model.held") == true)
        #expect(try self.tail("--object \(Known.grant)").count == 1)
        #expect(try self.tail("--object \(String(Known.grant.description.dropLast()))").isEmpty)
    }

    @Test("verify says how many entries were checked, and under which key")
    func verify() throws {
        let captured = Captured()
        try self.verb("verify", as: LogVerify.self).run(captured.terminal)
        #expect(captured.data.current.hasPrefix("verified   3 entries\norigin     test.example/control\n"))
        let machine = Captured()
        try self.verb("verify --output json", as: LogVerify.self).run(machine.terminal)
        let document = try JSONValue(parsing: Array(machine.data.current.dropLast().utf8))
        #expect(document["entries"] == 3)
    }

    @Test("verify refuses a changed entry and another's key with the number 8")
    func refusals() throws {
        let other = try NoteSigner(name: "test.example/control", seed: Array(repeating: 8, count: 32)).verifier.vkey
        let foreign = #expect(throws: (any Error).self) {
            try self.verb("verify --vkey \(other)", as: LogVerify.self).run(Captured().terminal)
        }
        #expect(foreign.map { ExitStatus(of: $0) } == .verificationFailed)
        try self.damage()
        let changed = #expect(throws: (any Error).self) {
            try self.verb("verify", as: LogVerify.self).run(Captured().terminal)
        }
        #expect(changed.map { ExitStatus(of: $0) } == .verificationFailed)
    }

    @Test("verify --since accepts the log's own checkpoint and refuses one that is changed")
    func since() throws {
        let kept = self.data + "/log/control/checkpoint"
        let captured = Captured()
        try self.verb("verify --since \(kept)", as: LogVerify.self).run(captured.terminal)
        #expect(captured.data.current.contains("begins with  the 3 entries of \(kept)"))
        let text = try String(contentsOfFile: kept, encoding: .utf8).replacing("\n3\n", with: "\n2\n")
        let path = try self.folder.write(text.utf8, to: "changed")
        let fault = #expect(throws: (any Error).self) {
            try self.verb("verify --since \(path)", as: LogVerify.self).run(Captured().terminal)
        }
        #expect(fault.map { ExitStatus(of: $0) } == .verificationFailed)
    }

    @Test("prove writes a proof that verifies with the entry beside it")
    func prove() throws {
        let (out, entry) = (self.folder.path(of: "1.tlog-proof"), self.folder.path(of: "1.entry"))
        let line = "prove --index 1 --out \(out) --entry \(entry)"
        try self.verb(line, as: LogProve.self).run(Captured().terminal)
        let verifier = try self.verb("verify", as: LogVerify.self).trusted.verifier()
        let proof = try LogProof(try self.folder.read("1.tlog-proof"))
        #expect(try proof.verify(entry: try self.folder.read("1.entry"), by: [verifier]).size == 3)
        #expect(try self.folder.read("1.entry") == (try JSONValue(encoding: self.entries[1]).canonical))
        let again = #expect(throws: CommandFault.self) {
            try self.verb(line, as: LogProve.self).run(Captured().terminal)
        }
        #expect(again?.exitStatus == .conflict)
        let beyond = #expect(throws: LogFault.self) {
            try self.verb("prove --index 3", as: LogProve.self).run(Captured().terminal)
        }
        #expect(beyond.map { ExitStatus(of: $0) } == .notFound)
    }

    @Test("fsck is silent about a sound log, and has a line for every finding of a damaged one")
    func fsck() throws {
        let sound = Captured()
        try self.verb("fsck", as: LogFsck.self).run(sound.terminal)
        #expect(sound.data.current.isEmpty)
        try self.damage()
        let damaged = Captured()
        let fault = #expect(throws: CommandFault.self) {
            try self.verb("fsck", as: LogFsck.self).run(damaged.terminal)
        }
        #expect(fault?.exitStatus == .verificationFailed)
        #expect(damaged.data.current.contains("entry_mismatch"))
    }

    @Test("fsck of the control log reads the files of evidence that it names, and tells which are not as they were")
    func evidence() async throws {
        let bytes = Array("what was found".utf8)
        let digest = try #require(LocalFile.digest(of: bytes))
        let evidence = Evidence(
            id: EvidenceID(bits: 4), version: VersionID(bits: 5), kind: try #require(Name("report")), file: digest,
            method: "m", issuer: "i", limits: "l", madeAt: Timestamp(milliseconds: 0),
            validUntil: Timestamp(milliseconds: 9), by: Known.person, attached: Timestamp(milliseconds: 1))
        let entry = ControlEntry(
            at: Timestamp(milliseconds: 1), by: .person(Known.person), event: .evidenceAttached(evidence))
        let writer = try LogWriter.open(
            directory: self.data + "/log/control", origin: "test.example/control",
            signer: try NoteSigner(name: "test.example/control", seed: Array(repeating: 7, count: 32)))
        _ = try await writer.append([try JSONValue(encoding: entry).canonical])
        try writer.close()
        func examined() throws -> (fault: CommandFault?, found: JSONValue) {
            let captured = Captured()
            var fault: CommandFault?
            do {
                try self.verb("fsck --output json", as: LogFsck.self).run(captured.terminal)
            } catch {
                fault = error as? CommandFault
            }
            return (fault, try JSONValue(parsing: Array(captured.data.current.utf8)))
        }
        let missing = try examined()
        #expect(missing.fault?.exitStatus == .verificationFailed && missing.found["is_sound"] == false)
        #expect(missing.found["findings"]?.arrayValue?.map { $0["kind"] } == ["evidence_missing"])
        #expect(missing.found["findings"]?.arrayValue?.first?["path"] == .string(digest.description))
        let files = EvidenceFiles(directory: self.data + "/evidence")
        _ = try files.put(bytes, as: digest)
        let whole = try examined()
        #expect(whole.fault == nil && whole.found["is_sound"] == true && whole.found["evidence_files"] == 1)
        let path = self.data + "/evidence/sha256/\(digest.description.dropFirst("sha256:".count))"
        try Data("what was not".utf8).write(to: URL(filePath: path))
        let changed = try examined()
        #expect(changed.found["findings"]?.arrayValue?.map { $0["kind"] } == ["evidence_changed"])
        #expect(changed.fault?.exitStatus == .verificationFailed)
    }

    @Test("say where there is no log")
    func missing() throws {
        let verb = try #require(try parsed("log fsck --log access --data \(self.data)") as? LogFsck)
        let fault = #expect(throws: LogFault.self) { try verb.run(Captured().terminal) }
        #expect(fault.map { ExitStatus(of: $0) } == .notFound)
    }

    /// Flips a letter of the second entry in every file that holds it.
    private func damage() throws {
        let log = self.data + "/log/control"
        for name in try FileManager.default.subpathsOfDirectory(atPath: log) {
            guard let data = FileManager.default.contents(atPath: "\(log)/\(name)"),
                let range = data.range(of: Data("incident".utf8))
            else { continue }
            var changed = data
            changed[range.lowerBound] ^= 1
            try changed.write(to: URL(filePath: "\(log)/\(name)"))
        }
    }
}
