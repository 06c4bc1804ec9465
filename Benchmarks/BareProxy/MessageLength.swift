/// Where an HTTP/1.1 message ends, by one forward scan of its head for the empty line and for `Content-Length`.
///
/// This is not a parser of HTTP: it does not look at the start line, at names or at any other field. A message without
/// `Content-Length` counts as one without a body, which is right for requests (RFC 9112, section 6.3, item 7) and good
/// enough for the one answering server that a measurement starts itself.
enum MessageLength: Equatable {
    /// The head is not complete yet.
    case unknown
    /// Head and body together are so many bytes long.
    case known(Int)
    /// The head ends, but its length is given in a way that is not understood here.
    case unsupported

    /// A head longer than this is not a measurement's.
    static let maximumHeadBytes = 16_384
    /// A body longer than this is not a measurement's.
    static let maximumBodyBytes = 1 << 30

    /// Measures the message that begins with the first of `bytes`.
    static func measure(_ bytes: Span<UInt8>) -> MessageLength {
        var lineStart = 0
        var bodyLength = 0
        let count = bytes.count
        for index in 0..<count where bytes[index] == UInt8(ascii: "\n") {
            let lineLength = index - lineStart
            if lineLength <= 1 { return .known(index + 1 + bodyLength) }
            switch Self.field(bytes, from: lineStart, to: index) {
            case .contentLength(let length): bodyLength = length
            case .other: break
            case .unsupported: return .unsupported
            }
            lineStart = index + 1
        }
        return count > Self.maximumHeadBytes ? .unsupported : .unknown
    }

    private enum Field {
        case contentLength(Int)
        case other
        case unsupported
    }

    /// What one line of the head says about the body's length.
    private static func field(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Field {
        // Bit 0x20 folds ASCII letters to lower case. Most lines are told apart by this first byte.
        let first = bytes[start] | 0x20
        if first == UInt8(ascii: "c"), Self.begins(bytes, from: start, to: end, with: "content-length:") {
            return Self.number(bytes, from: start + 15, to: end).map(Field.contentLength) ?? .unsupported
        }
        if first == UInt8(ascii: "t"), Self.begins(bytes, from: start, to: end, with: "transfer-encoding:") {
            return .unsupported
        }
        return .other
    }

    private static func begins(_ bytes: Span<UInt8>, from start: Int, to end: Int, with name: StaticString) -> Bool {
        guard end - start >= name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { expected in
            for offset in 0..<expected.count {
                let byte = bytes[start + offset]
                // The only non-letters in the names are "-" and ":", which the fold leaves as they are.
                guard unsafe byte | 0x20 == expected[offset] else { return false }
            }
            return true
        }
    }

    private static func number(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var value = 0
        var digits = 0
        for index in start..<end {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
                guard value <= Self.maximumBodyBytes else { return nil }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
            default: return nil
            }
        }
        return digits > 0 ? value : nil
    }
}
