import StrictJSON

/// See ``Oracle/json``.
enum JSONOracle {
    static func contradiction(over bytes: [UInt8]) -> String? {
        let scanned = Self.scans(bytes)
        let passedOver = Self.passesOver(bytes)
        if scanned != passedOver { return "scanned \(scanned), passed over \(passedOver)" }
        let recursive = RecursiveJSON.accepts(bytes, repeatedKeys: false)
        if scanned != recursive { return "scanned \(scanned), by recursion \(recursive)" }
        do throws(JSONFault) {
            let value = try JSONValue(parsing: bytes)
            if !scanned { return "a tree of what the scan refuses: \(value)" }
            let canonical = value.canonical
            let again = try JSONValue(parsing: canonical)
            if again != value { return "its canonical text reads back as \(again), not \(value)" }
            if again.canonical != canonical { return "its canonical text has another canonical text" }
        } catch {
            // The tree alone asks whether a double holds a number, and whether keys are equivalent text.
            guard !scanned || error.reason == .badNumber || error.reason == .duplicateKey else {
                return "scanned, and no tree: \(error)"
            }
        }
        return nil
    }

    private static func scans(_ bytes: [UInt8]) -> Bool {
        var scanner = JSONScanner()
        do throws(JSONFault) {
            while try scanner.next(in: bytes.span) != .end {}
            return true
        } catch {
            return false
        }
    }

    private static func passesOver(_ bytes: [UInt8]) -> Bool {
        var scanner = JSONScanner()
        do throws(JSONFault) {
            let first = try scanner.next(in: bytes.span)
            try scanner.skip(first, in: bytes.span)
            return try scanner.next(in: bytes.span) == .end
        } catch {
            return false
        }
    }
}

/// JSON as this house accepts it, by recursion over the scalars of a whole text: short, slow and obvious.
struct RecursiveJSON {
    private struct Refused: Error {}

    private var rest: ArraySlice<Unicode.Scalar>
    private let repeatedKeys: Bool
    private var depth = 0

    /// Whether the bytes are one JSON text; with `repeatedKeys`, keys may occur twice in an object.
    static func accepts(_ bytes: [UInt8], repeatedKeys: Bool) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var reader = RecursiveJSON(rest: Array(text.unicodeScalars)[...], repeatedKeys: repeatedKeys)
        do {
            try reader.value()
            reader.space()
            return reader.rest.isEmpty
        } catch {
            return false
        }
    }

    private mutating func space() {
        while let scalar = self.rest.first, " \n\r\t".unicodeScalars.contains(scalar) { self.rest.removeFirst() }
    }

    private mutating func take(_ text: String) -> Bool {
        guard self.rest.starts(with: text.unicodeScalars) else { return false }
        self.rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func value() throws {
        self.space()
        if self.take("{") { return try self.members() }
        if self.take("[") { return try self.elements() }
        if self.take("\"") {
            _ = try self.string()
            return
        }
        if self.take("true") || self.take("false") || self.take("null") { return }
        try self.number()
    }

    private mutating func members() throws {
        try self.goDown()
        defer { self.depth -= 1 }
        self.space()
        if self.take("}") { return }
        var keys: Set<[UInt32]> = []
        repeat {
            self.space()
            guard self.take("\"") else { throw Refused() }
            let key = try self.string()
            guard keys.insert(key).inserted || self.repeatedKeys else { throw Refused() }
            self.space()
            guard self.take(":") else { throw Refused() }
            try self.value()
            self.space()
        } while self.take(",")
        guard self.take("}") else { throw Refused() }
    }

    private mutating func elements() throws {
        try self.goDown()
        defer { self.depth -= 1 }
        self.space()
        if self.take("]") { return }
        repeat {
            try self.value()
            self.space()
        } while self.take(",")
        guard self.take("]") else { throw Refused() }
    }

    private mutating func goDown() throws {
        self.depth += 1
        guard self.depth <= 64 else { throw Refused() }
    }

    private mutating func number() throws {
        _ = self.take("-")
        if !self.take("0") { try self.digits() }
        if self.take(".") { try self.digits() }
        if self.take("e") || self.take("E") {
            if !self.take("+") { _ = self.take("-") }
            try self.digits()
        }
    }

    private mutating func digits() throws {
        let count = self.rest.prefix { ("0"..."9").contains($0) }.count
        guard count > 0 else { throw Refused() }
        self.rest.removeFirst(count)
    }

    /// The scalars of a string behind its first quote.
    private mutating func string() throws -> [UInt32] {
        var text: [UInt32] = []
        while let scalar = self.rest.popFirst() {
            switch scalar {
            case "\"": return text
            case "\\": text.append(try self.escape())
            case "\0"..."\u{1F}": throw Refused()
            default: text.append(scalar.value)
            }
        }
        throw Refused()
    }

    private mutating func escape() throws -> UInt32 {
        let plain: [Unicode.Scalar: UInt32] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
        ]
        guard let letter = self.rest.popFirst() else { throw Refused() }
        if let scalar = plain[letter] { return scalar }
        guard letter == "u" else { throw Refused() }
        let first = try self.unit()
        guard (0xD800...0xDFFF).contains(first) else { return first }
        guard first < 0xDC00, self.take("\\u"), case let second = try self.unit(), (0xDC00...0xDFFF).contains(second)
        else { throw Refused() }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func unit() throws -> UInt32 {
        let digits = self.rest.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }),
            let unit = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
        else { throw Refused() }
        self.rest.removeFirst(4)
        return unit
    }
}
