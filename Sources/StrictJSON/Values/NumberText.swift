/// A double as ECMAScript writes it (ECMA-262 `Number::toString`, which RFC 8785 §3.2.2.3 prescribes).
enum NumberText {
    static func of(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == 0 { return "0" }
        let (digits, point) = Self.shortest(value.magnitude)
        return (value < 0 ? "-" : "") + Self.laidOut(digits, point: point)
    }

    /// The fewest digits that read back as the same double, and where the point stands: 0.digits × 10^point.
    ///
    /// The standard library's description has these digits (the closest of the shortest), only laid out differently.
    private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var rest = value.description.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"):
                exponent = Int(String(Substring(rest))) ?? 0
                rest = rest[rest.endIndex...]
            default: digits.append(byte)
            }
        }
        var place = (point ?? digits.count) + exponent
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        place -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, place)
    }

    private static func laidOut(_ digits: [UInt8], point: Int) -> String {
        let count = digits.count
        func text(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        switch point {
        case count...21: return text(0..<count) + String(repeating: "0", count: point - count)
        case 1...21: return text(0..<point) + "." + text(point..<count)
        case -5...0: return "0." + String(repeating: "0", count: -point) + text(0..<count)
        default:
            let exponent = point - 1
            let mantissa = count == 1 ? text(0..<1) : text(0..<1) + "." + text(1..<count)
            return mantissa + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
        }
    }
}
