import StageControl
import StrictJSON

/// Scalars as they are written: without quotes where every reader of YAML takes them for what they are, else quoted.
enum ScalarText {
    /// What YAML 1.1 takes for flags and nothing, in any case of letters.
    private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

    /// A text. In quotes it is as JSON has it, which YAML reads alike.
    static func of(_ text: String) -> String {
        guard !self.isPlain(text) else { return text }
        var quoted: [UInt8] = []
        JSONValue.appendQuoted(text, to: &quoted)
        return String(decoding: quoted, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
            // What a file may not have as it is.
            if self.isShown(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                text += self.escape(scalar)
            }
        }
    }

    /// A number, as JSON has it. Between mantissa and exponent YAML 1.1 wants a point.
    static func ofNumber(_ value: JSONValue) -> String {
        let text = value.canonicalText
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// Letters first and no sign that means something; or a span of time.
    private static func isPlain(_ text: String) -> Bool {
        if TimeSpan(text) != nil { return true }
        guard let first = text.first, first.isASCII, first.isLetter, !self.words.contains(text.lowercased()) else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let (sign, width) = scalar.value > 0xFFFF ? ("\\U", 8) : ("\\u", 4)
        return sign + String(repeating: "0", count: width - digits.count) + digits
    }
}
