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
/// The value of each byte as such a letter; 32 for those that are none.
private let crockfordValues: [UInt8] = (0...255).map { byte in
    crockford.firstIndex(of: byte).map { UInt8($0) } ?? 32
}

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
            for digit in 0..<26 { unsafe buffer[place + 1 + digit] = crockford[self.value(of: digit)] }
            return count
        }
    }

    /// The value of a letter: 5 of the 130 bits that 26 letters have, of which the first two are nothing.
    @inline(__always)
    private func value(of digit: Int) -> Int {
        switch digit {
        case ..<13: Int(truncatingIfNeeded: self.high >> UInt64(61 - 5 * digit)) & 31
        case 13: Int(truncatingIfNeeded: self.high & 1) << 4 | Int(truncatingIfNeeded: self.low >> 60)
        default: Int(truncatingIfNeeded: self.low >> UInt64(125 - 5 * digit)) & 31
        }
    }

    /// Reads the text form; `nil` for another kind, another length, or a letter outside the alphabet.
    public init?(_ description: String) {
        self.init(text: description.utf8.span)
    }

    /// Reads the text form out of bytes; `nil` as for a string.
    public init?(text: Span<UInt8>) {
        let kind = Kind.prefix
        let prefix = kind.utf8.span
        let first = prefix.count + 1
        guard text.count == first + 26, text[first - 1] == UInt8(ascii: "_") else { return nil }
        for place in prefix.indices where text[place] != prefix[place] { return nil }
        guard text[first] <= UInt8(ascii: "7") else { return nil }  // 130 bits do not fit into 128
        var (high, low): (UInt64, UInt64) = (0, 0)
        let letters = crockfordValues
        let values = letters.span
        for place in first..<first + 26 {
            let value = values[Int(text[place])]
            guard value < 32 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        (self.high, self.low) = (high, low)
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
