import Crypto
public import ReleaseModel
import StrictJSON

/// What is known of a person beyond an identifier. It stands in the vault only, never in a log.
public struct PersonRecord: Hashable, Sendable {
    /// The number of bytes of ``salt``.
    public static let saltBytes = 32
    /// The longest name or address, in bytes.
    public static let maximumTextBytes = 320

    /// How people call them.
    public var name: String
    /// Where they are reached.
    public var email: String
    /// Random bytes, so that nobody finds the record from its commitment by guessing.
    public var salt: [UInt8]

    /// A record with all its fields.
    public init(name: String, email: String, salt: [UInt8]) {
        self.name = name
        self.email = email
        self.salt = salt
    }

    /// A record with a new salt.
    public init(name: String, email: String, using generator: inout some RandomNumberGenerator) {
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        self.init(name: name, email: email, salt: salt)
    }

    /// What the ledger holds in the record's place: SHA-256 of the salt, followed by `{"email":…,"name":…}` in
    /// canonical JSON (RFC 8785). Once the salt is erased it says nothing.
    public var commitment: ContentDigest {
        let record: JSONValue = ["name": .string(self.name), "email": .string(self.email)]
        guard let digest = ContentDigest(bytes: SHA256.hash(data: self.salt + record.canonical)) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return digest
    }
}
