/// A hash of short texts that is the same on every machine and in every run.
enum TextHash {
    /// Eight bytes at a time by a folded 64 × 64 bit product; the length is part of the seed, so that texts of
    /// different lengths differ however they are filled up.
    static func of(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
        // Marked unsafe for elements with padding; a byte has none.
        let raw = unsafe bytes.bytes
        var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: end - start) &* 0xE703_7ED1_A0B4_28DB
        var index = start
        while index &+ 8 <= end {
            // In bounds: `end` is at most the count of the bytes, whose tokens it delimits.
            let word = UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            hash = Self.mix(hash ^ word)
            index &+= 8
        }
        return Self.mix(hash ^ Self.tail(raw, from: index, to: end))
    }

    /// The last bytes, fewer than eight, as a number: texts of one length that differ have numbers that differ.
    @inline(__always)
    private static func tail(_ raw: RawSpan, from start: Int, to end: Int) -> UInt64 {
        // In bounds as above: each load is of bytes between `start` and `end`.
        func load<Word: FixedWidthInteger & BitwiseCopyable>(_ place: Int, _: Word.Type) -> UInt64 {
            UInt64(Word(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: place, as: Word.self)))
        }
        switch end &- start {
        case 4...: return load(start, UInt32.self) << 32 | load(end &- 4, UInt32.self)
        case 2...: return load(start, UInt16.self) << 16 | load(end &- 2, UInt16.self)
        case 1: return load(start, UInt8.self)
        default: return 0
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
