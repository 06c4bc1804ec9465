import Crypto

/// A private key that signs notes under a name.
public struct NoteSigner: Sendable {
    /// The public half, which others are given.
    public let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    /// The key that follows from a seed of 32 bytes.
    ///
    /// Throws ``NoteFault/malformedKey(expected:)`` for a seed of another length or a name that no note can carry.
    public init(name: String, seed: [UInt8], algorithm: NoteAlgorithm = .ed25519) throws(NoteFault) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw .malformedKey(expected: "a seed of 32 bytes")
        }
        self.key = key
        self.verifier = try NoteVerifier(
            name: name, algorithm: algorithm, publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// A new key, from the system's randomness.
    public static func generate(
        name: String, algorithm: NoteAlgorithm = .ed25519
    ) throws(NoteFault) -> NoteSigner {
        try NoteSigner(
            name: name, seed: Array(Curve25519.Signing.PrivateKey().rawRepresentation), algorithm: algorithm)
    }

    /// Reads the text of a private key, `PRIVATE+KEY+name+keyid+base64`, as Go's `sumdb/note` writes it.
    public init(privateKey text: String) throws(NoteFault) {
        let prefix = "PRIVATE+KEY+"
        let parts = text.dropFirst(prefix.count).split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard text.hasPrefix(prefix), parts.count == 3, let key = Base64.decode(parts[2]), key.count == 33,
            let algorithm = NoteAlgorithm(rawValue: key[0])
        else { throw .malformedKey(expected: "PRIVATE+KEY+name+keyid+base64") }
        try self.init(name: String(parts[0]), seed: Array(key[1...]), algorithm: algorithm)
        guard parts[1] == NoteVerifier.hex(self.verifier.keyID) else {
            throw .malformedKey(expected: "a key id that follows from name and key")
        }
    }

    /// The text of the private key. It is a secret: it belongs in a file that only the service can read.
    public var privateKey: String {
        let seed = Base64.encode([self.verifier.algorithm.rawValue] + Array(self.key.rawRepresentation))
        return "PRIVATE+KEY+\(self.verifier.name)+\(NoteVerifier.hex(self.verifier.keyID))+\(seed)"
    }

    /// Signs `text` and answers the signature for a note.
    ///
    /// - Parameter time: seconds since 1970, which a witness's key signs along with the text; a log's key ignores it.
    public func sign(_ text: String, at time: UInt64 = 0) throws(NoteFault) -> NoteSignature {
        let message: [UInt8]
        var bytes: [UInt8] = []
        switch self.verifier.algorithm {
        case .ed25519:
            message = Array(text.utf8)
        case .cosignature:
            message = NoteVerifier.cosigned(text, at: time)
            bytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) }
        }
        guard let signature = try? self.key.signature(for: message) else {
            throw .malformedKey(expected: "a key that can sign")
        }
        return NoteSignature(name: self.verifier.name, keyID: self.verifier.keyID, bytes: bytes + Array(signature))
    }
}

extension NoteSigner: CustomStringConvertible {
    /// The public key alone, so that a log line cannot leak the private one.
    public var description: String { "signer of \(self.verifier.vkey)" }
}
