import StageControl

/// Numbers as reports show them.
enum Figures {
    /// A count, rounded, with its thousands apart: `66,000`.
    static func count(_ value: Double) -> String { PlanFigures.count(value) }

    /// A number with at most so many decimals, and no zeros at its end: `1.5`.
    static func decimal(_ value: Double, places: Int = 1) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (value * scale).rounded() / scale
        guard rounded == rounded.rounded(), rounded.magnitude < 1e15 else { return "\(rounded)" }
        return String(Int64(rounded))
    }

    /// A number with the places that it needs: fewer, the larger it is.
    static func amount(_ value: Double) -> String {
        if value >= 100 { return Self.count(value) }
        if value == 0 || value >= 0.1 { return Self.decimal(value, places: value >= 10 ? 1 : 2) }
        return Self.rate(value)
    }

    /// A rate, rounded to three digits: `8.81e-05`.
    static func rate(_ value: Double) -> String { PlanFigures.rate(value) }

    /// A share in percent: `97.3 %`.
    static func percent(_ share: Double) -> String { "\(Self.decimal(share * 100)) %" }

    /// Hours as people say them: minutes, hours or days.
    static func time(hours: Double) -> String {
        if hours < 1 { return "\(Self.decimal(hours * 60)) min" }
        return hours < 48 ? "\(Self.decimal(hours)) h" : "\(Self.decimal(hours / 24)) d"
    }
}
