/// Cuts text into words, numbers and marks. A word keeps the single space before it, so the pieces joined
/// together are the text again, byte for byte.
enum Pretokenizer {
    private enum Kind {
        case letter, digit, space, mark

        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: self = .letter
            case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .digit
            case 0x09...0x0D, 0x20: self = .space
            default: self = .mark
            }
        }
    }

    /// The pieces of `text`, in order; none is empty.
    static func pieces(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < text.count {
            let end = Self.end(of: text, from: start)
            pieces.append(text[start..<end])
            start = end
        }
        return pieces
    }

    private static func end(of text: [UInt8], from start: Int) -> Int {
        var head = start
        if text[start] == 0x20, start + 1 < text.count, Kind(text[start + 1]) != .space { head += 1 }
        let kind = Kind(text[head])
        var end = head + 1
        guard kind == .letter || kind == .digit else { return end }
        while end < text.count, Kind(text[end]) == kind { end += 1 }
        return end
    }
}
