/// The bytes of a JSON string that stand for themselves: ASCII without quotes, backslashes and control characters.
enum PlainText {
    /// Passes over such bytes, eight at a time, and where a text is long 64. It may stop at one of them where fewer
    /// than eight are left.
    ///
    /// In each of the three differences the lowest marked byte is exact, a borrow only ever marks bytes above it.
    @inline(__always)
    static func end(in raw: RawSpan, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var (index, longFrom) = (start, start &+ 32)
        while index &+ 8 <= raw.byteCount {
            if index == longFrom {
                while index &+ 64 <= raw.byteCount, Self.arePlain(raw, index) { index &+= 64 }
                longFrom = -1
                continue
            }
            // In bounds by the line above; any eight bytes are a valid UInt64.
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let low = (word &- ones &* 0x20) & ~word
            let special = (low | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | word)
            let marks = special & (ones &* 0x80)
            if marks != 0 { return index &+ marks.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        return index
    }

    /// Whether 64 bytes are such. Where one of them is not, a borrow may mark others, so all that is told is that.
    @inline(__always)
    private static func arePlain(_ raw: RawSpan, _ place: Int) -> Bool {
        typealias Words = SIMD8<UInt64>
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Whoever asks has looked that they are there; any bytes are integers.
        let words = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: Words.self)
        let (quotes, backslashes) = (words ^ Words(repeating: ones &* 0x22), words ^ Words(repeating: ones &* 0x5C))
        let low = words &- Words(repeating: ones &* 0x20)
        let special = low | words | (quotes &- Words(repeating: ones)) | (backslashes &- Words(repeating: ones))
        let half = special.lowHalf | special.highHalf
        let quarter = half.lowHalf | half.highHalf
        return (quarter.x | quarter.y) & (ones &* 0x80) == 0
    }
}
