/// The SHA-256 of something: weights, a file, a key, a command. Written `sha256:` and 64 hexadecimal digits.
public struct ContentDigest: Hashable, Sendable {
    // Four words, not a vector: over-aligned values in async closures are not safe in debug builds of Swift 6.3.1.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// The digest with these 32 bytes; `nil` for another count.
    public init?(bytes: some Sequence<UInt8>) {
        var (words, count) = ((UInt64(0), UInt64(0), UInt64(0), UInt64(0)), 0)
        for byte in bytes {
            switch count {
            case 0..<8: words.0 = words.0 << 8 | UInt64(byte)
            case 8..<16: words.1 = words.1 << 8 | UInt64(byte)
            case 16..<24: words.2 = words.2 << 8 | UInt64(byte)
            case 24..<32: words.3 = words.3 << 8 | UInt64(byte)
            default: return nil
            }
            count += 1
        }
        guard count == 32 else { return nil }
        (self.first, self.second, self.third, self.fourth) = words
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [self.first, self.second, self.third, self.fourth].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }
}

extension ContentDigest: CustomStringConvertible, LosslessStringConvertible {
    private static let prefix = "sha256:"
    private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

    /// The text form, in lower case.
    public var description: String {
        let hexadecimal = self.bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }
        return Self.prefix + String(decoding: hexadecimal, as: UTF8.self)
    }

    /// Reads the text form; `nil` for another algorithm, length or letter case.
    public init?(_ description: String) {
        guard description.hasPrefix(Self.prefix) else { return nil }
        let nibbles = description.utf8.dropFirst(Self.prefix.utf8.count).map { Self.digits.firstIndex(of: $0) }
        guard nibbles.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: 64, by: 2) {
            guard let high = nibbles[pair], let low = nibbles[pair + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        self.init(bytes: bytes)
    }
}

extension ContentDigest: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "sha256: and 64 lower-case hexadecimal digits")
        }
        self = value
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
