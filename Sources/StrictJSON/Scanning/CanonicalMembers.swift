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
    @inlinable @inline(__always)
    public func isKey(_ name: StaticString, in bytes: Span<UInt8>) -> Bool { Self.areEqual(self.key, name, bytes) }

    /// Whether the last value is this text.
    @inlinable @inline(__always)
    public func isText(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        self.kind == .string && Self.areEqual(self.value, text, bytes)
    }

    /// The last value as a whole number; nil if it is none that fits.
    public func integer(in bytes: Span<UInt8>) -> Int64? {
        guard self.kind == .number else { return nil }
        let isNegative = bytes[self.value.lowerBound] == UInt8(ascii: "-")
        let digits = bytes.extracting(isNegative ? self.value.dropFirst() : self.value)
        // Canonical numbers have no zeros before them, so more digits are no number that fits. Nineteen fit unsigned.
        guard digits.count <= 19 else { return nil }
        var number: UInt64 = 0
        for index in digits.indices {
            let digit = digits[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number &* 10 &+ UInt64(digit)
        }
        if isNegative, number == Int64.min.magnitude { return .min }
        return Int64(exactly: number).map { isNegative ? -$0 : $0 }
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
        let raw = unsafe bytes.bytes
        var (index, depth) = (start, 0)
        while true {
            // Inside of brackets, texts have to be passed over; outside of them, a comma ends it.
            index = Self.passed(raw, from: index, to: depth == 0 ? UInt8(ascii: ",") : UInt8(ascii: "\""))
            guard index < bytes.count else { return index }
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
    }

    /// Passes over bytes that are neither `mark` nor a bracket, eight at a time. It may stop at another one.
    ///
    /// Brackets are those bytes that are 0x59 without the bits in which they differ; so are a few letters, at which
    /// nothing is lost. Of the marked bytes the lowest is exact.
    @inline(__always)
    private static func passed(_ raw: RawSpan, from start: Int, to mark: UInt8) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        while index &+ 8 <= raw.byteCount {
            // In bounds by the line above; any eight bytes are a valid UInt64.
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let brackets = (word & (ones &* 0xD9)) ^ (ones &* 0x59)
            let marks = word ^ (ones &* UInt64(mark))
            let found = ((brackets &- ones) & ~brackets | (marks &- ones) & ~marks) & (ones &* 0x80)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        return index
    }

    @inlinable @inline(__always)
    static func areEqual(_ range: Range<Int>, _ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
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
