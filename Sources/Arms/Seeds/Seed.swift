import Crypto
public import ReleaseModel

/// The secret that decides who comes first: 32 random bytes, committed to before and revealed after.
///
/// While it is secret, nobody can choose an identifier that comes early. When it is revealed, everybody can see that it
/// is the one that was committed to, and can compute every assignment again.
///
/// It is never shown by accident: not by printing, not by a debugger's dump, not in a fault. What it keeps is wiped
/// from memory with the last copy.
public struct Seed: Sendable {
    /// How many bytes every seed has.
    public static let byteCount = 32

    /// What is published beforehand: the SHA-256 of the 32 bytes. It tells nothing about them.
    public let commitment: ContentDigest

    private let key: SymmetricKey
    /// HMAC-SHA256 with the key taken in; a unit is hashed by a copy.
    private let keyed: HMAC<SHA256>

    /// The seed of 32 bytes that came from a secure generator.
    public init(bytes: some Collection<UInt8>) throws(SeedFault) {
        guard bytes.count == Self.byteCount, let commitment = ContentDigest(bytes: SHA256.hash(data: Array(bytes)))
        else {
            throw .otherLength(bytes.count)
        }
        self.commitment = commitment
        self.key = SymmetricKey(data: Array(bytes))
        self.keyed = HMAC<SHA256>(key: self.key)
    }

    /// A new seed; the generator has to be the system's, or one as good.
    public init(using generator: inout some RandomNumberGenerator) throws(SeedFault) {
        var bytes: [UInt8] = []
        for _ in 0..<Self.byteCount { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
        try self.init(bytes: bytes)
    }

    /// Reads what ``revealedText`` wrote, and accepts it only if it is the seed that was committed to.
    public init(revealed text: String, commitment: ContentDigest) throws(SeedFault) {
        guard let bytes = Hexadecimal.decode(text) else { throw .notHexadecimal }
        try self.init(bytes: bytes)
        try self.verify(commitment)
    }

    /// Passes if this is the seed that was committed to.
    public func verify(_ commitment: ContentDigest) throws(SeedFault) {
        guard self.commitment == commitment else {
            throw .otherSeed(committed: commitment, found: self.commitment)
        }
    }

    /// The 32 bytes as 64 small hexadecimal letters. Whoever reads it can compute every assignment: it is for
    /// the entry that reveals the seed when its plan has ended, and for nothing before.
    public var revealedText: String { Hexadecimal.encode(unsafe self.key.withUnsafeBytes { unsafe Array($0) }) }

    /// The HMAC-SHA256 of some bytes under the seed.
    func code(of bytes: Span<UInt8>) -> HMAC<SHA256>.MAC {
        var keyed = self.keyed
        unsafe bytes.withUnsafeBufferPointer { unsafe keyed.update(data: $0) }
        return keyed.finalize()
    }

    /// The first eight bytes of that code as a number, big-endian.
    func word(of bytes: Span<UInt8>) -> UInt64 {
        unsafe self.code(of: bytes).withUnsafeBytes { UInt64(bigEndian: unsafe $0.loadUnaligned(as: UInt64.self)) }
    }
}

extension Seed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The commitment.
    public var description: String { "seed committed to as \(self.commitment)" }
    /// The same as ``description``.
    public var debugDescription: String { self.description }
    /// Nothing inside.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why something is not the seed. No fault holds any part of one.
public enum SeedFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A seed has ``Seed/byteCount`` bytes.
    case otherLength(Int)
    /// The revealed text is not hexadecimal.
    case notHexadecimal
    /// The seed is another than was committed to.
    case otherSeed(committed: ContentDigest, found: ContentDigest)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .otherLength: "seed_length"
        case .notHexadecimal: "seed_not_hexadecimal"
        case .otherSeed: "seed_does_not_match"
        }
    }

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .otherLength(let count): "a seed is \(Seed.byteCount) bytes, found \(count)"
        case .notHexadecimal: "a revealed seed is 64 of the letters 0 to 9 and a to f"
        case .otherSeed(let committed, let found):
            "the plan committed to \(committed), this seed is \(found); take the seed that was committed to"
        }
    }
}
