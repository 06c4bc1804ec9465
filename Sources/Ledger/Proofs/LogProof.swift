/// Everything that is needed to show, without the log, that an entry is in it (c2sp.org/tlog-proof).
///
/// It is given with what matters to others, an approval or a download, and is kept beside the entry as a
/// `.tlog-proof` file.
public struct LogProof: Hashable, Sendable {
    /// The first line of every proof.
    public static let header = "c2sp.org/tlog-proof@v1"
    /// The most hashes of an inclusion proof of a tree of fewer than 2^63 leaves.
    public static let maximumHashes = 63

    /// Data of the log's own that travels with the proof, and that nothing signs.
    public var extra: [UInt8]?
    /// The place of the entry, from 0.
    public var index: UInt64
    /// The hashes from the leaf's sibling to the root's child.
    public var hashes: [Digest256]
    /// The checkpoint that the proof leads to, with its signatures.
    public var checkpoint: SignedNote

    /// A proof of these parts; nothing is verified by making it.
    public init(index: UInt64, hashes: [Digest256], checkpoint: SignedNote, extra: [UInt8]? = nil) {
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.extra = extra
    }

    /// Reads the text of a `.tlog-proof` file without trusting it: ``verify(entry:by:)`` does that.
    ///
    /// Throws ``ProofFault/malformed(line:expected:)``, or ``ProofFault/note(_:)`` for what is wrong in the checkpoint.
    public init(_ bytes: [UInt8]) throws(ProofFault) {
        guard let blank = Self.firstEmptyLine(bytes) else {
            throw .malformed(line: 1, expected: "followed by an empty line and a checkpoint")
        }
        guard let head = String(validating: bytes[..<blank], as: UTF8.self) else {
            throw .malformed(line: 1, expected: "UTF-8")
        }
        var lines = head.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.popFirst() == Self.header[...] else { throw .malformed(line: 1, expected: Self.header) }
        self.extra = nil
        if let line = lines.first, line.hasPrefix("extra ") {
            guard let extra = Base64.decode(line.dropFirst(6)) else {
                throw .malformed(line: 2, expected: "extra and base 64")
            }
            self.extra = extra
            lines.removeFirst()
        }
        guard let line = lines.first, line.hasPrefix("index "), let index = Checkpoint.size(line.dropFirst(6)) else {
            throw .malformed(line: lines.startIndex + 1, expected: "index and a decimal number")
        }
        self.index = index
        lines.removeFirst()
        guard lines.count <= Self.maximumHashes else { throw .tooLong(count: lines.count) }
        self.hashes = []
        for (position, line) in zip(lines.indices, lines) {
            guard let hash = Digest256(base64: line) else {
                throw .malformed(line: position + 1, expected: "a hash in base 64")
            }
            self.hashes.append(hash)
        }
        do {
            self.checkpoint = try SignedNote(Array(bytes[(blank + 1)...]))
        } catch {
            throw .note(error)
        }
    }

    /// The text of the proof.
    public var text: String {
        var text = Self.header + "\n"
        if let extra = self.extra {
            text += "extra \(Base64.encode(extra))\n"
        }
        text += "index \(self.index)\n"
        for hash in self.hashes {
            text += hash.base64 + "\n"
        }
        return text + "\n" + self.checkpoint.description
    }

    /// Checks that `entry` is in the log, and answers the checkpoint that says so.
    ///
    /// At least one of `verifiers` must be a key of the log itself that signed; witnesses alone do not suffice,
    /// and a bad signature of any of them refuses the proof. Throws ``ProofFault``.
    @discardableResult
    public func verify(entry: [UInt8], by verifiers: [NoteVerifier]) throws(ProofFault) -> Checkpoint {
        let checkpoint: Checkpoint
        let signers: [NoteVerifier]
        do {
            signers = try self.checkpoint.verify(by: verifiers)
            checkpoint = try Checkpoint(self.checkpoint.text)
        } catch {
            throw .note(error)
        }
        guard signers.contains(where: { $0.algorithm == .ed25519 && $0.name == checkpoint.origin }) else {
            throw .notSignedByLog(origin: checkpoint.origin)
        }
        try MerkleTree.verifyInclusion(
            leafHash: MerkleTree.leafHash(entry), index: self.index, size: checkpoint.size, proof: self.hashes,
            root: checkpoint.root)
        return checkpoint
    }

    /// The place of the newline that makes the first empty line.
    private static func firstEmptyLine(_ bytes: [UInt8]) -> Int? {
        guard bytes.count > 1 else { return nil }
        return (1..<bytes.count).first { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }
    }
}
