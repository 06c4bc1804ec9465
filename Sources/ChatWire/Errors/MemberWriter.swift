import StrictJSON

/// Writes an object with its members in the order in which people read them; a ``JSONValue`` has none.
struct MemberWriter {
    private var output = Array("{".utf8)
    private var needsComma = false

    mutating func add(_ name: String, _ value: JSONValue) {
        self.key(name)
        self.output.append(contentsOf: value.canonical)
    }

    mutating func open(_ name: String) {
        self.key(name)
        self.output.append(UInt8(ascii: "{"))
        self.needsComma = false
    }

    mutating func close() {
        self.output.append(UInt8(ascii: "}"))
        self.needsComma = true
    }

    /// A member whose value is written already.
    mutating func add(_ name: String, written value: [UInt8]) {
        self.key(name)
        self.output.append(contentsOf: value)
    }

    consuming func finished() -> [UInt8] {
        self.output.append(UInt8(ascii: "}"))
        return self.output
    }

    private mutating func key(_ name: String) {
        if self.needsComma { self.output.append(UInt8(ascii: ",")) }
        JSONValue.appendQuoted(name, to: &self.output)
        self.output.append(UInt8(ascii: ":"))
        self.needsComma = true
    }
}
