extension JSONScanner {
    /// Reads a string (RFC 8259 §7) from its opening quote, and checks its UTF-8 (RFC 3629 §4).
    mutating func scanString(in bytes: Span<UInt8>) throws(JSONFault) {
        let start = self.position + 1
        let (end, hasEscapes) = try Self.endOfText(in: bytes, from: start)
        self.lowerBound = start
        self.upperBound = end
        self.position = end + 1
        self.hasEscapes = hasEscapes
    }

    /// The place of the quote that closes the string whose text begins at `start`, and whether the text has an escape.
    /// Throws what makes it none.
    @inline(__always)
    public static func endOfText(
        in bytes: Span<UInt8>, from start: Int
    ) throws(JSONFault) -> (end: Int, hasEscapes: Bool) {
        // Marked unsafe for elements with padding; a byte has none.
        let raw = unsafe bytes.bytes
        var index = start
        var hasEscapes = false
        while true {
            index = PlainText.end(in: raw, from: index)
            guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: bytes.count) }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index = try Self.endOfEscape(in: bytes, from: index)
            } else if byte < 0x20 {
                throw JSONFault(.controlCharacter, at: index)
            } else if byte >= 0x80 {
                index = try Self.endOfScalar(in: bytes, from: index)
            } else {
                index += 1
            }
        }
        return (index, hasEscapes)
    }

    /// The text of the last string or key, its escapes replaced.
    public func text(in bytes: Span<UInt8>) -> String {
        if self.hasEscapes { return String(decoding: self.unescaped(in: bytes), as: UTF8.self) }
        // The scan has checked the UTF-8, so the fallback is never taken.
        guard let text = try? UTF8Span(validating: bytes.extracting(self.lowerBound..<self.upperBound)) else {
            return ""
        }
        return String(copying: text)
    }

    /// Whether the last string or key, its escapes replaced, is this text, byte for byte.
    public func isText(_ expected: String, in bytes: Span<UInt8>) -> Bool {
        if self.hasEscapes { return self.unescaped(in: bytes).elementsEqual(expected.utf8) }
        return bytes.extracting(self.lowerBound..<self.upperBound).equals(expected.utf8.span)
    }

    func textHash(in bytes: Span<UInt8>) -> UInt64 {
        if self.hasEscapes {
            let text = self.unescaped(in: bytes)
            return TextHash.of(text.span, from: 0, to: text.count)
        }
        return TextHash.of(bytes, from: self.lowerBound, to: self.upperBound)
    }

    private static func endOfEscape(in bytes: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        guard start + 1 < bytes.count else { throw JSONFault(.unexpectedEnd, at: bytes.count) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"): break
        default: throw JSONFault(.badEscape, at: start)
        }
        let unit = try Self.codeUnit(in: bytes, from: start)
        guard 0xD800...0xDFFF ~= unit else { return start + 6 }
        guard unit < 0xDC00, start + 7 < bytes.count, bytes[start + 6] == UInt8(ascii: "\\"),
            bytes[start + 7] == UInt8(ascii: "u"),
            0xDC00...0xDFFF ~= (try Self.codeUnit(in: bytes, from: start + 6))
        else { throw JSONFault(.loneSurrogate, at: start) }
        return start + 12
    }

    /// The UTF-16 code unit of `\uXXXX`.
    private static func codeUnit(in bytes: Span<UInt8>, from start: Int) throws(JSONFault) -> UInt32 {
        var unit: UInt32 = 0
        for index in start + 2..<start + 6 {
            guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: bytes.count) }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw JSONFault(.badEscape, at: start)
            }
        }
        return unit
    }

    /// The end of a scalar of two to four bytes: no overlong form, no surrogate, nothing above U+10FFFF.
    private static func endOfScalar(in bytes: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[start] {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONFault(.invalidUTF8, at: start)
        }
        guard start + length <= bytes.count, second.contains(bytes[start + 1]) else {
            throw JSONFault(.invalidUTF8, at: start)
        }
        for index in start + 2..<start + length where bytes[index] & 0xC0 != 0x80 {
            throw JSONFault(.invalidUTF8, at: start)
        }
        return start + length
    }

    /// The last string's bytes with its escapes replaced. The string was scanned, so every escape is whole and known.
    private func unescaped(in bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(self.upperBound - self.lowerBound)
        var index = self.lowerBound
        while index < self.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                index = Self.appendScalar(in: bytes, from: index, to: &text)
                continue
            default: text.append(bytes[index + 1])
            }
            index += 2
        }
        return text
    }

    private static func appendScalar(in bytes: Span<UInt8>, from start: Int, to text: inout [UInt8]) -> Int {
        var value = (try? Self.codeUnit(in: bytes, from: start)) ?? 0xFFFD
        var end = start + 6
        if 0xD800...0xDBFF ~= value {
            let low = (try? Self.codeUnit(in: bytes, from: end)) ?? 0xDC00
            value = 0x10000 + (value - 0xD800) << 10 + (low &- 0xDC00) & 0x3FF
            end += 6
        }
        text.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
        return end
    }
}
