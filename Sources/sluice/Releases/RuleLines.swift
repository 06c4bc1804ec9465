import StageControl
import StrictJSON

/// What is known of each metric, and what each of its rules makes of it: a word, the band against the rule's bound, and
/// the bound.
struct RuleLines {
    /// What a line has beside its bar: the rule, the word, the bound, and the space between them.
    private static let besideBar = 45

    private let metrics: [JSONValue]
    private let width: Int
    private let ink: Ink

    init(_ rollout: JSONValue, width: Int, ink: Ink) {
        self.metrics = rollout["bands"]?.arrayValue ?? []
        self.width = width
        self.ink = ink
    }

    /// A heading and a line for each rule of each metric.
    var lines: [String] {
        guard !self.metrics.isEmpty else { return [] }
        return ["", self.ink.heading("What is known; = are rates that are not excluded, | is the bound")]
            + self.metrics.flatMap { metric in
                Paragraph.lines("\(metric.text("metric")): \(Self.counts(metric))", beginning: "  ", width: self.width)
                    + (metric["rules"]?.arrayValue ?? []).map { self.line($0, metric) }
            }
    }

    /// Such as: 3 events in 1,214; rates above 0.0042 are excluded.
    private static func counts(_ metric: JSONValue) -> String {
        let events = PlanFigures.count(Double(metric["events"]?.integerValue ?? 0))
        let exposure = PlanFigures.count(metric["exposure"]?.doubleValue ?? 0)
        let excluded = [
            metric["lower"]?.doubleValue.flatMap { $0 > 0 ? "below \(PlanFigures.rate($0))" : nil },
            metric["upper"]?.doubleValue.map { "above \(PlanFigures.rate($0))" },
        ].compactMap(\.self).joined(separator: " and ")
        return "\(events) in \(exposure); "
            + (excluded.isEmpty ? "no rate is excluded" : "rates \(excluded) are excluded")
    }

    private func line(_ rule: JSONValue, _ metric: JSONValue) -> String {
        let name = Table.padded(Table.visible(rule.text("rule")), to: 8)
        let said = Table.visible(rule.text("word"))
        let word = self.inked(Table.padded(said.replacing("_", with: " "), to: 12), said)
        return "    \(name)  \(word)  \(self.evidence(rule, metric))"
    }

    private func evidence(_ rule: JSONValue, _ metric: JSONValue) -> String {
        let bound = rule["bound"]?.doubleValue ?? 0
        let side = rule.text("rule") == RuleKind.advance.rawValue ? "below" : "above"
        switch EvidenceMethod(rawValue: rule.text("method")) {
        case .count: return "\(rule.text("events")) of the \(PlanFigures.count(bound)) that trip it"
        case .gamma?, .beta?:
            let bar = RuleBar(
                lower: metric["lower"]?.doubleValue ?? 0, upper: metric["upper"]?.doubleValue, bound: bound)
            let half = min(30, max(4, (self.width - Self.besideBar) / 2))
            guard bound > 0 else { return "\(side) \(PlanFigures.rate(bound))" }
            return "\(bar.text(half: half))  \(side) \(PlanFigures.rate(bound))"
        case .eventSplit?, .varyingShare?:
            return "\(side) \(PlanFigures.rate(bound)) times the baseline; \(Self.progress(rule))"
        case .cusum?: return "a rise above \(PlanFigures.rate(bound)); \(Self.progress(rule))"
        case .none?, nil: return "the plan's numbers allow no test"
        }
    }

    private static func progress(_ rule: JSONValue) -> String {
        guard let progress = rule["progress"]?.doubleValue else { return "nothing is weighed" }
        return "\(Int((progress * 100).rounded(.down))) % of what it takes"
    }

    private func inked(_ text: String, _ word: String) -> String {
        switch MetricBand.Word(rawValue: word) {
        case .harm: self.ink.alarm(text)
        case .unknown: self.ink.caution(text)
        case .withinBound: self.ink.shown(text)
        case .notYet, nil: text
        }
    }
}
