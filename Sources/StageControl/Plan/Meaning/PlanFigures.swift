/// Numbers of a plan as messages, tables and reports show them.
public enum PlanFigures {
    /// A count, rounded, with its thousands apart: `66,000`.
    public static func count(_ value: Double) -> String {
        guard value < 1e15 else { return self.rate(value) }
        let digits = String(Int64(max(0, value).rounded()))
        return String(
            digits.reversed().enumerated().flatMap { $0 > 0 && $0.isMultiple(of: 3) ? [",", $1] : [$1] }.reversed())
    }

    /// A rate, rounded to three digits, as plans write it.
    public static func rate(_ value: Double) -> String {
        let rounded = self.rounded(value)
        return rounded == rounded.rounded() && rounded < 1e15 ? self.count(rounded) : "\(rounded)"
    }

    /// A number with three digits; what is behind them is not the same on every machine.
    public static func rounded(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value }
        var (mantissa, exponent) = (value, 0)
        while mantissa < 100 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        while mantissa >= 1_000 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return Double("\(Int(mantissa.rounded()))e\(exponent)") ?? value
    }

    /// Some days, rounded up to a tenth: `12.5d`.
    public static func days(_ days: Double) -> String {
        let tenths = Int64((days * 10).rounded(.up))
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)d" : "\(tenths / 10).\(tenths % 10)d"
    }
}

/// Its name in the sentences of the rules, which are long enough.
typealias Figures = PlanFigures
