import ReleaseModel
import StrictJSON

/// A rollout as people watch it: where it stands, what was opened against the rules, the confidence band of each rule
/// against its bound, what the evidence cannot rule out at the next scale, and why it does not advance.
struct RolloutScreen {
    /// The width where nobody says another.
    static let standardWidth = 80

    private let rollout: JSONValue
    private let width: Int
    private let ink: Ink

    init(_ rollout: JSONValue, width: Int? = nil, ink: Ink = Ink(isColoured: false)) {
        self.rollout = rollout
        self.width = max(40, width ?? Self.standardWidth)
        self.ink = ink
    }

    /// The whole view.
    var text: String { self.lines.map { $0 + "\n" }.joined() }

    /// The whole view, line by line.
    var lines: [String] {
        self.head + self.marks + RuleLines(self.rollout, width: self.width, ink: self.ink).lines
            + self.section("What the evidence cannot rule out at the next scale", self.strings("limits"))
            + self.section("Parts of the public", self.strata)
            + self.section("Why it does not advance", self.strings("reasons"))
            + self.section("Exposure", CapsLines.exposure(self.rollout))
            + self.section("Places", CapsLines.places(self.rollout))
            + self.section("Signatures", self.signatures) + self.section("Revisions of the plan", self.revisions)
            + self.section("Level of release", LevelLines.history(self.rollout))
    }

    /// The stage that is open with its place among all, such as `canary (2 of 4)`.
    static func stage(of rollout: JSONValue) -> String {
        let stages = rollout["stages"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let stage = rollout["stage"]?.integerValue, stages.indices.contains(Int(stage)) else { return "" }
        return "\(stages[Int(stage)]) (\(stage + 1) of \(stages.count))"
    }

    /// A share in millionths: `12.5 %`.
    static func share(_ millionths: Int64) -> String {
        let (whole, rest) = (millionths / 10_000, millionths % 10_000)
        guard rest > 0 else { return "\(whole) %" }
        var digits = String(10_000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits) %"
    }

    // MARK: Head

    private var head: [String] {
        let release =
            "\(self.rollout.text("model")) \(self.rollout.text("candidate"))"
            + (self.rollout["baseline"].map { " beside \($0.stringValue ?? "")" } ?? "")
        let fields: [(name: String, value: String)] = [
            ("rollout", self.rollout.text("id")), ("release", release),
            ("phase", "\(self.rollout.text("phase").replacing("_", with: " ")): \(self.rollout.text("sentence"))"),
            ("stage", self.stage), ("open to", self.openings), ("level", LevelLines.now(self.rollout)),
            ("override", self.override), ("budget", self.budget), ("plan", self.rollout.text("plan")),
            ("recorded", self.rollout.moment("recorded")),
        ]
        let nameWidth = fields.map(\.name.count).max() ?? 0
        return fields.filter { !$0.value.isEmpty }.flatMap { field in
            let lines = Paragraph.lines(
                field.value, beginning: Table.padded(field.name, to: nameWidth) + "  ", width: self.width)
            return field.name == "phase" ? lines.map(self.phaseInk) : lines
        }
    }

    private var phaseInk: (String) -> String {
        switch self.rollout.text("phase") {
        case "rolling_back", "rolled_back": self.ink.alarm
        case "held", "paused": self.ink.caution
        default: self.ink.heading
        }
    }

    private var stage: String {
        let stage = Self.stage(of: self.rollout)
        guard !stage.isEmpty else { return "" }
        let ran = Self.span(self.rollout["ran"]?.integerValue ?? 0)
        return "\(stage), open since \(self.rollout.moment("stage_opened")), has run \(ran)"
    }

    private var openings: String {
        (self.rollout["openings"]?.arrayValue ?? []).map {
            "\($0.text("cohort")) \(Self.share($0["weight"]?.integerValue ?? 0))"
        }.joined(separator: ", ")
    }

    private var override: String {
        guard let override = self.rollout["override"] else { return "" }
        return "the next stage opens against the rules, until \(override.moment("expires")): "
            + self.approvals(override).joined(separator: ", ")
    }

    private var budget: String {
        "false advance \(self.percent("advance_budget_left")) left, "
            + "false rollback \(self.percent("alarm_budget_left")) left"
    }

    // MARK: Sections

    private var marks: [String] {
        let marks = self.rollout["overrides"]?.arrayValue ?? []
        guard !marks.isEmpty else { return [] }
        let lines = marks.flatMap { mark in
            let who = self.approvals(mark).joined(separator: ", ")
            return Paragraph.lines(
                "\(mark.text("stage")), at \(mark.moment("at")), by \(who)", beginning: "  ", width: self.width)
                + (mark["not_shown"]?.arrayValue ?? []).compactMap(\.stringValue).flatMap {
                    Paragraph.lines($0, beginning: "    - ", width: self.width)
                }
        }
        return ["", self.ink.caution("OPENED AGAINST THE RULES")] + lines
    }

    private var revisions: [String] {
        (self.rollout["revisions"]?.arrayValue ?? []).map { revision in
            let reason = revision.text("reason")
            return "\(revision.moment("at")), by \(revision.text("person"))" + (reason.isEmpty ? "" : ": \(reason)")
        }
    }

    private var strata: [String] {
        (self.rollout["strata"]?.arrayValue ?? []).map { "\($0.text("verdict")): \($0.text("sentence"))" }
    }

    private var signatures: [String] {
        (self.rollout["ballots"]?.arrayValue ?? []).map { ballot in
            let people = self.approvals(ballot)
            let signed = people.isEmpty ? "" : "; signed by \(people.joined(separator: ", "))"
            return "\(ballot.text("sentence")): \(people.count) of \(ballot.text("distinct")) "
                + "(\(ballot.text("roles")))\(signed)"
        }
    }

    /// Who signed, each with the reason that was given.
    private func approvals(_ document: JSONValue) -> [String] {
        (document["approvals"]?.arrayValue ?? []).map { approval in
            let reason = approval.text("reason")
            return approval.text("person") + (reason.isEmpty ? "" : " (\(reason))")
        }
    }

    private func strings(_ member: String) -> [String] {
        self.rollout[member]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    private func section(_ title: String, _ sentences: [String]) -> [String] {
        guard !sentences.isEmpty else { return [] }
        return ["", self.ink.heading(title)]
            + sentences.flatMap { Paragraph.lines($0, beginning: "  - ", width: self.width) }
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
