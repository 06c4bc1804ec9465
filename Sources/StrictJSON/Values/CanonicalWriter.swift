/// Writes canonical JSON (RFC 8785) straight into bytes, where the shape of a document is known and a tree of values
/// would only be made to be thrown away.
///
/// Whoever writes gives an object's members in the order of their names' UTF-16, and each of them once.
public struct CanonicalWriter: ~Copyable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []
    /// Whether a comma has to come before what comes next.
    private var follows = false

    /// Nothing yet, with room for so many bytes.
    public init(capacity: Int = 256) {
        self.bytes.reserveCapacity(capacity)
    }

    /// Writes an object.
    public mutating func object(_ members: (inout Self) -> Void) {
        self.bracket(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes an array.
    public mutating func array(_ elements: (inout Self) -> Void) {
        self.bracket(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// Writes a whole number.
    public mutating func integer(_ value: Int64) {
        self.separate()
        self.digits(of: value)
        self.follows = true
    }

    /// Writes a string.
    public mutating func string(_ text: String) {
        self.separate()
        JSONValue.appendQuoted(text, to: &self.bytes)
        self.follows = true
    }

    /// Writes `true`.
    public mutating func yes() {
        self.separate()
        self.bytes.append(contentsOf: "true".utf8)
        self.follows = true
    }

    /// Writes the name of the member whose value comes next. It is of letters that need no escape.
    public mutating func name(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        unsafe self.bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
        self.follows = false
    }

    private mutating func bracket(_ open: UInt8, _ close: UInt8, _ content: (inout Self) -> Void) {
        self.separate()
        self.bytes.append(open)
        self.follows = false
        content(&self)
        self.bytes.append(close)
        self.follows = true
    }

    private mutating func separate() {
        if self.follows { self.bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func digits(of value: Int64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var (first, rest) = (digits.count, value.magnitude)
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
        for place in first..<digits.count { self.bytes.append(digits[place]) }
    }
}
