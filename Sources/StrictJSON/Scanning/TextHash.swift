/// A hash of short texts that is the same on every machine and in every run, for the same seed.
public enum TextHash {
    /// The hash of the bytes from `start` to `end`, which have to be within the span.
    ///
    /// Eight bytes at a time by a folded 64 × 64 bit product; the length is part of the beginning, so that texts of
    /// different lengths differ however they are filled up.
    ///
    /// - Parameter seed: where strangers choose the texts, a number that they do not know; then they cannot choose
    ///   texts of one hash.
    public static func of(_ bytes: Span<UInt8>, from start: Int, to end: Int, seed: UInt64 = 0) -> UInt64 {
        precondition(0 <= start && start <= end && end <= bytes.count, "the text is within the bytes")
        // Marked unsafe for elements with padding; a byte has none.
        let raw = unsafe bytes.bytes
        var hash = seed ^ 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: end - start) &* 0xE703_7ED1_A0B4_28DB
        var index = start
        while index &+ 8 <= end {
            // In bounds: `end` is at most the count of the bytes.
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
