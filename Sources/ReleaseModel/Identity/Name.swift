/// A name that people type and wires carry: a model, a version, an application, a use.
///
/// 1 to 128 of the letters, digits and `. _ - : /`, beginning with a letter or digit: it needs no escaping in JSON,
/// URLs, logs or shells.
public struct Name: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most characters a name may have.
    public static let maximumLength = 128

    /// The name itself.
    public let text: String

    /// The name, or `nil` if `text` is not one.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...Self.maximumLength).contains(bytes.count), let first = bytes.first else { return nil }
        guard Self.isLetterOrDigit(first) else { return nil }
        guard bytes.allSatisfy({ Self.isLetterOrDigit($0) || Self.isPunctuation($0) }) else { return nil }
        self.text = text
    }

    /// The name itself.
    public var description: String { self.text }

    /// Orders names by their bytes.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.text < rhs.text }

    /// What a name has to look like, for messages.
    public static var rule: String {
        "1 to \(Self.maximumLength) letters, digits or . _ - : /, beginning with a letter or digit"
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"): true
        default: false
        }
    }
}

extension Name: Codable {
    /// Reads a name; another text is refused with the rule.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = Name(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.rule)
        }
        self = name
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}
