/// Walks the members of an object that this house wrote as canonical JSON (RFC 8785), and looks at no more of it than
/// where they are.
///
/// It is for entries that were checked when they were written, of which millions are read again for a few members:
/// whatever was not written so ends the walk early, or is passed over; nothing outside of the bytes is ever read. What
/// comes from outside is for ``JSONScanner``.
public struct CanonicalMembers {
    /// What the value of a member is.
    public enum Kind: Hashable, Sendable {
        case string, number, other
    }

    /// The bytes of the last key, without its quotes.
    public private(set) var key = 0..<0
    /// The bytes of the last value; of a string, those between its quotes.
    public private(set) var value = 0..<0
    /// What the last value is.
    public private(set) var kind = Kind.other
    private var position = 1

    /// A walk before the first member.
    public init() {}

    /// Goes to the next member; false behind the last one.
    public mutating func next(in bytes: Span<UInt8>) -> Bool {
        if self.position == 1 {
            guard bytes.count > 1, bytes[0] == UInt8(ascii: "{") else { return false }
        } else {
            guard self.position < bytes.count, bytes[self.position] == UInt8(ascii: ",") else { return false }
            self.position += 1
        }
        guard let key = Self.string(in: bytes, at: self.position), key.upperBound + 2 < bytes.count,
            bytes[key.upperBound + 1] == UInt8(ascii: ":")
        else { return false }
        self.key = key
        let start = key.upperBound + 2
        switch bytes[start] {
        case UInt8(ascii: "\""):
            guard let text = Self.string(in: bytes, at: start) else { return false }
            (self.kind, self.value, self.position) = (.string, text, text.upperBound + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            (self.kind, self.position) = (.number, Self.endOfValue(in: bytes, from: start))
            self.value = start..<self.position
        default:
            (self.kind, self.position) = (.other, Self.endOfValue(in: bytes, from: start))
            self.value = start..<self.position
        }
        return true
    }

    /// Whether the last key is this one.
    @inline(__always)
    public func isKey(_ name: StaticString, in bytes: Span<UInt8>) -> Bool { Self.areEqual(self.key, name, bytes) }

    /// Whether the last value is this text.
    @inline(__always)
    public func isText(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        self.kind == .string && Self.areEqual(self.value, text, bytes)
    }

    /// The last value as a whole number; nil if it is none that fits.
    public func integer(in bytes: Span<UInt8>) -> Int64? {
        guard self.kind == .number else { return nil }
        let isNegative = bytes[self.value.lowerBound] == UInt8(ascii: "-")
        var number: Int64 = 0
        for index in self.value.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(bytes[index] &- UInt8(ascii: "0"))
            let (tens, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            guard digit < 10, !tooLarge, !overflow else { return nil }
            number = sum
        }
        return number
    }

    /// The bytes between the quotes of the string that begins at `start`; nil if none does.
    @inline(__always)
    private static func string(in bytes: Span<UInt8>, at start: Int) -> Range<Int>? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return nil }
        let raw = unsafe bytes.bytes
        var index = start + 1
        while true {
            index = PlainText.end(in: raw, from: index)
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") { return start + 1..<index }
            index += byte == UInt8(ascii: "\\") ? 2 : 1
        }
    }

    /// Where the value ends that begins at `start` and is no string: before the next comma or closing bracket that is
    /// not inside of it.
    private static func endOfValue(in bytes: Span<UInt8>, from start: Int) -> Int {
        var (index, depth) = (start, 0)
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard let text = Self.string(in: bytes, at: index) else { return bytes.count }
                index = text.upperBound
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return index
            default: break
            }
            index += 1
        }
        return index
    }

    @inline(__always)
    private static func areEqual(_ range: Range<Int>, _ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let raw = unsafe bytes.bytes
        let literal = unsafe UnsafeRawPointer(text.utf8Start)
        var offset = 0
        // A literal lives as long as the process, the range was found in the bytes, and both have this count.
        while offset &+ 8 <= range.count {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: range.lowerBound &+ offset, as: UInt64.self)
            guard unsafe literal.loadUnaligned(fromByteOffset: offset, as: UInt64.self) == word else { return false }
            offset &+= 8
        }
        while offset < range.count {
            guard unsafe bytes[range.lowerBound &+ offset] == text.utf8Start[offset] else { return false }
            offset &+= 1
        }
        return true
    }
}
