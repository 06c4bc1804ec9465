import Ledger
import Testing

@Suite("A signed note")
struct NoteTests {
    @Test("is judged as the specification judges it, in all 27 cases")
    func cases() throws {
        var checked = 0
        for line in try VectorLog.lines("notes.txt") {
            let trusted = try line[3].split(separator: ",").map { try VectorLog.key(String($0)).verifier }
            let bytes = try #require(Base64.decode(line[4]))
            let note = try? SignedNote(bytes)
            let isSigned = (try? note?.verify(by: trusted)) != nil
            #expect(isSigned == (line[1] == "note-good"), "\(line[0])")
            let isCheckpoint = isSigned && note.map { (try? Checkpoint($0.text)) != nil } == true
            #expect(isCheckpoint == (line[2] == "good"), "\(line[0])")
            if isSigned, let note {
                #expect(Array(note.description.utf8) == bytes, "\(line[0]) is written as it was read")
            }
            if isCheckpoint, let note {
                #expect(try Checkpoint(note.text).text == note.text, "\(line[0])")
            }
            checked += 1
        }
        #expect(checked == 27)
        print("notes checked: \(checked)")
    }

    @Test("is signed with the same bytes as by the independent implementation")
    func signing() throws {
        let published = try SignedNote(try VectorLog.data("site-300/checkpoint"))
        let log = try VectorLog.key("log")
        let checkpoint = try Checkpoint(published.text)
        #expect(try checkpoint.signed(by: [log.signer]).signatures == [published.signatures[0]])
        let witness = try VectorLog.key("witness1")
        #expect(try witness.signer.sign(published.text, at: 1_795_000_000) == published.signatures[1])
        let signers = try published.verify(by: [log.verifier, witness.verifier])
        #expect(signers == [log.verifier, witness.verifier])
    }

    @Test("names why it is refused")
    func faults() throws {
        let log = try VectorLog.key("log")
        let stranger = try VectorLog.key("stranger")
        let checkpoint = Checkpoint(origin: log.verifier.name, size: 0, root: MerkleTree.emptyRoot)
        let note = try checkpoint.signed(by: [log.signer])
        #expect(throws: NoteFault.noTrustedSignature) { try note.verify(by: [stranger.verifier]) }
        var changed = note
        changed.text = changed.text.replacing("\n0\n", with: "\n1\n")
        #expect(throws: NoteFault.badSignature(name: log.verifier.name)) { try changed.verify(by: [log.verifier]) }
        #expect(throws: NoteFault.malformed(expected: "UTF-8")) { try SignedNote([0xFF, 0x0A]) }
        #expect(throws: NoteFault.malformed(expected: "a newline at the end")) { try SignedNote([]) }
        #expect(throws: NoteFault.malformedCheckpoint(line: 2, expected: "the size in decimal")) {
            try Checkpoint("origin\n007\n")
        }
    }

    @Test("is refused after any single byte of it is changed", arguments: 0..<1 as Range<UInt64>)
    func everyByte(seed: UInt64) throws {
        let log = try VectorLog.key("log")
        let bytes = try VectorLog.data("site-300/checkpoint")
        let firstLines = Array(bytes.prefix { $0 != 0xE2 })
        let signed = try Checkpoint(try SignedNote(bytes).text).signed(by: [log.signer])
        let note = Array(signed.description.utf8)
        #expect(note.starts(with: firstLines))
        var dice = Dice(state: seed)
        for offset in note.indices {
            var changed = note
            changed[offset] ^= UInt8.random(in: 1...255, using: &dice)
            let isRefused = (try? SignedNote(changed).verify(by: [log.verifier])) == nil
            #expect(isRefused, "byte \(offset), seed \(seed)")
        }
    }

    @Test("stops at its limit of signatures")
    func limit() throws {
        let log = try VectorLog.key("log")
        var note = try Checkpoint(origin: "o", size: 0, root: MerkleTree.emptyRoot).signed(by: [log.signer])
        note.signatures = Array(repeating: note.signatures[0], count: SignedNote.maximumSignatures)
        #expect(try SignedNote(Array(note.description.utf8)) == note)
        note.signatures.append(note.signatures[0])
        #expect(throws: NoteFault.self) { try SignedNote(Array(note.description.utf8)) }
    }
}

@Suite("A key of a note")
struct NoteKeyTests {
    @Test("survives its text", arguments: ["log", "log_rotated", "witness1", "witness2", "witness3", "stranger"])
    func text(label: String) throws {
        let line = try #require(try VectorLog.lines("keys.txt").first { $0[0] == label })
        let key = try VectorLog.key(label)
        #expect(key.verifier.vkey == line[2])
        #expect(key.signer.verifier == key.verifier)
        let again = try NoteSigner(privateKey: key.signer.privateKey)
        #expect(again.verifier == key.verifier)
        #expect(!key.signer.description.contains(key.signer.privateKey))
    }

    @Test(
        "is refused when its text is not exactly one key's",
        arguments: [
            "", "name", "name+00000000", "a b+7b5231b1+AQ7CC7O+uCWxLo17SZz684JBUEbgTNJz5gT9OwXgx5D3",
            "sluice.example/audit/v1+7b5231b2+AQ7CC7O+uCWxLo17SZz684JBUEbgTNJz5gT9OwXgx5D3",
            "sluice.example/audit/v1+7B5231B1+AQ7CC7O+uCWxLo17SZz684JBUEbgTNJz5gT9OwXgx5D3",
            "sluice.example/audit/v2+7b5231b1+AQ7CC7O+uCWxLo17SZz684JBUEbgTNJz5gT9OwXgx5D3",
            "sluice.example/audit/v1+7b5231b1+Ag7CC7O+uCWxLo17SZz684JBUEbgTNJz5gT9OwXgx5D3",
            "sluice.example/audit/v1+7b5231b1+AQ7CC7O+uCWxLo17SZz684JBUEbgTNJz5gT9OwXgx5A=",
        ])
    func badText(text: String) {
        #expect(throws: NoteFault.self) { try NoteVerifier(vkey: text) }
        #expect(throws: NoteFault.self) { try NoteSigner(privateKey: "PRIVATE+KEY+" + text) }
    }

    @Test("is new each time that one is generated")
    func generation() throws {
        #expect(try NoteSigner.generate(name: "a").verifier != NoteSigner.generate(name: "a").verifier)
    }
}
