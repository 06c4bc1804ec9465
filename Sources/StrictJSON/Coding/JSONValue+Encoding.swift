extension JSONValue {
    /// The document of a Swift value. Members that are nil are left out.
    ///
    /// Throws ``JSONCodingFault/Code/invalidValue`` for what JSON cannot say: a double that is no number, an unsigned
    /// integer beyond 2^63 − 1; and for whatever the value's own `encode(to:)` throws.
    public init(encoding value: some Encodable) throws(JSONCodingFault) {
        do {
            self = try ValueEncoder.document(of: value, at: CodingPath())
        } catch let fault as JSONCodingFault {
            throw fault
        } catch {
            throw JSONCodingFault(.invalidValue, path: "", reason: String(describing: error))
        }
    }
}

/// Where an encoder writes: a value, or the members or elements that a container still adds to.
final class ValueSlot {
    private var value: JSONValue?
    private var members: [String: ValueSlot] = [:]
    private var elements: [ValueSlot] = []
    private enum Shape { case value, object, array }
    private var shape = Shape.value

    var document: JSONValue? {
        switch self.shape {
        case .value: self.value
        case .object: .object(self.members.compactMapValues(\.document))
        case .array: .array(self.elements.map { $0.document ?? .null })
        }
    }

    var count: Int { self.elements.count }

    func set(_ value: JSONValue) {
        self.shape = .value
        self.value = value
    }

    func becomeObject() { self.shape = .object }
    func becomeArray() { self.shape = .array }

    func member(_ name: String) -> ValueSlot {
        if let slot = self.members[name] { return slot }
        let slot = ValueSlot()
        self.members[name] = slot
        return slot
    }

    func nextElement() -> ValueSlot {
        let slot = ValueSlot()
        self.elements.append(slot)
        return slot
    }
}

/// Writes one value into one slot.
struct ValueEncoder: Encoder {
    let slot: ValueSlot
    let path: CodingPath
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func document(of value: some Encodable, at path: CodingPath) throws -> JSONValue {
        let slot = ValueSlot()
        try ValueEncoder(slot: slot, path: path).put(value)
        return slot.document ?? .object([:])
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        self.slot.becomeObject()
        return KeyedEncodingContainer(ObjectEncoding<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        self.slot.becomeArray()
        return ArrayEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func put(_ value: some Encodable) throws {
        if let value = value as? JSONValue {
            self.slot.set(value)
            return
        }
        do {
            try value.encode(to: self)
        } catch let fault as JSONCodingFault {
            throw fault
        } catch EncodingError.invalidValue(_, let context) {
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: context.debugDescription)
        } catch {
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: String(describing: error))
        }
    }

    func put(integer value: some BinaryInteger) throws {
        guard let whole = Int64(exactly: value) else {
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: "must fit a signed 64-bit integer")
        }
        self.slot.set(.integer(whole))
    }

    func put(number value: Double) throws {
        guard value.isFinite else {
            throw JSONCodingFault(.invalidValue, path: self.path.text, reason: "must be a finite number")
        }
        self.slot.set(.number(value))
    }
}

extension ValueEncoder: SingleValueEncodingContainer {
    func encodeNil() { self.slot.set(.null) }
    func encode(_ value: Bool) { self.slot.set(.bool(value)) }
    func encode(_ value: String) { self.slot.set(.string(value)) }
    func encode(_ value: Double) throws { try self.put(number: value) }
    func encode(_ value: Float) throws { try self.put(number: Double(value)) }
    func encode(_ value: Int) throws { try self.put(integer: value) }
    func encode(_ value: Int8) throws { try self.put(integer: value) }
    func encode(_ value: Int16) throws { try self.put(integer: value) }
    func encode(_ value: Int32) throws { try self.put(integer: value) }
    func encode(_ value: Int64) throws { try self.put(integer: value) }
    func encode(_ value: UInt) throws { try self.put(integer: value) }
    func encode(_ value: UInt8) throws { try self.put(integer: value) }
    func encode(_ value: UInt16) throws { try self.put(integer: value) }
    func encode(_ value: UInt32) throws { try self.put(integer: value) }
    func encode(_ value: UInt64) throws { try self.put(integer: value) }
    func encode(_ value: some Encodable) throws { try self.put(value) }
}

/// The members of an object. Every scalar goes through its own `encode(to:)`, which asks for a single value.
private struct ObjectEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { [] }

    func encoder(for name: String) -> ValueEncoder {
        ValueEncoder(slot: self.encoder.slot.member(name), path: self.encoder.path.member(name))
    }

    func encodeNil(forKey key: Key) { self.encoder(for: key.stringValue).encodeNil() }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        try self.encoder(for: key.stringValue).put(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        self.encoder(for: key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.encoder(for: key.stringValue).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { self.encoder(for: "super") }
    func superEncoder(forKey key: Key) -> any Encoder { self.encoder(for: key.stringValue) }
}

/// The elements of an array.
private struct ArrayEncoding: UnkeyedEncodingContainer {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { [] }
    var count: Int { self.encoder.slot.count }

    private func next() -> ValueEncoder {
        let path = self.encoder.path.element(self.count)
        return ValueEncoder(slot: self.encoder.slot.nextElement(), path: path)
    }

    func encodeNil() { self.next().encodeNil() }
    func encode(_ value: some Encodable) throws { try self.next().put(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        self.next().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self.next().unkeyedContainer() }
    func superEncoder() -> any Encoder { self.next() }
}
