/// Readings of field values that decide framing, written once for requests and responses.
enum FieldValue {
    /// A Content-Length (RFC 9110 §8.6): digits only, without sign, list or leading zeros, below 10^18; else nil.
    ///
    /// Leading zeros are in the grammar; they are refused because some readers take them for octal.
    static func length(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int? {
        guard (1...18).contains(range.count) else { return nil }
        guard range.count == 1 || bytes[range.lowerBound] != Octet.zero else { return nil }
        var value = 0
        for index in range {
            guard Octet.isDigit(bytes[index]) else { return nil }
            value = value &* 10 &+ Int(bytes[index] &- Octet.zero)
        }
        return value
    }

    /// What a Connection field says (RFC 9110 §7.6.1).
    struct ConnectionOptions {
        var close = false
        var keepAlive = false
        /// An option that is empty, is no token, or names a field that is not for one connection only.
        var isInvalid = false

        /// Adds the options of one line, which are a list of tokens (RFC 9110 §5.6.1).
        mutating func add(_ bytes: Span<UInt8>, in range: Range<Int>) {
            var start = range.lowerBound
            while start <= range.upperBound {
                var end = start
                while end < range.upperBound, bytes[end] != Octet.comma { end += 1 }
                self.addOption(bytes, trimmed: FieldValue.trimmed(bytes, start..<end))
                start = end + 1
            }
        }

        private mutating func addOption(_ bytes: Span<UInt8>, trimmed option: Range<Int>) {
            // A recipient accepts a reasonable number of empty list elements (RFC 9110 §5.6.1.2).
            if option.isEmpty { return }
            for index in option where !Octet.isToken(bytes[index]) {
                self.isInvalid = true
                return
            }
            if bytes.equalsFolded("close", from: option.lowerBound, length: option.count) {
                self.close = true
            } else if bytes.equalsFolded("keep-alive", from: option.lowerBound, length: option.count) {
                self.keepAlive = true
            } else if let field = KnownField.recognize(bytes, at: option.lowerBound, length: option.count),
                !field.isHopByHop
            {
                self.isInvalid = true
            }
        }
    }

    /// The range without the whitespace at both ends.
    static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, Octet.isWhitespace(bytes[start]) { start += 1 }
        while end > start, Octet.isWhitespace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }
}
