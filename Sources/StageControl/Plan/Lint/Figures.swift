/// Numbers as messages show them.
enum Figures {
    /// A count, rounded, with its thousands apart: `66,000`.
    static func count(_ value: Double) -> String {
        guard value < 1e15 else { return Self.rate(value) }
        let digits = String(Int64(max(0, value).rounded()))
        return String(
            digits.reversed().enumerated().flatMap { $0 > 0 && $0.isMultiple(of: 3) ? [",", $1] : [$1] }.reversed())
    }

    /// A rate, rounded to three digits: `8.81e-05`.
    static func rate(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "\(value)" }
        var (mantissa, exponent) = (value, 0)
        while mantissa < 100 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        while mantissa >= 1_000 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return Double("\(Int(mantissa.rounded()))e\(exponent)").map { "\($0)" } ?? "\(value)"
    }
}
