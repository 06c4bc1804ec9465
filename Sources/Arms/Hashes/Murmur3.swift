/// MurmurHash3 in its 32-bit form for x86 (Austin Appleby, 2011, public domain), of the UTF-8 bytes of a text.
///
/// Quick and even, and no secret: whoever knows the rule can find a text for any hash.
enum Murmur3 {
    static func hash(_ text: String, seed: UInt32 = 0) -> UInt32 {
        let bytes = Array(text.utf8)
        let tail = bytes.count & ~3
        var hash = seed
        for start in stride(from: 0, to: tail, by: 4) {
            hash = Self.rotated(hash ^ Self.mixed(Self.word(bytes[start..<(start + 4)])), by: 13) &* 5 &+ 0xE654_6B64
        }
        if tail < bytes.count {
            hash ^= Self.mixed(Self.word(bytes[tail...]))
        }
        return Self.finished(hash ^ UInt32(truncatingIfNeeded: bytes.count))
    }

    /// At most four bytes as a number, the first in the lowest place.
    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func mixed(_ word: UInt32) -> UInt32 {
        Self.rotated(word &* 0xCC9E_2D51, by: 15) &* 0x1B87_3593
    }

    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 {
        word << bits | word >> (32 - bits)
    }

    private static func finished(_ hash: UInt32) -> UInt32 {
        var hash = hash
        hash = (hash ^ hash >> 16) &* 0x85EB_CA6B
        hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
        return hash ^ hash >> 16
    }
}
