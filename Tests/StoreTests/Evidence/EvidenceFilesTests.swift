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
}
