public import NIOCore

/// Bytes under construction: a head, or an entry, is put together here and handed over in one piece.
///
/// A request takes some ninety pieces, most of them shorter than a machine's widest register, so a piece has to cost
/// little more than its copy. Therefore the memory is initialized ahead, and a literal is copied where it is written.
/// Keep one and empty it, and it costs no allocation.
public struct WireText: Sendable {
    /// Initialized memory; what was written are its first ``count`` bytes.
    @usableFromInline var room: [UInt8]
    @usableFromInline var length = 0

    /// Nothing yet.
    public init() {
        self.room = []
    }

    /// Room for so many bytes.
    public init(capacity: Int) {
        self.room = Array(repeating: 0, count: capacity)
    }

    /// The number of bytes so far.
    @inlinable public var count: Int { self.length }

    /// Hands what was written so far to `body`, without a copy.
    @inline(__always)
    public func withSpan<Value>(_ body: (Span<UInt8>) -> Value) -> Value {
        body(self.room.span.extracting(first: self.length))
    }

    /// What was written so far, copied.
    public var bytes: [UInt8] { Array(self.room[..<self.length]) }

    /// Forgets what was written, and keeps the memory.
    public mutating func removeAll() {
        self.length = 0
    }

    /// Adds a literal.
    @inlinable
    @inline(__always)
    public mutating func literal(_ text: StaticString) {
        // A literal lives as long as the process.
        unsafe self.write(UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    /// Adds a text as it is.
    public mutating func text(_ text: String) {
        self.span(text.utf8.span)
    }

    /// Adds bytes as they are.
    public mutating func view(_ view: ByteBufferView) {
        unsafe view.withUnsafeBytes { unsafe self.write($0) }
    }

    /// Adds bytes as they are.
    public mutating func span(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBytes { unsafe self.write($0) }
    }

    /// Adds one byte.
    @inlinable
    public mutating func byte(_ byte: UInt8) {
        if self.length == self.room.count { self.makeRoom(1) }
        self.room[self.length] = byte
        self.length &+= 1
    }

    /// Adds what another has.
    public mutating func append(_ other: WireText) {
        other.withSpan { self.span($0) }
    }

    /// Adds a number in decimal digits.
    public mutating func decimal(_ value: Int) {
        if value < 0 { self.byte(Octet.hyphen) }
        let magnitude = value.magnitude
        let count = Self.digits(of: magnitude)
        if self.room.count &- self.length < count { self.makeRoom(count) }
        self.length &+= count
        var (place, rest) = (self.length, magnitude)
        var memory = self.room.mutableSpan
        while rest >= 10 {
            let (hundreds, pair) = (rest / 100, rest % 100)
            place &-= 2
            memory[place] = Octet.zero &+ UInt8(truncatingIfNeeded: pair / 10)
            memory[place &+ 1] = Octet.zero &+ UInt8(truncatingIfNeeded: pair % 10)
            rest = hundreds
        }
        if count & 1 == 1 { memory[place &- 1] = Octet.zero &+ UInt8(truncatingIfNeeded: rest) }
    }

    /// Adds sixteen hexadecimal digits in lower case.
    public mutating func hexadecimal(_ value: UInt64) {
        self.eight(Self.hexadecimal(UInt32(truncatingIfNeeded: value >> 32)))
        self.eight(Self.hexadecimal(UInt32(truncatingIfNeeded: value)))
    }

    /// Eight digits, of which the first is the lowest byte: all of them are made at once, by the same steps.
    @inline(__always)
    private static func hexadecimal(_ value: UInt32) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Spread so that each byte has four bits, and turned round, since the first digit is of the highest.
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let digits = nibbles.byteSwapped
        // A byte of ten or more reaches sixteen with six added; it is a letter, which stands 39 behind the digits.
        let letters = (digits &+ ones &* 6) >> 4 & ones
        return digits &+ ones &* UInt64(Octet.zero) &+ letters &* UInt64(Octet.a &- Octet.zero &- 10)
    }

    /// Adds eight bytes, the lowest first.
    @inline(__always)
    private mutating func eight(_ bytes: UInt64) {
        unsafe withUnsafeBytes(of: bytes.littleEndian) { unsafe self.write($0) }
    }

    /// The number of decimal digits.
    @inline(__always)
    private static func digits(of number: UInt) -> Int {
        var (digits, rest) = (1, number)
        while rest >= 10_000 {
            rest /= 10_000
            digits &+= 4
        }
        return digits &+ (rest >= 1_000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }

    /// Replaces the bytes from `start` on that are refused.
    mutating func replace(from start: Int, with replacement: UInt8, where isRefused: (UInt8) -> Bool) {
        for index in start..<self.length where isRefused(self.room[index]) {
            self.room[index] = replacement
        }
    }

    /// Replaces control bytes from `start` on by spaces; a value has none, which eight bytes at a time tell.
    mutating func replaceControls(from start: Int) {
        if self.withSpan({ $0.plainBytes(from: start, to: self.length) }) == self.length - start { return }
        self.replace(from: start, with: Octet.space, where: Octet.isControl)
    }

    // MARK: Memory

    @inline(__always)
    private mutating func write(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        unsafe self.write(start, source.count)
    }

    /// Copies so many bytes, all of which can be read.
    @inlinable
    @inline(__always)
    mutating func write(_ source: UnsafeRawPointer, _ count: Int) {
        if self.room.count &- self.length < count { self.makeRoom(count) }
        let start = self.length
        // Within the memory by the line above.
        unsafe self.room.withUnsafeMutableBytes { memory in
            guard let base = memory.baseAddress else { return }
            unsafe (base + start).copyMemory(from: source, byteCount: count)
        }
        self.length = start &+ count
    }

    /// Goes on in memory that is at least twice as large.
    @inline(never)
    @usableFromInline
    mutating func makeRoom(_ count: Int) {
        let capacity = max(self.room.count * 2, self.length + count, 64)
        self.room.append(contentsOf: repeatElement(0, count: capacity - self.room.count))
    }
}

extension WireText: Hashable {
    /// Texts are equal if the same was written, whatever room they have.
    public static func == (one: Self, other: Self) -> Bool {
        one.length == other.length && one.room[..<one.length] == other.room[..<other.length]
    }

    /// Hashes what was written.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.room[..<self.length])
    }
}

extension ByteBuffer {
    /// A buffer of what was written, with room for so many bytes behind it.
    public init(_ head: WireText, room: Int) {
        self = ByteBufferAllocator().buffer(capacity: head.count + room)
        _ = head.withSpan { unsafe self.writeBytes($0.bytes) }
    }

    /// A buffer of what was written and a body behind it.
    public init(_ head: WireText, _ body: ByteBuffer = ByteBuffer()) {
        self.init(head, room: body.readableBytes)
        self.writeImmutableBuffer(body)
    }
}
