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
        var tail: UInt64 = 0
        while index < end {
            tail = tail << 8 | UInt64(bytes[index])
            index &+= 1
        }
        return Self.mix(hash ^ tail)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
