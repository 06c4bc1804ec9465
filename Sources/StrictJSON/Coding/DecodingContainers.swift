/// The members of an object; what is asked of it is noted in the audit.
struct ObjectDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ValueDecoder
    let members: [String: JSONValue]
    var codingPath: [any CodingKey] { self.decoder.codingPath }
    var allKeys: [Key] { self.members.keys.compactMap { Key(stringValue: $0) } }

    private func member(_ name: String) -> JSONValue? {
        self.decoder.audit.asked(for: name, at: self.decoder.path)
        return self.members[name]
    }

    private func decoder(for key: any CodingKey) throws -> ValueDecoder {
        let path = self.decoder.path.member(key.stringValue)
        guard let value = self.member(key.stringValue) else {
            throw JSONCodingFault(.missingKey, path: path.text, reason: "is required")
        }
        return ValueDecoder(value: value, path: path, audit: self.decoder.audit, codingPath: self.codingPath + [key])
    }

    func contains(_ key: Key) -> Bool { self.member(key.stringValue) != nil }

    /// True for `null` and for a key that is absent: both mean that nothing is said.
    func decodeNil(forKey key: Key) -> Bool { (self.member(key.stringValue) ?? .null) == .null }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try self.decoder(for: key).take(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.decoder(for: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.decoder(for: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try self.decoder(for: PlainKey(stringValue: "super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try self.decoder(for: key) }
}

/// The elements of an array, one after the other.
struct ArrayDecoding: UnkeyedDecodingContainer {
    let decoder: ValueDecoder
    let elements: [JSONValue]
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { self.decoder.codingPath }
    var count: Int? { self.elements.count }
    var isAtEnd: Bool { self.currentIndex >= self.elements.count }

    init(decoder: ValueDecoder, elements: [JSONValue]) {
        self.decoder = decoder
        self.elements = elements
    }

    private func current() throws -> ValueDecoder {
        let path = self.decoder.path.element(self.currentIndex)
        guard !self.isAtEnd else {
            throw JSONCodingFault(.missingKey, path: path.text, reason: "is required: the array is too short")
        }
        return ValueDecoder(
            value: self.elements[self.currentIndex], path: path, audit: self.decoder.audit,
            codingPath: self.codingPath + [PlainKey(intValue: self.currentIndex)])
    }

    mutating func decodeNil() throws -> Bool {
        let isNull = try self.current().decodeNil()
        if isNull { self.currentIndex += 1 }
        return isNull
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try self.current().take(type)
        self.currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try self.current().container(keyedBy: type)
        self.currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try self.current().unkeyedContainer()
        self.currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try self.current()
        self.currentIndex += 1
        return decoder
    }
}
