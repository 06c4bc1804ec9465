import ReleaseModel

extension RehearsalReport {
    /// The report as a picture (SVG 1.1): how probably and when each stage opens, and what comes of other true rates.
    ///
    /// It needs nothing from outside. Its colours follow what the reader prefers, light or dark, and are dark on white
    /// in print; what they say, patterns and words say too.
    public var svg: String {
        var drawing = Drawing()
        drawing.heading("Rehearsal of \(self.plan): \(Figures.count(Double(self.runs))) runs, seed \(self.seed)")
        drawing.section("How probably each stage opens, with its interval at 95 %")
        for stage in self.stages {
            drawing.bar(stage.name.text, stage.reached, stage.reached.inWords)
        }
        let last = self.stages.compactMap { $0.days?.p90 }.max() ?? 0
        drawing.section("On which day each stage opens: one run in ten, half, nine in ten")
        for stage in self.stages { drawing.span(stage.name.text, stage.days, upTo: max(last, 1)) }
        if !self.sensitivity.isEmpty {
            drawing.section("What comes of other true rates, as multiples of each metric's bound")
            drawing.legend()
            for row in self.sensitivity {
                drawing.parts(row.label, row.completes.share, row.rollsBack.share, "\(row.rollsBack.shareInWords) back")
            }
        }
        drawing.note("Intervals are about the number of runs, not about whether the world is as supposed.")
        return drawing.text(title: "Rehearsal of \(self.plan)", description: self.description)
    }

    private var description: String {
        "Of \(Figures.count(Double(self.runs))) runs, \(self.completes.shareInWords) are carried out to the end and "
            + "\(self.rollsBack.shareInWords) go back."
    }
}

/// A picture in the making: what is drawn stands under each other.
private struct Drawing {
    private var body = ""
    private var y = 0
    private static let (width, left, bar, row) = (860, 210, 420, 24)

    private static let style = """
        <style>
        svg { --ink: #1b1f24; --paper: #ffffff; --quiet: #59636e; --rule: #d1d9e0; --good: #0a6ebd; --wait: #c9d1d9; \
        --back: #b3261e; background: var(--paper); font: 13px system-ui, sans-serif; }
        @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --paper: #0d1117; --quiet: #9198a1; \
        --rule: #30363d; --good: #4493f8; --wait: #3d444d; --back: #f85149; } }
        @media print { svg { --ink: #000000; --paper: #ffffff; --quiet: #333333; --rule: #999999; --good: #333333; \
        --wait: #dddddd; --back: #777777; } }
        text { fill: var(--ink); } .quiet { fill: var(--quiet); } .heading { font-size: 16px; font-weight: 600; }
        .section { font-weight: 600; } .good { fill: var(--good); } .wait { fill: var(--wait); }
        .back { fill: var(--back); } .stripes { stroke: var(--paper); stroke-width: 2; }
        .frame { fill: none; stroke: var(--rule); } .whisker { stroke: var(--ink); stroke-width: 1.5; }
        </style>
        <defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <line class="stripes" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>

        """

    mutating func heading(_ text: String) {
        self.y += 30
        self.write(text, x: 16, class: "heading")
    }

    mutating func section(_ text: String) {
        self.y += 36
        self.write(text, x: 16, class: "section")
        self.y += 4
    }

    mutating func note(_ text: String) {
        self.y += 34
        self.write(text, x: 16, class: "quiet")
    }

    /// A share as a bar, with a line from one end of its interval to the other.
    mutating func bar(_ label: String, _ share: RehearsalReport.Proportion, _ words: String) {
        self.begin(label, words)
        self.rectangle(0, share.share, "good")
        self.line(share.lower, share.upper)
    }

    /// Percentiles as a line with a dot on the middle one.
    mutating func span(_ label: String, _ days: RehearsalReport.Percentiles?, upTo last: Double) {
        self.begin(label, days?.inWords { Figures.decimal($0) } ?? "never")
        guard let days else { return }
        self.line(days.p10 / last, days.p90 / last)
        self.body +=
            "<circle class=\"good\" cx=\"\(Self.place(days.p50 / last))\" cy=\"\(self.y - 5)\" r=\"5\"/>\n"
    }

    /// Three shares of a whole.
    mutating func parts(_ label: String, _ done: Double, _ back: Double, _ words: String) {
        self.begin(label, words)
        self.rectangle(0, done, "good")
        self.rectangle(done, 1 - back, "wait")
        self.rectangle(1 - back, 1, "back")
    }

    mutating func legend() {
        self.y += Self.row
        for (place, (kind, words)) in [("good", "carried out"), ("wait", "waits for people"), ("back", "goes back")]
            .enumerated()
        {
            let x = Self.left + place * 150
            self.body += "<rect class=\"\(kind)\" x=\"\(x)\" y=\"\(self.y - 11)\" width=\"12\" height=\"12\"/>\n"
            if kind == "back" { self.stripe(x: "\(x)", width: "12") }
            self.write(words, x: x + 18, class: "quiet")
        }
    }

    func text(title: String, description: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(self.y + 20)" width="\(Self.width)" \
        height="\(self.y + 20)" role="img" aria-labelledby="title description">
        <title id="title">\(Self.escaped(title))</title>
        <desc id="description">\(Self.escaped(description))</desc>
        \(Self.style)\(self.body)</svg>

        """
    }

    private mutating func begin(_ label: String, _ words: String) {
        self.y += Self.row
        self.write(label.count > 28 ? label.prefix(27) + "…" : label, x: 16, class: "")
        self.write(words, x: Self.left + Self.bar + 14, class: "quiet")
        self.body +=
            "<rect class=\"frame\" x=\"\(Self.left)\" y=\"\(self.y - 13)\" width=\"\(Self.bar)\" height=\"16\"/>\n"
    }

    private mutating func rectangle(_ from: Double, _ to: Double, _ kind: String) {
        guard to > from else { return }
        let (x, width) = (Self.place(from), Figures.decimal((to - from) * Double(Self.bar)))
        self.body += "<rect class=\"\(kind)\" x=\"\(x)\" y=\"\(self.y - 13)\" width=\"\(width)\" height=\"16\"/>\n"
        if kind == "back" { self.stripe(x: x, width: width) }
    }

    private mutating func stripe(x: String, width: String) {
        self.body +=
            "<rect fill=\"url(#stripes)\" x=\"\(x)\" y=\"\(self.y - 13)\" width=\"\(width)\" height=\"16\"/>\n"
    }

    private mutating func line(_ from: Double, _ to: Double) {
        let (y, start, end) = (self.y - 5, Self.place(from), Self.place(to))
        self.body += "<line class=\"whisker\" x1=\"\(start)\" y1=\"\(y)\" x2=\"\(end)\" y2=\"\(y)\"/>\n"
    }

    private mutating func write(_ text: String, x: Int, class kind: String) {
        let kind = kind.isEmpty ? "" : " class=\"\(kind)\""
        self.body += "<text\(kind) x=\"\(x)\" y=\"\(self.y)\">\(Self.escaped(text))</text>\n"
    }

    private static func place(_ share: Double) -> String {
        Figures.decimal(Double(Self.left) + share * Double(Self.bar))
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}
