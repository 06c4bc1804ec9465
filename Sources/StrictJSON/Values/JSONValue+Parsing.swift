extension JSONValue {
    /// Reads one JSON text strictly, with the same ``JSONScanner`` that the gateway uses.
    ///
    /// Beyond the scanner it refuses a number that no double can hold (``JSONFault/Reason/badNumber``), and two keys of
    /// an object that are different bytes but canonically equivalent text (``JSONFault/Reason/duplicateKey``).
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONFault) {
        try self.init(parsing: bytes.span, limits: limits)
    }

    /// Reads one JSON text strictly, from wherever its bytes lie.
    public init(parsing bytes: Span<UInt8>, limits: JSONLimits = .standard) throws(JSONFault) {
        var scanner = JSONScanner(limits: limits)
        let first = try scanner.next(in: bytes)
        self = try Self.value(first, &scanner, bytes)
        _ = try scanner.next(in: bytes)
    }

    /// The value that starts with a token. It calls itself at most once for each level of depth.
    private static func value(
        _ first: JSONToken, _ scanner: inout JSONScanner, _ bytes: Span<UInt8>
    ) throws(JSONFault) -> JSONValue {
        switch first {
        case .string: return .string(scanner.text(in: bytes))
        case .number:
            if let whole = scanner.integer(in: bytes) { return .integer(whole) }
            guard let value = scanner.double(in: bytes) else { throw JSONFault(.badNumber, at: scanner.lowerBound) }
            return .number(value)
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .arrayStart:
            var elements: [JSONValue] = []
            while case let token = try scanner.next(in: bytes), token != .arrayEnd {
                elements.append(try Self.value(token, &scanner, bytes))
            }
            return .array(elements)
        case .objectStart:
            var members: [String: JSONValue] = [:]
            while try scanner.next(in: bytes) == .key {
                let place = scanner.lowerBound - 1
                let name = scanner.text(in: bytes)
                let member = try Self.value(try scanner.next(in: bytes), &scanner, bytes)
                guard members.updateValue(member, forKey: name) == nil else {
                    throw JSONFault(.duplicateKey, at: place)
                }
            }
            return .object(members)
        case .null, .objectEnd, .arrayEnd, .key, .end: return .null
        }
    }
}
