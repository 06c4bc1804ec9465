/// Why a text is not JSON that this house accepts, and where.
///
/// The text is judged by RFC 8259 and, stricter, by what two parsers could read differently: a key that occurs twice,
/// an encoding other than UTF-8, a byte order mark, half of a surrogate pair.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong. The raw value is public and is never renamed.
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        case byteOrderMark = "byte_order_mark"
        case invalidUTF8 = "invalid_utf8"
        case notUTF8Encoding = "not_utf8_encoding"
        case duplicateKey = "duplicate_key"
        case trailingComma = "trailing_comma"
        case trailingData = "trailing_data"
        case depthExceeded = "depth_exceeded"
        case tooLarge = "too_large"
        case unexpectedEnd = "unexpected_end"
        case unexpectedByte = "unexpected_byte"
        case controlCharacter = "control_character"
        case badEscape = "bad_escape"
        case loneSurrogate = "lone_surrogate"
        case badNumber = "bad_number"
    }

    /// What is wrong.
    public var reason: Reason
    /// The place of the first byte at fault, counted from zero.
    public var offset: Int

    /// A fault at a place in the text.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One sentence for people: what is wrong, where, and what to do.
    public var description: String { "\(self.reason.advice) (byte \(self.offset))" }
}

extension JSONFault.Reason {
    /// What was found and what is expected, without the place.
    public var advice: String {
        switch self {
        case .byteOrderMark: "The text starts with a byte order mark; send UTF-8 without one"
        case .invalidUTF8: "The text is not valid UTF-8"
        case .notUTF8Encoding: "The text is not in UTF-8; send UTF-8"
        case .duplicateKey: "An object has the same key twice; keep one of them"
        case .trailingComma: "A comma stands before a closing bracket; remove it"
        case .trailingData: "Something stands after the end of the JSON value; remove it"
        case .depthExceeded: "Objects and arrays are nested too deeply"
        case .tooLarge: "The text is too large"
        case .unexpectedEnd: "The text ends in the middle of a JSON value"
        case .unexpectedByte: "This byte cannot stand here in JSON"
        case .controlCharacter: "A control character stands in a string; write it as an escape"
        case .badEscape: "An unknown escape stands in a string"
        case .loneSurrogate: "An escape in a string is half of a surrogate pair"
        case .badNumber: "A number is not written as JSON writes numbers, or is too large"
        }
    }
}
