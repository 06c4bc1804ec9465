import Crypto

/// What a key of a note signs, by the number that stands in the key's text (c2sp.org/signed-note).
public enum NoteAlgorithm: UInt8, Hashable, Sendable {
    /// Ed25519 over the text itself: the key of a log.
    case ed25519 = 0x01
    /// Ed25519 over a time and the text: the key of a witness (c2sp.org/tlog-cosignature).
    case cosignature = 0x04
}

/// A public key that is trusted to sign notes under a name.
///
/// Its text, `name+keyid+base64`, is what a log publishes and what auditors are given.
public struct NoteVerifier: Hashable, Sendable {
    /// The name beside which the key signs; a log's is its origin.
    public let name: String
    /// The first four bytes of SHA-256 over name, newline, algorithm and key.
    public let keyID: UInt32
    /// What the key signs.
    public let algorithm: NoteAlgorithm
    /// The 32 bytes of the Ed25519 key.
    public let publicKey: [UInt8]

    /// A key of `algorithm`, named `name`.
    ///
    /// Throws ``NoteFault/malformedKey(expected:)`` if the name is empty or has a space, a plus or a control
    /// character, or if the key is not 32 bytes.
    public init(name: String, algorithm: NoteAlgorithm, publicKey: [UInt8]) throws(NoteFault) {
        guard Self.isName(name) else {
            throw .malformedKey(expected: "a name of one or more characters without spaces, plus or controls")
        }
        guard publicKey.count == 32 else { throw .malformedKey(expected: "an Ed25519 key of 32 bytes") }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        let digest = Digest256.sha256(of: Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey)
        self.keyID = UInt32(truncatingIfNeeded: digest.words.0 >> 32)
    }

    /// Reads the text of a key, `name+keyid+base64`.
    ///
    /// Throws ``NoteFault/malformedKey(expected:)``, also when the id does not belong to the key.
    public init(vkey: String) throws(NoteFault) {
        let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformedKey(expected: "name+keyid+base64") }
        guard let key = Base64.decode(parts[2]), key.count == 33 else {
            throw .malformedKey(expected: "base 64 of an algorithm byte and 32 bytes of key")
        }
        guard let algorithm = NoteAlgorithm(rawValue: key[0]) else {
            throw .malformedKey(expected: "algorithm 1 (log) or 4 (witness), not \(key[0])")
        }
        try self.init(name: String(parts[0]), algorithm: algorithm, publicKey: Array(key[1...]))
        guard parts[1] == Self.hex(self.keyID) else {
            throw .malformedKey(expected: "key id \(Self.hex(self.keyID)), which follows from name and key")
        }
    }

    /// The text of the key, as ``init(vkey:)`` reads it.
    public var vkey: String {
        "\(self.name)+\(Self.hex(self.keyID))+\(Base64.encode([self.algorithm.rawValue] + self.publicKey))"
    }

    /// Says whether `signature` (what follows the key id in a note) is this key's over `text`.
    public func isValid(_ signature: [UInt8], over text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: self.publicKey) else { return false }
        switch self.algorithm {
        case .ed25519:
            return signature.count == 64 && key.isValidSignature(signature, for: Array(text.utf8))
        case .cosignature:
            guard signature.count == 72 else { return false }
            let time = signature[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return key.isValidSignature(Array(signature[8...]), for: Self.cosigned(text, at: time))
        }
    }

    /// What a witness signs: the time in seconds since 1970, then the checkpoint's body.
    static func cosigned(_ text: String, at time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }

    /// Says whether `name` may stand in a signature line.
    static func isName(_ name: some StringProtocol) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && scalar.value >= 0x20 && scalar.value != 0x7F && !scalar.properties.isWhitespace
            }
    }

    /// A key id as eight small hexadecimal letters.
    static func hex(_ keyID: UInt32) -> String {
        Hexadecimal.encode((0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) })
    }
}
