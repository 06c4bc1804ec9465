/// The bytes that HTTP's grammar names, and the classes that its rules are made of.
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let hash: UInt8 = 0x23
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let question: UInt8 = 0x3F
    static let leftBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let rightBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F
    static let a: UInt8 = 0x61
    static let c: UInt8 = 0x63
    static let e: UInt8 = 0x65
    static let h: UInt8 = 0x68
    static let k: UInt8 = 0x6B
    static let o: UInt8 = 0x6F
    static let r: UInt8 = 0x72
    static let t: UInt8 = 0x74
    static let u: UInt8 = 0x75
    static let x: UInt8 = 0x78

    /// tchar of RFC 9110 §5.6.2, as one bit for each byte below 64 and one for each from 64 to 127.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        // !#$%&'*+-. 0-9 below 64; A-Z ^ _ ` a-z | ~ from 64.
        Self.has(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// What may stand in a request target: RFC 3986 §3.3 and §3.4 without anything that needs encoding,
    /// with `[` and `]` left out, since only an IPv6 authority may hold them.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        // !$%&'()*+,-./ 0-9 :;=? below 64; @ A-Z _ a-z ~ from 64.
        Self.has(byte, low: 0xAFFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    }

    /// Letters, digits, `-`, `.` and `_`: what a host name is made of here (RFC 3986 §3.2.2 allows more).
    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool {
        Self.has(byte, low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    }

    /// SP and HTAB: the optional whitespace of RFC 9110 §5.6.3.
    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == Self.space || byte == Self.tab }

    /// Whether a field value must not hold the byte: every control except HTAB (RFC 9110 §5.5).
    @inline(__always)
    static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != Self.tab) || byte == 0x7F }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- Self.zero < 10 }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        if Self.isDigit(byte) { return byte &- Self.zero }
        let letter = (byte | 0x20) &- Self.a
        return letter < 6 ? letter &+ 10 : nil
    }

    /// The byte in lower case if it is an ASCII letter.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    @inline(__always)
    private static func has(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let bit: UInt64 = 1 &<< UInt64(byte & 63)
        return byte < 64 ? low & bit != 0 : byte < 128 && high & bit != 0
    }
}

extension Span<UInt8> {
    /// Whether the `length` bytes at `start` are exactly `literal`.
    @inline(__always)
    func equals(_ literal: StaticString, from start: Int, length: Int) -> Bool {
        guard length == literal.utf8CodeUnitCount, start + length <= self.count else { return false }
        for offset in 0..<length where self[start + offset] != literal.octet(at: offset) { return false }
        return true
    }

    /// Whether the `length` bytes at `start` are `literal`, without regard to case; it has letters in lower case, marks
    /// and digits.
    ///
    /// Eight bytes are compared together. Where the literal has a letter, and nowhere else, the bit that tells the
    /// cases apart may differ; in ASCII a letter has the bit above that, and a mark below `@` and a digit have not.
    @inline(__always)
    func equalsFolded(_ literal: StaticString, from start: Int, length: Int) -> Bool {
        guard length == literal.utf8CodeUnitCount, start + length <= self.count else { return false }
        var offset = 0
        // A byte has no padding, so a span of bytes is raw bytes.
        let bytes = unsafe self.bytes
        while offset &+ 8 <= length {
            // Both loads are within what was compared with `length`; any eight bytes are an integer.
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: start &+ offset, as: UInt64.self)
            let asked = unsafe UnsafeRawPointer(literal.utf8Start).loadUnaligned(
                fromByteOffset: offset, as: UInt64.self)
            let mayDiffer = (asked & 0x4040_4040_4040_4040) &>> 1
            guard (word ^ asked) & ~mayDiffer == 0 else { return false }
            offset &+= 8
        }
        while offset < length {
            guard Octet.lowercased(self[start &+ offset]) == literal.octet(at: offset) else { return false }
            offset &+= 1
        }
        return true
    }

    /// The place of the first colon from `start` on, before `end`; nil if there is none.
    @inline(__always)
    func firstColon(from start: Int, to end: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var position = start
        let bytes = unsafe self.bytes
        while position &+ 8 <= end {
            // As in ``plainBytes(from:to:)``.
            let raw = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let colons = UInt64(littleEndian: raw) ^ (ones &* UInt64(Octet.colon))
            let marked = (colons &- ones) & ~colons & (ones &* 0x80)
            if marked != 0 { return position &+ marked.trailingZeroBitCount &>> 3 }
            position &+= 8
        }
        while position < end {
            if self[position] == Octet.colon { return position }
            position &+= 1
        }
        return nil
    }

    /// Whether the bytes from `start` on are `text`, which is in lower case, without regard to case.
    func equalsFolded(_ text: String, from start: Int, length: Int) -> Bool {
        guard length == text.utf8.count, start + length <= self.count else { return false }
        var index = start
        for byte in text.utf8 {
            guard Octet.lowercased(self[index]) == byte else { return false }
            index += 1
        }
        return true
    }

    /// How many bytes from `start`, before `end`, may stand in a field value; stops at the first control byte.
    ///
    /// Eight bytes are looked at together: a byte is below 0x20 if taking 0x20 away borrows, and is DEL if it
    /// vanishes under exclusive or. The lowest byte that is marked is exact.
    @inline(__always)
    func plainBytes(from start: Int, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        var position = start
        // A byte has no padding, so a span of bytes is raw bytes.
        let bytes = unsafe self.bytes
        while position &+ 8 <= end {
            // The load is checked against the span's bounds; any eight bytes are an integer.
            let raw = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let word = UInt64(littleEndian: raw)
            let delete = word ^ (ones &* 0x7F)
            let marked = (((word &- ones &* 0x20) & ~word) | ((delete &- ones) & ~delete)) & high
            if marked != 0 { return position &- start &+ marked.trailingZeroBitCount &>> 3 }
            position &+= 8
        }
        while position < end, self[position] >= 0x20, self[position] != 0x7F { position &+= 1 }
        return position &- start
    }
}

extension StaticString {
    /// One byte of the literal; `offset` is within its `utf8CodeUnitCount`.
    @inline(__always)
    func octet(at offset: Int) -> UInt8 {
        // A literal lives as long as the process, and callers stay within its count.
        unsafe self.utf8Start[offset]
    }
}
