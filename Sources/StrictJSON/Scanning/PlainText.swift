/// The bytes of a JSON string that stand for themselves: ASCII without quotes, backslashes and control characters.
enum PlainText {
    /// Passes over such bytes, eight at a time. It may stop at one of them where fewer than eight are left.
    ///
    /// In each of the three differences the lowest marked byte is exact, a borrow only ever marks bytes above it.
    @inline(__always)
    static func end(in raw: RawSpan, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        while index &+ 8 <= raw.byteCount {
            // In bounds by the line above; any eight bytes are a valid UInt64.
            let word = UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
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
}
