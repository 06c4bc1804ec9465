public import NIOCore

/// Where one field line lies in its head. Offsets are from the head's first byte and fit two bytes each,
/// since a head is at most 65,535 bytes.
struct FieldSlot: Hashable, Sendable {
    var nameStart: UInt16
    var nameLength: UInt16
    var valueStart: UInt16
    var valueLength: UInt16
    var known: KnownField?

    var nameRange: Range<Int> { Int(self.nameStart)..<Int(self.nameStart) + Int(self.nameLength) }
    var valueRange: Range<Int> { Int(self.valueStart)..<Int(self.valueStart) + Int(self.valueLength) }
}

/// The fields of one message's head, in the order in which they came (RFC 9110 §5).
///
/// The bytes are those that were read from the socket; a field is a pair of ranges in them, so a section costs one
/// allocation however many fields it has. Values are without the whitespace around them (RFC 9112 §5.1).
public struct FieldSection: Sequence, Sendable {
    /// One field line. Both views share the head's bytes.
    public struct Field: Sendable {
        /// The name as it was sent.
        public var name: ByteBufferView
        /// The value, which may be empty and may hold bytes above 0x7F.
        public var value: ByteBufferView
        /// Which field it is, if the gateway knows it.
        public var known: KnownField?
    }

    let bytes: ByteBuffer
    let slots: [FieldSlot]

    /// How many field lines there are.
    public var count: Int { self.slots.count }

    /// The value of the first line with this name, or nil.
    ///
    /// For a field that is not a list the first line of a request is the only one: a second is refused.
    public func value(_ field: KnownField) -> ByteBufferView? {
        guard let slot = self.slot(field) else { return nil }
        return self.view(slot.valueRange)
    }

    /// The value of the first line with this name as text, or nil. Bytes that are not UTF-8 are replaced.
    public func string(_ field: KnownField) -> String? {
        guard let slot = self.slot(field) else { return nil }
        return self.bytes.getString(at: Int(slot.valueStart), length: Int(slot.valueLength))
    }

    /// The first value of a field that the gateway does not know by number; `name` is in lower case.
    public func value(named name: StaticString) -> ByteBufferView? {
        let span = self.bytes.readableBytesUInt8Span
        for slot in self.slots
        where span.equalsFolded(name, from: Int(slot.nameStart), length: Int(slot.nameLength)) {
            return self.view(slot.valueRange)
        }
        return nil
    }

    /// Calls `body` with the bytes of the value of a field whose name, in lower case, is known only when the gateway
    /// runs. Nil if the field is absent, and if there are several lines: then nobody knows which is meant.
    public func withOnlyValue<Result>(named name: String, _ body: (Span<UInt8>) -> Result?) -> Result? {
        let span = self.bytes.readableBytesUInt8Span
        var found: FieldSlot?
        for slot in self.slots where span.equalsFolded(name, from: Int(slot.nameStart), length: Int(slot.nameLength)) {
            guard found == nil else { return nil }
            found = slot
        }
        guard let found else { return nil }
        return body(span.extracting(found.valueRange))
    }

    /// Calls `body` with the bytes of a value, without a copy or an allocation; nil if the field is absent.
    public func withValue<Result>(_ field: KnownField, _ body: (Span<UInt8>) -> Result) -> Result? {
        guard let slot = self.slot(field) else { return nil }
        return body(self.bytes.readableBytesUInt8Span.extracting(slot.valueRange))
    }

    /// Whether the field is there and its value is `literal`, given in lower case, without regard to case.
    public func has(_ field: KnownField, _ literal: StaticString) -> Bool {
        guard let slot = self.slot(field) else { return false }
        return self.bytes.readableBytesUInt8Span
            .equalsFolded(literal, from: Int(slot.valueStart), length: Int(slot.valueLength))
    }

    /// Whether the field is there at all, with whatever value.
    public func contains(_ field: KnownField) -> Bool { self.slot(field) != nil }

    /// The fields in order.
    public func makeIterator() -> Iterator { Iterator(section: self) }

    /// Walks the fields of a section in order.
    public struct Iterator: IteratorProtocol {
        let section: FieldSection
        var index = 0

        /// The next field, or nil at the end.
        public mutating func next() -> Field? {
            guard self.index < self.section.slots.count else { return nil }
            let slot = self.section.slots[self.index]
            self.index += 1
            return Field(
                name: self.section.view(slot.nameRange), value: self.section.view(slot.valueRange), known: slot.known)
        }
    }

    func slot(_ field: KnownField) -> FieldSlot? {
        for slot in self.slots where slot.known == field { return slot }
        return nil
    }

    func view(_ range: Range<Int>) -> ByteBufferView {
        // Ranges come from the scanner, which made them of this very head.
        self.bytes.viewBytes(at: range.lowerBound, length: range.count) ?? ByteBufferView()
    }
}
