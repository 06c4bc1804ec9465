import StrictJSON

/// Values and spellings of them, drawn from a seed.
extension TestRandom {
    mutating func value(depth: Int = 4) -> JSONValue {
        switch self.below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(self.chance(50))
        case 2: return .integer(self.integer())
        case 3: return .number(self.double())
        case 4, 5: return .string(self.text())
        case 6: return .array((0..<self.below(5)).map { _ in self.value(depth: depth - 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<self.below(6) { members[self.text()] = self.value(depth: depth - 1) }
            return .object(members)
        }
    }

    mutating func integer() -> Int64 {
        let whole = Int64(bitPattern: self.next())
        return whole >> Int64(self.below(64))
    }

    mutating func double() -> Double {
        while true {
            let value = self.chance(50) ? Double(bitPattern: self.next()) : Double(self.below(2_000_000)) / 1000 - 1000
            if value.isFinite { return value }
        }
    }

    mutating func text() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "c", "n", "m", "0", " ", "\"", "\\", "/", "\u{8}", "\n", "\t", "\u{1}", "\u{1F}", "\u{7F}", "é",
            "ß", "\u{2028}", "好",
            "\u{E000}", "\u{FFFF}", "😀", "\u{10FFFF}", "\u{0}",
        ]
        var text = ""
        for _ in 0..<self.below(self.chance(10) ? 40 : 8) {
            text.unicodeScalars.append(alphabet[self.below(alphabet.count)])
        }
        return text
    }

    /// The value in one of its many spellings: white space, order of keys, escapes, forms of numbers.
    mutating func spelling(of value: JSONValue) -> String {
        switch value {
        case .null: return self.space() + "null" + self.space()
        case .bool(let flag): return self.space() + (flag ? "true" : "false")
        case .integer(let whole): return self.space() + String(whole)
        case .double(let number): return "\(number)" + self.space()
        case .string(let text): return self.space() + self.quoted(text)
        case .array(let elements):
            return "[" + self.space() + elements.map { self.spelling(of: $0) }.joined(separator: ",") + self.space()
                + "]"
        case .object(let members):
            let parts = members.map {
                self.space() + self.quoted($0.key) + self.space() + ":" + self.spelling(of: $0.value)
            }
            return "{" + parts.shuffled(using: &self).joined(separator: ",") + self.space() + "}"
        }
    }

    private mutating func space() -> String {
        String((0..<self.below(3)).map { _ in " \n\r\t".randomElement(using: &self) ?? " " })
    }

    private mutating func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || self.chance(20) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: self.chance(50))
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}
