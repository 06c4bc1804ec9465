import StrictJSON

/// Texts of which there are few and each comes again and again, numbered in the order in which they first came.
struct KnownTexts {
    /// Where the number of a text is looked for first, by the end of the text, in which identifiers differ most.
    private var slots = [Int](repeating: -1, count: 256)
    private var numbers: [String: Int] = [:]
    private(set) var texts: [String] = []

    /// The number of a text; no string is made of one that was met a moment ago.
    mutating func number(of text: Span<UInt8>) -> Int {
        var slot = 0
        for index in max(0, text.count - 4)..<text.count { slot = slot &* 31 &+ Int(text[index]) }
        slot &= 255
        let known = self.slots[slot]
        if known >= 0, text.equals(self.texts[known].utf8.span) { return known }
        let number = self.number(of: Self.string(text))
        self.slots[slot] = number
        return number
    }

    /// What is no UTF-8 names nothing.
    private static func string(_ text: Span<UInt8>) -> String {
        guard let text = try? UTF8Span(validating: text) else { return "" }
        return String(copying: text)
    }

    private mutating func number(of text: String) -> Int {
        if let number = self.numbers[text] { return number }
        self.numbers[text] = self.texts.count
        self.texts.append(text)
        return self.texts.count - 1
    }
}
