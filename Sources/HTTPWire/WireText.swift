public import NIOCore

/// Bytes under construction: a head, or an entry, is put together here and handed over in one piece.
///
/// An array that one owner appends to is cheaper, piece by piece, than a `ByteBuffer`, which checks at every write that
/// nobody else has its storage. Keep one and empty it, and it costs no allocation.
public struct WireText: Hashable, Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// Room for so many bytes.
    public init(capacity: Int) {
        self.bytes.reserveCapacity(capacity)
    }

    /// The number of bytes so far.
    public var count: Int { self.bytes.count }

    /// Forgets what was written, and keeps the memory.
    public mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
    }

    /// Adds a literal.
    public mutating func literal(_ text: StaticString) {
        unsafe self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds a text as it is.
    public mutating func text(_ text: String) {
        unsafe text.utf8.span.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    /// Adds bytes as they are.
    public mutating func view(_ view: ByteBufferView) {
        self.bytes.append(contentsOf: view)
    }

    /// Adds bytes as they are.
    public mutating func span(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    /// Adds one byte.
    public mutating func byte(_ byte: UInt8) {
        self.bytes.append(byte)
    }

    /// Adds what another has.
    public mutating func append(_ other: WireText) {
        self.bytes.append(contentsOf: other.bytes)
    }

    /// Adds a number in decimal digits.
    public mutating func decimal(_ value: Int) {
        if value < 0 { self.bytes.append(Octet.hyphen) }
        // The last digit comes first, and a number of 64 bits has at most 20.
        var digits = InlineArray<20, UInt8>(repeating: Octet.zero)
        var rest = value.magnitude
        var first = digits.count
        repeat {
            first -= 1
            digits[first] = Octet.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        unsafe digits.span.withUnsafeBufferPointer { digits in
            unsafe self.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    /// Replaces the bytes from `start` on that are refused.
    mutating func replace(from start: Int, with replacement: UInt8, where isRefused: (UInt8) -> Bool) {
        for index in start..<self.bytes.count where isRefused(self.bytes[index]) {
            self.bytes[index] = replacement
        }
    }

    /// Replaces control bytes from `start` on by spaces; a value has none, which eight bytes at a time tell.
    mutating func replaceControls(from start: Int) {
        if self.bytes.span.plainBytes(from: start, to: self.bytes.count) == self.bytes.count - start { return }
        self.replace(from: start, with: Octet.space, where: Octet.isControl)
    }
}

extension ByteBuffer {
    /// A buffer of what was written, with room for so many bytes behind it.
    public init(_ head: WireText, room: Int) {
        self.init()
        self.reserveCapacity(head.count + room)
        self.writeBytes(head.bytes)
    }

    /// A buffer of what was written and a body behind it.
    public init(_ head: WireText, _ body: ByteBuffer = ByteBuffer()) {
        self.init()
        self.reserveCapacity(head.count + body.readableBytes)
        self.writeBytes(head.bytes)
        self.writeImmutableBuffer(body)
    }
}
