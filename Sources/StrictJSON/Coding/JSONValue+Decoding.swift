extension JSONValue {
    /// What happens to a key of an object that the type does not ask for.
    public enum UnknownKeys: Hashable, Sendable {
        case refused, ignored
    }

    /// The Swift value that this document says.
    ///
    /// Throws a ``JSONCodingFault`` that names the field and what was expected. A key that the type never asks for is
    /// refused unless told otherwise, so that a misspelt setting cannot silently do nothing.
    public func decoded<T: Decodable>(
        as type: T.Type = T.self, unknownKeys: UnknownKeys = .refused
    ) throws(JSONCodingFault) -> T {
        let audit = KeyAudit()
        let value: T
        do {
            value = try ValueDecoder(value: self, path: CodingPath(), audit: audit).take(type)
        } catch let fault as JSONCodingFault {
            throw fault
        } catch let error as DecodingError {
            throw JSONCodingFault(error)
        } catch {
            throw JSONCodingFault(.invalidValue, path: "", reason: String(describing: error))
        }
        if unknownKeys == .refused, case let unknown = audit.unknownPaths, let first = unknown.first {
            throw JSONCodingFault(
                .unknownKey, path: first, reason: "is not a known key; remove it or correct its spelling",
                unknownPaths: unknown)
        }
        return value
    }

    /// The value's kind, as a fault names it.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONCodingFault {
    /// The fault of a type's own `init(from:)`, which throws the standard library's errors.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            let path = CodingPath().joined(with: context.codingPath).member(key.stringValue)
            self.init(.missingKey, path: path.text, reason: "is required")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = CodingPath().joined(with: context.codingPath)
            self.init(.wrongType, path: path.text, reason: context.debugDescription)
        case .dataCorrupted(let context):
            let path = CodingPath().joined(with: context.codingPath)
            self.init(.invalidValue, path: path.text, reason: context.debugDescription)
        @unknown default:
            self.init(.invalidValue, path: "", reason: String(describing: error))
        }
    }

    fileprivate init(expected: String, found value: JSONValue, at path: CodingPath) {
        self.init(.wrongType, path: path.text, reason: "must be \(expected), not \(value.kind)")
    }
}

/// Reads one value of the document.
struct ValueDecoder: Decoder {
    let value: JSONValue
    let path: CodingPath
    let audit: KeyAudit
    /// The keys and places on the way, for types that build their own errors from them.
    var codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(value: JSONValue, path: CodingPath, audit: KeyAudit, codingPath: [any CodingKey] = []) {
        self.value = value
        self.path = path
        self.audit = audit
        self.codingPath = codingPath
    }

    func take<T: Decodable>(_ type: T.Type) throws -> T {
        if case .object(let members) = self.value { self.audit.found(members, at: self.path) }
        if type == JSONValue.self, let value = self.value as? T {
            self.audit.takenWhole(at: self.path)
            return value
        }
        do {
            return try T(from: self)
        } catch DecodingError.dataCorrupted(_) where T.self is any RawRepresentable.Type {
            // The standard library's words name the Swift type; a caller knows only the field.
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: Self.allowedValues(of: type))
        } catch let error where !(error is JSONCodingFault) && !(error is DecodingError) {
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: String(describing: error))
        }
    }

    /// What a field with a closed list of raw values accepts, as words for people.
    private static func allowedValues<T>(of type: T.Type) -> String {
        guard let listed = type as? any CaseIterable.Type else { return "is not an allowed value" }
        return "must be one of " + Self.rawValues(of: listed).joined(separator: ", ")
    }

    private static func rawValues<T: CaseIterable>(of type: T.Type) -> [String] {
        type.allCases.map { element in
            guard let named = element as? any RawRepresentable else { return String(describing: element) }
            return String(describing: named.rawValue)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = self.value else {
            throw JSONCodingFault(expected: "an object", found: self.value, at: self.path)
        }
        self.audit.found(members, at: self.path)
        return KeyedDecodingContainer(ObjectDecoding<Key>(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = self.value else {
            throw JSONCodingFault(expected: "an array", found: self.value, at: self.path)
        }
        return ArrayDecoding(decoder: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        guard case .integer(let whole) = self.value else {
            throw JSONCodingFault(expected: "an integer", found: self.value, at: self.path)
        }
        guard let value = T(exactly: whole) else {
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: "must be from \(T.min) to \(T.max)")
        }
        return value
    }

    func number() throws -> Double {
        guard let value = self.value.doubleValue else {
            throw JSONCodingFault(expected: "a number", found: self.value, at: self.path)
        }
        return value
    }
}

extension ValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { self.value == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let value = self.value.boolValue else {
            throw JSONCodingFault(expected: "true or false", found: self.value, at: self.path)
        }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard let value = self.value.stringValue else {
            throw JSONCodingFault(expected: "a string", found: self.value, at: self.path)
        }
        return value
    }

    func decode(_ type: Double.Type) throws -> Double { try self.number() }
    func decode(_ type: Float.Type) throws -> Float { Float(try self.number()) }
    func decode(_ type: Int.Type) throws -> Int { try self.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try self.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try self.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try self.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try self.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try self.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try self.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try self.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try self.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try self.integer(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try self.take(type) }
}
