import Crypto
import Foundation
import ReleaseModel
import SluiceTesting
import Testing

@testable import Store

@Suite("Files of evidence")
struct EvidenceFilesTests {
    private static let report = Array("what was found in three days\n".utf8)

    private static func digest(_ bytes: [UInt8]) throws -> ContentDigest {
        try #require(ContentDigest(bytes: SHA256.hash(data: bytes)))
    }

    private static func path(_ digest: ContentDigest, in folder: TemporaryDirectory) -> String {
        folder.path(of: "evidence/sha256/\(digest.description.dropFirst("sha256:".count))")
    }

    @Test("are kept once under their digest, and read back whole")
    func kept() throws {
        let folder = try TemporaryDirectory("evidence")
        let files = EvidenceFiles(directory: folder.path(of: "evidence"))
        let digest = try Self.digest(Self.report)
        #expect(try files.read(digest) == nil && !files.contains(digest))
        #expect(try files.put(Self.report, as: digest))
        #expect(try !files.put(Self.report, as: digest))
        #expect(try files.read(digest) == Self.report && files.contains(digest))
        #expect(try Array(Data(contentsOf: URL(filePath: Self.path(digest, in: folder)))) == Self.report)
        let again = EvidenceFiles(directory: folder.path(of: "evidence"))
        #expect(try again.read(digest) == Self.report)
    }

    @Test("are refused if they are other bytes, none, or too many")
    func refused() throws {
        let folder = try TemporaryDirectory("evidence")
        let files = EvidenceFiles(directory: folder.path(of: "evidence"))
        let (digest, other) = (try Self.digest(Self.report), try Self.digest([1]))
        #expect(throws: EvidenceFault.otherDigest(found: digest, expected: other)) {
            try files.put(Self.report, as: other)
        }
        #expect(throws: EvidenceFault.empty) { try files.put([], as: try Self.digest([])) }
        let large = [UInt8](repeating: 7, count: EvidenceFiles.maximumBytes + 1)
        #expect(throws: EvidenceFault.tooLarge(bytes: large.count)) { try files.put(large, as: digest) }
        #expect(try files.put(Array(large.dropLast()), as: try Self.digest(Array(large.dropLast()))))
        #expect(try !files.contains(other) && !files.contains(digest))
    }

    @Test("that are damaged on the disk are not given, and are mended by sending them again", arguments: [0, 5, 28])
    func damaged(place: Int) throws {
        let folder = try TemporaryDirectory("evidence")
        let files = EvidenceFiles(directory: folder.path(of: "evidence"))
        let digest = try Self.digest(Self.report)
        _ = try files.put(Self.report, as: digest)
        var bytes = Self.report
        bytes[place] ^= 1
        try write(place == 0 ? [] : bytes, Self.path(digest, in: folder))
        #expect(throws: EvidenceFault.damaged(digest)) { try files.read(digest) }
        #expect(try files.put(Self.report, as: digest))
        #expect(try files.read(digest) == Self.report)
    }

    @Test("have their name only when they are whole, whichever call of the disk fails")
    func failingDisk() throws {
        let digest = try Self.digest(Self.report)
        var failed = 0
        for call in 0..<20 {
            let (folder, disk) = (try TemporaryDirectory("evidence"), FailingDisk())
            let files = EvidenceFiles(directory: folder.path(of: "evidence"), files: disk.operations)
            disk.fail(call..<call + 1, errno: ENOSPC)
            do {
                _ = try files.put(Self.report, as: digest)
            } catch {
                guard case .unavailable = error else { throw error }
                failed += 1
                #expect(try files.read(digest) ?? Self.report == Self.report, "never half of it")
            }
            disk.heal()
            _ = try files.put(Self.report, as: digest)
            #expect(try files.read(digest) == Self.report)
        }
        #expect(failed >= 6, "two directories made; opened, written, synchronized, renamed")
    }

    @Test("that come back otherwise than they were written do not get their name")
    func lyingDisk() throws {
        let folder = try TemporaryDirectory("evidence")
        var operations = FileOperations.system
        operations.write = { (descriptor, bytes, offset) throws(FileFault) in
            try FileOperations.system.write(descriptor, bytes.extracting(first: bytes.byteCount - 1), offset)
        }
        let files = EvidenceFiles(directory: folder.path(of: "evidence"), files: operations)
        let digest = try Self.digest(Self.report)
        let fault = #expect(throws: EvidenceFault.self) { try files.put(Self.report, as: digest) }
        #expect(fault?.code == "evidence_unavailable")
        #expect(try !files.contains(digest))
        #expect(!FileManager.default.fileExists(atPath: folder.path(of: "evidence/next")))
    }

    @Test("are swept when they are older than a day and nobody attached them, and never if an entry names them")
    func swept() throws {
        let folder = try TemporaryDirectory("evidence")
        let files = EvidenceFiles(directory: folder.path(of: "evidence"))
        #expect(try files.sweep(keeping: []).isEmpty, "where nothing is, nothing is swept")
        let kept = try (1...5 as ClosedRange<UInt8>).map { number in
            let digest = try Self.digest([number])
            #expect(try files.put([number], as: digest))
            return digest
        }
        try folder.write([1], to: "evidence/sha256/notes")
        func age(_ path: String, hours: Double) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3_600 * hours)], ofItemAtPath: path)
        }
        for digest in kept[..<4] { try age(Self.path(digest, in: folder), hours: 25) }
        try age(Self.path(kept[4], in: folder), hours: 23)
        try age(folder.path(of: "evidence/sha256/notes"), hours: 99)
        // Who sends a file again has a day to attach it.
        #expect(try !files.put([4], as: kept[3]))
        #expect(try Set(files.sweep(keeping: [kept[1]])) == [kept[0], kept[2]])
        #expect(try kept.map { try files.contains($0) } == [false, true, false, true, true])
        #expect(FileManager.default.fileExists(atPath: folder.path(of: "evidence/sha256/notes")))
        #expect(try files.sweep(keeping: [kept[1]]).isEmpty)
    }

    @Test("that entries name are found missing, changed, or as they were")
    func found() throws {
        let folder = try TemporaryDirectory("evidence")
        let files = EvidenceFiles(directory: folder.path(of: "evidence"))
        let named = try (1...4 as ClosedRange<UInt8>).map { number in
            let digest = try Self.digest([number])
            _ = try files.put([number], as: digest)
            return digest
        }
        #expect(try files.findings(among: named).isEmpty)
        try FileManager.default.removeItem(atPath: Self.path(named[1], in: folder))
        try Data([9]).write(to: URL(filePath: Self.path(named[2], in: folder)))
        let findings = try files.findings(among: named)
        #expect(findings.map(\.file) == [named[1], named[2]] && findings.map(\.kind) == [.missing, .changed])
        #expect(findings[0].description.hasPrefix("evidence_missing \(named[1]): "))
        #expect(try files.put([3], as: named[2]) && files.findings(among: named).map(\.file) == [named[1]])
    }
}
