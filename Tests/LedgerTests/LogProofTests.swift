import Ledger
import Testing

@Suite("A proof file")
struct LogProofTests {
    @Test(
        "shows its entry to be in the log, and is written as it was read",
        arguments: ["0-of-1", "7-of-300", "299-of-300"])
    func good(name: String) throws {
        let bytes = try VectorLog.data("proof-\(name).tlog-proof")
        let entry = try VectorLog.data("proof-\(name).entry")
        let proof = try LogProof(bytes)
        #expect(Array(proof.text.utf8) == bytes)
        let keys = try ["log", "witness1", "witness2"].map { try VectorLog.key($0).verifier }
        let checkpoint = try proof.verify(entry: entry, by: keys)
        #expect(checkpoint.origin == "sluice.example/audit/v1")
        #expect(proof.extra == (name == "299-of-300" ? Array("sluice".utf8) : nil))
        #expect(throws: ProofFault.rootMismatch) { try proof.verify(entry: entry + [0], by: keys) }
        #expect(throws: ProofFault.note(.noTrustedSignature)) { try proof.verify(entry: entry, by: []) }
        #expect(throws: ProofFault.notSignedByLog(origin: checkpoint.origin)) {
            try proof.verify(entry: entry, by: [keys[1]])
        }
    }

    @Test("does not stand for another place in the log")
    func otherIndex() throws {
        var proof = try LogProof(try VectorLog.data("proof-7-of-300.tlog-proof"))
        let entry = try VectorLog.data("proof-7-of-300.entry")
        let key = try VectorLog.key("log").verifier
        for index in UInt64(0)..<400 where index != 7 {
            proof.index = index
            #expect(throws: ProofFault.self) { try proof.verify(entry: entry, by: [key]) }
        }
    }

    @Test("is refused after any of 600 random changes of one byte", arguments: [3] as [UInt64])
    func changes(seed: UInt64) throws {
        let key = try VectorLog.key("log").verifier
        let all = try ["log", "witness1", "witness2"].map { try VectorLog.key($0).verifier }
        #expect(all.contains(key))
        let bytes = try VectorLog.data("proof-7-of-300.tlog-proof")
        let entry = try VectorLog.data("proof-7-of-300.entry")
        var dice = Dice(state: seed)
        for _ in 0..<600 {
            let offset = Int.random(in: bytes.indices, using: &dice)
            var changed = bytes
            changed[offset] ^= UInt8.random(in: 1...255, using: &dice)
            let accepted = try? LogProof(changed).verify(entry: entry, by: all)
            // A name or key id that is no longer known is a signature of a stranger, which is passed over.
            let isWitnessLine = offset >= bytes.count - 2 * 132
            #expect(accepted == nil || isWitnessLine, "byte \(offset), seed \(seed)")
        }
    }

    @Test(
        "says which line is not as it should be",
        arguments: [
            ("", 1), ("c2sp.org/tlog-proof@v2\nindex 0\n\n", 1), ("c2sp.org/tlog-proof@v1\n\n", 2),
            ("c2sp.org/tlog-proof@v1\nindex 00\n\n", 2), ("c2sp.org/tlog-proof@v1\nindex -1\n\n", 2),
            ("c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n", 2), ("c2sp.org/tlog-proof@v1\nextra AA==\nindx 0\n\n", 3),
            ("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", 3),
        ])
    func malformed(text: String, line: Int) {
        do {
            _ = try LogProof(Array(text.utf8))
            Issue.record("it was accepted")
        } catch ProofFault.malformed(let found, _) {
            #expect(found == line)
        } catch {
            Issue.record("another fault: \(error)")
        }
    }

    @Test("may have 63 hashes and no more")
    func limit() {
        let hash = MerkleTree.emptyRoot.base64 + "\n"
        let head = "c2sp.org/tlog-proof@v1\nindex 0\n"
        #expect(throws: ProofFault.tooLong(count: 64)) {
            try LogProof(Array((head + String(repeating: hash, count: 64) + "\n").utf8))
        }
    }
}
