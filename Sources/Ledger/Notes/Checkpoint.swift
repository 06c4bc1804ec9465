/// What a log commits to: its name, its number of entries and its root (c2sp.org/tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
    /// The name of the log, unique and without a scheme: `example.org/audit/control`.
    public var origin: String
    /// The number of entries.
    public var size: UInt64
    /// The root of the tree of these entries.
    public var root: Digest256
    /// Further lines. Sluice writes none, since newer cosignatures do not cover them, and reads what others write.
    public var extensions: [String]

    /// A checkpoint of these parts.
    public init(origin: String, size: UInt64, root: Digest256, extensions: [String] = []) {
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note.
    ///
    /// Throws ``NoteFault/malformedCheckpoint(line:expected:)``. The size is decimal without sign or leading
    /// zeros and below 2^63, so that every verifier can hold it.
    public init(_ text: String) throws(NoteFault) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.popLast() == "" else {
            throw .malformedCheckpoint(line: lines.count + 1, expected: "ended by a newline")
        }
        guard let origin = lines.first, !origin.isEmpty else {
            throw .malformedCheckpoint(line: 1, expected: "the log's origin")
        }
        guard lines.count > 1, let size = Self.size(lines[1]) else {
            throw .malformedCheckpoint(line: 2, expected: "the size in decimal")
        }
        guard lines.count > 2, let root = Digest256(base64: lines[2]) else {
            throw .malformedCheckpoint(line: 3, expected: "the root in base 64")
        }
        if let empty = lines.firstIndex(of: "") {
            throw .malformedCheckpoint(line: empty + 1, expected: "not empty")
        }
        self.init(origin: String(origin), size: size, root: root, extensions: lines[3...].map(String.init))
    }

    /// The text that is signed.
    public var text: String {
        ([self.origin, String(self.size), self.root.base64] + self.extensions).map { $0 + "\n" }.joined()
    }

    /// A note of this checkpoint, signed by every signer.
    public func signed(by signers: [NoteSigner]) throws(NoteFault) -> SignedNote {
        let text = self.text
        var note = SignedNote(text: text, signatures: [])
        for signer in signers {
            note.signatures.append(try signer.sign(text))
        }
        return note
    }

    /// A number as the log formats write it, or nil: digits only, no leading zero, below 2^63.
    static func size(_ text: some StringProtocol) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard text.utf8.count == 1 || text.utf8.first != 0x30 else { return nil }
        guard let value = UInt64(text), value <= UInt64(Int64.max) else { return nil }
        return value
    }
}
