import ReleaseModel
import StrictJSON

/// A rollout as people watch it: where it stands, the confidence band of each metric against its bound, what the
/// evidence cannot rule out at the next scale, and why it is not advancing.
struct RolloutScreen {
    private static let barWidth = 40
    private let rollout: JSONValue
    private let width: Int

    init(_ rollout: JSONValue, width: Int?) {
        self.rollout = rollout
        self.width = width ?? 100
    }

    /// The whole view.
    var text: String {
        (self.head + self.bands + self.section("What the evidence cannot rule out", "limits")
            + self.section("Why it does not go on", "reasons")).map { $0 + "\n" }.joined()
    }

    /// The stage that is open with its place among all, such as `canary (2 of 4)`.
    static func stage(of rollout: JSONValue) -> String {
        let stages = rollout["stages"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let stage = rollout["stage"]?.integerValue, stages.indices.contains(Int(stage)) else { return "" }
        return "\(stages[Int(stage)]) (\(stage + 1) of \(stages.count))"
    }

    private var head: [String] {
        var fields = [
            (name: "rollout", value: self.rollout.text("id")),
            (
                name: "release",
                value: "\(self.rollout.text("model")) \(self.rollout.text("candidate"))"
                    + (self.rollout["baseline"].map { " beside \($0.stringValue ?? "")" } ?? "")
            ),
            (name: "phase", value: "\(self.rollout.text("phase")): \(self.rollout.text("sentence"))"),
            (name: "stage", value: Self.stage(of: self.rollout)),
            (name: "ran", value: Self.span(self.rollout["ran"]?.integerValue ?? 0)),
            (name: "plan", value: self.rollout.text("plan")),
            (
                name: "budget",
                value: "false advance \(self.percent("advance_budget_left")) left, "
                    + "false rollback \(self.percent("alarm_budget_left")) left"
            ),
        ]
        let overridden = self.rollout.text("overridden")
        if !overridden.isEmpty { fields.append((name: "OPENED AGAINST THE RULES", value: overridden)) }
        return [Table.fields(fields.filter { !$0.value.isEmpty })].map { String($0.dropLast()) }
    }

    private var bands: [String] {
        let bands = self.rollout["bands"]?.arrayValue ?? []
        guard !bands.isEmpty else { return [] }
        let width = bands.map { $0.text("metric").count }.max() ?? 0
        return ["", "Metrics, as far as the evidence goes:"]
            + bands.map { band in
                let name = Table.padded(band.text("metric"), to: width)
                let word = Table.padded(Self.word(band.text("word")), to: 12)
                return "  \(name)  \(word)  \(Self.bar(band))  \(Self.numbers(band))"
            }
    }

    private func section(_ title: String, _ member: String) -> [String] {
        let lines = self.rollout[member]?.arrayValue?.compactMap(\.stringValue) ?? []
        return lines.isEmpty ? [] : ["", "\(title):"] + lines.map { "  " + Table.visible($0) }
    }

    private static func word(_ word: String) -> String {
        word.replacing("_", with: " ")
    }

    /// The band from the lowest to the highest rate that is not excluded, drawn against the bound in the middle.
    ///
    /// The scale is logarithmic, a decade on each side of the bound: what lies left of the mark is within it.
    private static func bar(_ band: JSONValue) -> String {
        let bound = band["advance_bound"]?.doubleValue ?? band["alarm_bound"]?.doubleValue ?? 0
        guard bound > 0 else { return String(repeating: " ", count: Self.barWidth + 2) }
        let low = Self.column(band["lower"]?.doubleValue ?? 0, bound)
        let high = band["upper"]?.doubleValue.map { Self.column($0, bound) } ?? Self.barWidth - 1
        let cells = (0..<Self.barWidth).map { column -> Character in
            if column == Self.barWidth / 2 { return "|" }
            return low...max(low, high) ~= column ? "=" : " "
        }
        return "[" + String(cells) + "]"
    }

    private static func column(_ rate: Double, _ bound: Double) -> Int {
        guard rate > 0 else { return 0 }
        // Tenths of a decade by halving, which needs no logarithm of the platform's.
        var (ratio, decades) = (rate / bound, 0.0)
        let step = 1.2589254117941673  // the tenth root of ten
        while ratio < 1, decades > -1 { (ratio, decades) = (ratio * step, decades - 0.1) }
        while ratio >= step, decades < 1 { (ratio, decades) = (ratio / step, decades + 0.1) }
        let place = Double(Self.barWidth / 2) * (1 + decades)
        return min(Self.barWidth - 1, max(0, Int(place.rounded())))
    }

    private static func numbers(_ band: JSONValue) -> String {
        let upper = band["upper"]?.doubleValue.map(Self.rate) ?? "?"
        let bound = band["advance_bound"]?.doubleValue ?? band["alarm_bound"]?.doubleValue
        let events = band["events"]?.integerValue ?? 0
        let exposure = Int(band["exposure"]?.doubleValue ?? 0)
        return "\(Self.rate(band["lower"]?.doubleValue ?? 0))..\(upper)"
            + (bound.map { " bound \(Self.rate($0))" } ?? "") + ", \(events) in \(exposure)"
    }

    private static func rate(_ rate: Double) -> String {
        if rate == 0 { return "0" }
        var (value, exponent) = (rate, 0)
        while value < 1 { (value, exponent) = (value * 10, exponent - 1) }
        let digits = (value * 10).rounded() / 10
        return exponent > -3 ? "\((rate * 10_000).rounded() / 10_000)" : "\(digits)e\(exponent)"
    }

    private func percent(_ member: String) -> String {
        "\(Int(((self.rollout[member]?.doubleValue ?? 0) * 100).rounded())) %"
    }

    private static func span(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7_200 { return "\(seconds / 60) min" }
        return seconds < 172_800 ? "\(seconds / 3_600) h" : "\(seconds / 86_400) d"
    }
}
