import StrictJSON

/// Texts of which there are few and each comes again and again, numbered in the order in which they first came.
struct KnownTexts {
    /// Where the number of a text is looked for first, by the end of the text, in which identifiers differ most.
    private var slots = [Int](repeating: -1, count: 256)
    private var numbers: [String: Int] = [:]
    private(set) var texts: [String] = []

    /// The number of the text that `scanner` read last; no string is made of one that was met a moment ago.
    mutating func number(of scanner: borrowing JSONScanner, in bytes: Span<UInt8>) -> Int {
        var slot = 0
        for index in max(scanner.lowerBound, scanner.upperBound - 4)..<scanner.upperBound {
            slot = slot &* 31 &+ Int(bytes[index])
        }
        slot &= 255
        let known = self.slots[slot]
        if known >= 0, scanner.isText(self.texts[known], in: bytes) { return known }
        let number = self.number(of: scanner.text(in: bytes))
        self.slots[slot] = number
        return number
    }

    private mutating func number(of text: String) -> Int {
        if let number = self.numbers[text] { return number }
        self.numbers[text] = self.texts.count
        self.texts.append(text)
        return self.texts.count - 1
    }
}
