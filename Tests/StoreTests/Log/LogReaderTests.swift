import Foundation
import Ledger
import Store
import Testing

@Suite("A log reader")
struct LogReaderTests {
    @Test("proves every entry to whoever has the key, while the log grows")
    func inclusion() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        let reader = try LogReader(directory: folder.directory)
        var count = 0
        for size in [1, 2, 60, 193, 1, 300] {
            let entries = (0..<size).map { entry(count + $0) }
            _ = try await log.append(entries)
            count += size
            for index in stride(from: 0, to: count, by: max(1, count / 40)) {
                let proof = try reader.inclusionProof(UInt64(index))
                let checkpoint = try LogProof(Array(proof.text.utf8)).verify(entry: entry(index), by: folder.verifiers)
                #expect(checkpoint.size == UInt64(count))
            }
            #expect(throws: LogFault.outOfRange(index: UInt64(count), size: UInt64(count))) {
                try reader.inclusionProof(UInt64(count))
            }
        }
        try log.close()
    }

    @Test("proves that the log only grew")
    func consistency() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        let reader = try LogReader(directory: folder.directory)
        var checkpoints = [try reader.checkpoint()]
        for size in [1, 99, 156, 1, 300, 44] {
            _ = try await log.append((0..<size).map { entry($0, tag: "\(size)") })
            checkpoints.append(try reader.checkpoint())
        }
        for (position, new) in checkpoints.enumerated() {
            for old in checkpoints[...position] {
                try MerkleTree.verifyConsistency(
                    oldSize: old.size, oldRoot: old.root, newSize: new.size, newRoot: new.root,
                    proof: reader.consistencyProof(from: old.size, to: new.size))
            }
        }
        #expect(throws: LogFault.outOfRange(index: 602, size: 601)) { try reader.consistencyProof(from: 0, to: 602) }
        let check = LogCheck(directory: folder.directory, verifiers: folder.verifiers)
        #expect(try check.verify(since: checkpoints[3]).size == 601)
        var other = checkpoints[3]
        other.root = checkpoints[2].root
        #expect(throws: LogFault.self) { try check.verify(since: other) }
        other.size = 700
        #expect(throws: LogFault.self) { try check.verify(since: other) }
        try log.close()
    }

    @Test("sees durable entries before a checkpoint covers them, and the hash of every subtree")
    func tail() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<300).map { entry($0) })
        try log.close()
        let unsigned = try folder.open(.unsigned)
        let reader = try LogReader(directory: folder.directory)
        #expect(try reader.size() == 300)
        _ = try await unsigned.append((300..<700).map { entry($0) })
        #expect(try reader.size() == 700)
        #expect(try reader.checkpoint().size == 300)
        var walked = 0
        try reader.entries(0..<700) { index, found in
            #expect(found == entry(Int(index)))
            walked += 1
        }
        #expect(walked == 700)
        #expect(throws: LogFault.outOfRange(index: 700, size: 700)) { try reader.entry(at: 700) }
        for level in 0..<10 {
            for index in 0..<(700 >> level) {
                let leaves = (index << level)..<((index + 1) << level)
                let expected = MerkleTree.root(of: leaves.map { MerkleTree.leafHash(entry($0)) })
                #expect(try reader.hash(level: level, index: UInt64(index)) == expected, "\(level) \(index)")
            }
        }
        try MerkleTree.verifyConsistency(
            oldSize: 300, oldRoot: try reader.checkpoint().root, newSize: 700,
            newRoot: MerkleTree.root(of: (0..<700).map { MerkleTree.leafHash(entry($0)) }),
            proof: reader.consistencyProof(from: 300, to: 700))
        try unsigned.close()
    }

    @Test("serves the checkpoint and the tiles that it covers, and nothing else")
    func resources() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<300).map { entry($0) })
        let reader = try LogReader(directory: folder.directory)
        #expect(try reader.resource("checkpoint") == Array(log.currentCheckpoint.utf8))
        for path in TilePath.all(size: 300) {
            let bytes = try #require(try reader.resource(path.description), "\(path)")
            if case .entries = path.kind {
                let first = Int(path.index) * 256
                #expect(
                    try EntryBundle.decode(bytes, width: path.width) == (first..<first + path.width).map { entry($0) })
            } else {
                #expect(bytes.count == path.hashBytes)
            }
        }
        for path in [
            "", "/checkpoint", "lock", "journal/00000000000000000000", "tile/0/001", "tile/0/000.p/255",
            "tile/0/001.p/45",
            "tile/../checkpoint", "tile/0/../../checkpoint", "tile/entries/000/", "tile/0", "tile", "..", "tmp/next",
            "tile/7/x999/999",
        ] {
            #expect(try reader.resource(path) == nil, "\(path)")
        }
        try log.close()
    }

    @Test("says where no log is")
    func missing() throws {
        let folder = try LogFolder()
        #expect(throws: LogFault.missing(path: folder.directory)) { try LogReader(directory: folder.directory) }
    }
}

@Suite("The script that verifies a proof")
struct VerifyProofScriptTests {
    /// The script of the examples, found from where this file lies in the repository.
    private static let script: String? = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent("Examples/verify-proof.sh").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }()

    static var canRun: Bool {
        self.script != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")
    }

    private func accepts(_ vkey: String, _ proof: String, _ entry: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [try #require(Self.script), vkey, proof, entry]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("accepts the proofs of a reader, and refuses them for another entry, key or index", .enabled(if: Self.canRun))
    func proofs() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<300).map { entry($0) })
        try log.close()
        let reader = try LogReader(directory: folder.directory)
        let (proofPath, entryPath) = (folder.path + "/a.tlog-proof", folder.path + "/a.entry")
        let vkey = folder.signer.verifier.vkey
        for index in [0, 7, 255, 256, 299] {
            var proof = try reader.inclusionProof(UInt64(index))
            try write(Array(proof.text.utf8), proofPath)
            try write(entry(index), entryPath)
            #expect(try self.accepts(vkey, proofPath, entryPath), "entry \(index)")
            try write(entry(index + 1), entryPath)
            #expect(try !self.accepts(vkey, proofPath, entryPath), "entry \(index)")
            try write(entry(index), entryPath)
            let other = try NoteSigner(name: LogFolder.origin, seed: Array(repeating: 1, count: 32))
            #expect(try !self.accepts(other.verifier.vkey, proofPath, entryPath))
            proof.index ^= 1
            try write(Array(proof.text.utf8), proofPath)
            #expect(try !self.accepts(vkey, proofPath, entryPath), "entry \(index)")
            proof.index ^= 1
            proof.checkpoint.text = proof.checkpoint.text.replacing("\n300\n", with: "\n301\n")
            try write(Array(proof.text.utf8), proofPath)
            #expect(try !self.accepts(vkey, proofPath, entryPath), "entry \(index)")
        }
    }
}
