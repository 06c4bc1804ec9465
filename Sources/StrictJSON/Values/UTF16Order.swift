/// The order of texts by their UTF-16 code units, as RFC 8785 §3.2.3 sorts keys, told from their UTF-8.
enum UTF16Order {
    /// Whether the one comes before the other.
    ///
    /// Both encodings agree but for scalars beyond U+FFFF: their surrogates come before U+E000 to U+FFFF, in UTF-8 they
    /// come behind. In UTF-8 these begin with EE and EF and those with F0 and above, which no other byte of a text is.
    static func precedes(_ one: String, _ other: String) -> Bool {
        let (one, other) = (one.utf8.span, other.utf8.span)
        for index in 0..<min(one.count, other.count) where one[index] != other[index] {
            let (left, right) = (one[index], other[index])
            guard left >= 0xEE, right >= 0xEE, (left >= 0xF0) != (right >= 0xF0) else { return left < right }
            return left > right
        }
        return one.count < other.count
    }
}
