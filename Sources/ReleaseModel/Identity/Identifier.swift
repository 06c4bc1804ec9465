/// What a kind of object is called in its identifiers: `mdl` in `mdl_01jd…`.
public protocol IdentifierKind: Sendable {
    /// The text before the underscore; lower-case letters, never renamed.
    static var prefix: String { get }
}

/// The identifier of one object of one kind, written `prefix_` and 26 letters of Crockford base 32.
///
/// The kind is part of the type, so a ``ModelID`` cannot be passed where a ``VersionID`` is meant.
/// The first 48 bits are milliseconds since 1970, so identifiers sort by age.
public struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable {
    // Two words, not one `UInt128`: over-aligned values in async closures are not safe in debug builds of Swift 6.3.1.
    private let high: UInt64
    private let low: UInt64

    /// All 128 bits: 48 of time, 80 of chance.
    public var bits: UInt128 { UInt128(self.high) << 64 | UInt128(self.low) }

    /// The identifier with exactly these bits.
    public init(bits: UInt128) {
        self.high = UInt64(truncatingIfNeeded: bits >> 64)
        self.low = UInt64(truncatingIfNeeded: bits)
    }

    /// A new identifier of this moment.
    public init(at now: Timestamp, using generator: inout some RandomNumberGenerator) {
        self.high = UInt64(truncatingIfNeeded: now.milliseconds) << 16 | generator.next() >> 48
        self.low = generator.next()
    }

    /// When it was made, by the clock of whoever made it.
    public var moment: Timestamp { Timestamp(milliseconds: Int64(self.high >> 16)) }

    /// Orders by age, then by chance.
    public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.high, lhs.low) < (rhs.high, rhs.low) }
}

/// The letters of Crockford's base 32, in the order of their values.
private let crockford: [UInt8] = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

extension Identifier: CustomStringConvertible, LosslessStringConvertible {
    /// The text form.
    public var description: String {
        // Written on every request, so without an array in between.
        let prefix = Kind.prefix.utf8
        let count = prefix.count + 27
        return unsafe String(unsafeUninitializedCapacity: count) { buffer in
            var place = 0
            for letter in prefix {
                unsafe buffer[place] = letter
                place += 1
            }
            unsafe buffer[place] = UInt8(ascii: "_")
            for digit in 0..<26 {
                unsafe buffer[place + 1 + digit] =
                    crockford[Int(truncatingIfNeeded: self.bits >> (125 - 5 * digit)) & 31]
            }
            return count
        }
    }

    /// Reads the text form; `nil` for another kind, another length, or a letter outside the alphabet.
    public init?(_ description: String) {
        let text = Array(description.utf8)
        let prefix = Array(Kind.prefix.utf8) + [UInt8(ascii: "_")]
        guard text.count == prefix.count + 26, text.starts(with: prefix) else { return nil }
        guard text[prefix.count] <= UInt8(ascii: "7") else { return nil }  // 130 bits do not fit into 128
        var bits: UInt128 = 0
        for letter in text.dropFirst(prefix.count) {
            guard let value = crockford.firstIndex(of: letter) else { return nil }
            bits = bits << 5 | UInt128(value)
        }
        self.init(bits: bits)
    }
}

extension Identifier: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an identifier such as \(Kind.prefix)_01jd… of 26 letters")
        }
        self = value
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
