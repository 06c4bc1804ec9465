import Crypto

/// A SHA-256 digest: 32 bytes, held as four words so that a copy costs no allocation.
public struct Digest256: Hashable, Sendable {
    /// The number of bytes of every digest.
    public static let byteCount = 32

    /// The bytes in order, eight to a word, the first in the highest place.
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Takes 32 bytes, or answers nil for any other number of them.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in bytes {
            let carried = (words.1 >> 56, words.2 >> 56, words.3 >> 56)
            words.0 = words.0 << 8 | carried.0
            words.1 = words.1 << 8 | carried.1
            words.2 = words.2 << 8 | carried.2
            words.3 = words.3 << 8 | UInt64(byte)
        }
        self.words = words
    }

    /// Takes the 32 bytes of `span` that begin at `offset`.
    ///
    /// Precondition: they lie inside the span.
    public init(_ span: RawSpan, at offset: Int = 0) {
        precondition(offset >= 0 && offset + Self.byteCount <= span.byteCount, "a digest is 32 bytes of its span")
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: unsafe span.unsafeLoadUnaligned(fromByteOffset: offset + 8 * index, as: UInt64.self))
        }
        self.words = (word(0), word(1), word(2), word(3))
    }

    /// Reads 64 small hexadecimal letters, or answers nil.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hexadecimal.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// Reads 44 letters of base 64 (``Base64``), or answers nil.
    public init?(base64: some StringProtocol) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes: bytes)
    }

    /// The digest of `bytes`.
    public static func sha256(of bytes: [UInt8]) -> Digest256 {
        unsafe Self.sha256(of: bytes.span.bytes)
    }

    /// The digest of the bytes of `span`.
    public static func sha256(of span: RawSpan) -> Digest256 {
        var hasher = SHA256()
        unsafe span.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return Digest256(hasher.finalize())
    }

    init(_ digest: SHA256.Digest) {
        self = unsafe digest.withUnsafeBytes { unsafe Digest256($0.bytes) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        self.append(to: &bytes)
        return bytes
    }

    /// Adds the 32 bytes to the end of `bytes`.
    public func append(to bytes: inout [UInt8]) {
        unsafe self.withBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// The digest as 64 small hexadecimal letters.
    public var hex: String { Hexadecimal.encode(self.bytes) }

    /// The digest as 44 letters of base 64, as checkpoints and proofs write it.
    public var base64: String { Base64.encode(self.bytes) }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        let ordered = (
            self.words.0.bigEndian, self.words.1.bigEndian, self.words.2.bigEndian, self.words.3.bigEndian
        )
        unsafe withUnsafeBytes(of: ordered) { unsafe body($0) }
    }

    /// Says whether both are the same 32 bytes. Digests of a log are public, so time may tell.
    public static func == (left: Self, right: Self) -> Bool {
        left.words == right.words
    }

    /// Feeds all 32 bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
        hasher.combine(self.words.1)
        hasher.combine(self.words.2)
        hasher.combine(self.words.3)
    }
}

extension Digest256: CustomStringConvertible {
    /// The digest in base 64.
    public var description: String { self.base64 }
}
