/// One signature of a note: who says to have made it, and its bytes.
public struct NoteSignature: Hashable, Sendable {
    /// The name of the key.
    public var name: String
    /// The id of the key.
    public var keyID: UInt32
    /// What follows the key id: 64 bytes of a log's key, a time and 64 bytes of a witness's.
    public var bytes: [UInt8]

    /// A signature as it stands in a note; nothing is verified by making it.
    public init(name: String, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// The line of the note, with its newline.
    public var line: String {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: self.keyID >> UInt32(24 - 8 * $0)) }
        return "\u{2014} \(self.name) \(Base64.encode(id + self.bytes))\n"
    }
}

/// A text and the signatures under it (c2sp.org/signed-note).
public struct SignedNote: Hashable, Sendable {
    /// The most signatures that are read; the specification asks for at least 16.
    public static let maximumSignatures = 64
    /// The most bytes that are read.
    public static let maximumBytes = 1 << 20

    /// What is signed: lines, the last newline included.
    public var text: String
    /// The signatures in their order, known and unknown.
    public var signatures: [NoteSignature]

    /// A note of these parts; nothing is verified by making it.
    public init(text: String, signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note without trusting it: ``verify(by:)`` does that.
    ///
    /// Throws ``NoteFault/malformed(expected:)`` for whatever the specification does not allow.
    public init(_ bytes: [UInt8]) throws(NoteFault) {
        guard bytes.count <= Self.maximumBytes else { throw .malformed(expected: "at most \(Self.maximumBytes) bytes") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformed(expected: "UTF-8") }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw .malformed(expected: "no control characters but newline")
        }
        guard bytes.last == 0x0A else { throw .malformed(expected: "a newline at the end") }
        let breaks = (1..<max(1, bytes.count)).last { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }
        guard let blank = breaks, blank + 1 < bytes.count else {
            throw .malformed(expected: "an empty line and then signatures")
        }
        self.text = String(decoding: bytes[..<blank], as: UTF8.self)
        let lines = bytes[(blank + 1)..<(bytes.count - 1)].split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else {
            throw .malformed(expected: "at most \(Self.maximumSignatures) signatures")
        }
        self.signatures = []
        for line in lines {
            self.signatures.append(try Self.signature(String(decoding: line, as: UTF8.self)))
        }
    }

    private static func signature(_ line: String) throws(NoteFault) -> NoteSignature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteVerifier.isName(parts[1]) else {
            throw .malformed(expected: "an em dash, a name and a signature in each line after the empty one")
        }
        guard let bytes = Base64.decode(parts[2]), bytes.count >= 5 else {
            throw .malformed(expected: "a signature in base 64 of five bytes or more")
        }
        let id = bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return NoteSignature(name: String(parts[1]), keyID: id, bytes: Array(bytes[4...]))
    }

    /// The whole note as text.
    public var description: String {
        self.text + "\n" + self.signatures.map(\.line).joined()
    }

    /// Answers the keys that signed the text.
    ///
    /// Signatures of keys that are not among `verifiers` are passed over. One bad signature of a known key
    /// refuses the whole note, as the specification advises; so does a note without any known signature.
    @discardableResult
    public func verify(by verifiers: [NoteVerifier]) throws(NoteFault) -> [NoteVerifier] {
        var signers: [NoteVerifier] = []
        for signature in self.signatures {
            for verifier in verifiers where verifier.name == signature.name && verifier.keyID == signature.keyID {
                guard verifier.isValid(signature.bytes, over: self.text) else {
                    throw .badSignature(name: verifier.name)
                }
                if !signers.contains(verifier) {
                    signers.append(verifier)
                }
            }
        }
        guard !signers.isEmpty else { throw .noTrustedSignature }
        return signers
    }
}

extension SignedNote: CustomStringConvertible {}
