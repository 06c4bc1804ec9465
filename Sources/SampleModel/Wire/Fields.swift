import StrictJSON

/// The members of a JSON object, read by name and kind. A member that is `null` is a member that is missing.
struct Fields {
    private let object: [String: JSONValue]
    /// Stands before each name in a fault, such as `messages[2].`.
    private let path: String

    init(_ value: JSONValue, at path: String = "") throws(RequestFault) {
        guard let object = value.objectValue else {
            let name = path.isEmpty ? "body" : String(path.dropLast())
            throw .invalid(field: name, expected: "an object")
        }
        self.object = object
        self.path = path
    }

    subscript(_ name: String) -> JSONValue? {
        guard let value = self.object[name], value != .null else { return nil }
        return value
    }

    /// The place of the member `name`, as a fault names it.
    func name(_ name: String) -> String { self.path + name }

    func required<Value>(_ name: String, _ value: Value?, _ expected: String) throws(RequestFault) -> Value {
        guard let value else { throw .invalid(field: self.name(name), expected: "\(expected), and it is missing") }
        return value
    }

    func string(_ name: String) throws(RequestFault) -> String? {
        try self.read(name, "a string", \.stringValue)
    }

    func bool(_ name: String) throws(RequestFault) -> Bool? {
        try self.read(name, "true or false", \.boolValue)
    }

    func array(_ name: String) throws(RequestFault) -> [JSONValue]? {
        try self.read(name, "an array", \.arrayValue)
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestFault) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let value = try self.read(name, expected, \.integerValue) else { return nil }
        guard let whole = Int(exactly: value), range.contains(whole) else {
            throw .invalid(field: self.name(name), expected: expected)
        }
        return whole
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws(RequestFault) -> Double? {
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let value = try self.read(name, expected, \.doubleValue) else { return nil }
        guard range.contains(value) else { throw .invalid(field: self.name(name), expected: expected) }
        return value
    }

    /// A string, or an array of strings: at most `maximum` of them.
    func strings(_ name: String, atMost maximum: Int) throws(RequestFault) -> [String] {
        guard let value = self[name] else { return [] }
        if let one = value.stringValue { return [one] }
        let strings = value.arrayValue?.compactMap(\.stringValue)
        guard let strings, strings.count == value.arrayValue?.count, strings.count <= maximum else {
            throw .invalid(field: self.name(name), expected: "a string or at most \(maximum) strings")
        }
        return strings
    }

    /// Text as both formats write it: a string, or an array of blocks of type `text`.
    func text(_ name: String) throws(RequestFault) -> String? {
        guard let value = self[name] else { return nil }
        if let text = value.stringValue { return text }
        let expected = "a string or an array of text blocks; this model reads nothing but text"
        guard let blocks = value.arrayValue else { throw .invalid(field: self.name(name), expected: expected) }
        var texts: [String] = []
        for block in blocks {
            guard block["type"]?.stringValue == "text", let text = block["text"]?.stringValue else {
                throw .invalid(field: self.name(name), expected: expected)
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    private func read<Value>(
        _ name: String, _ expected: String, _ kind: (JSONValue) -> Value?
    ) throws(RequestFault) -> Value? {
        guard let value = self[name] else { return nil }
        guard let read = kind(value) else { throw .invalid(field: self.name(name), expected: expected) }
        return read
    }
}
