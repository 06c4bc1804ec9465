import ReleaseModel

extension RehearsalReport {
    /// The report as text: how runs ended, the stages, what was decided wrongly, what other rates would do, and what
    /// was supposed.
    public var table: String {
        let parts = [
            ["Rehearsal of \(self.plan): \(Figures.count(Double(self.runs))) runs, seed \(self.seed)"],
            ["How runs end"] + self.endingLines, ["Stages, in their order"] + self.stageLines,
            ["Times and wrong decisions"] + self.decisionLines, self.sensitivityLines,
            ["What was supposed"] + self.suppositions.map { "  - \($0)" },
            [
                "Intervals are at 95 % and about the number of runs. Whether the world is as supposed, they do not say."
            ],
        ]
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var endingLines: [String] {
        var columns = Columns(["of all runs", "interval", "end", "stage", "why"])
        for ending in self.endings {
            columns.add([
                ending.runs.shareInWords, ending.runs.intervalInWords, ending.kind.inWords, ending.stage?.text ?? "",
                ending.reason ?? "",
            ])
        }
        return columns.lines
    }

    private var stageLines: [String] {
        var columns = Columns([
            "stage", "opens in", "interval", "opens after: 10 %, half, 90 %", "requests: 10 %, half, 90 %",
            "events of harm expected",
        ])
        for stage in self.stages {
            columns.add([
                stage.name.text, stage.reached.shareInWords, stage.reached.intervalInWords,
                stage.days?.inWords { Figures.time(hours: $0 * 24) } ?? "–",
                stage.requests?.inWords { Figures.count($0) } ?? "–",
                stage.harm.map { "\($0.metric) \(Figures.amount($0.events))" }.joined(separator: ", "),
            ])
        }
        return columns.lines
    }

    private var decisionLines: [String] {
        var columns = Columns(["", "", ""])
        let times = self.daysToComplete.map { $0.inWords { Figures.time(hours: $0 * 24) } }
        let hours = self.hoursToRollBack.map { $0.inWords { Figures.time(hours: $0) } }
        columns.add([
            "carried out to its end", self.completes.inWords,
            times.map { "after \($0) (10 %, half, 90 %)" } ?? "",
        ])
        columns.add([
            "goes back by itself", self.rollsBack.inWords,
            hours.map { "\($0) after the stage opened (10 %, half, 90 %)" } ?? "",
        ])
        columns.add([
            "false advance", self.falseAdvance?.inWords ?? "cannot be",
            self.falseAdvance == nil
                ? "every rate that a stage must show to be below a bound is below it"
                : "a stage was left although a rate is not below the bound that it had to show",
        ])
        columns.add([
            "false rollback", self.falseRollback?.inWords ?? "cannot be",
            self.falseRollback == nil
                ? "every rate that is watched is above its bound" : "for a rate that is not above its bound",
        ])
        return Array(columns.lines.dropFirst())
    }

    private var sensitivityLines: [String] {
        guard !self.sensitivity.isEmpty else { return [] }
        var columns = Columns([
            "metric", "× bound", "true rate", "carried out", "goes back", "false advance", "events of harm expected",
        ])
        for row in self.sensitivity {
            columns.add([
                row.metric.text, Figures.decimal(row.multiple), Figures.rate(row.rate), row.completes.inWords,
                row.rollsBack.inWords, row.falseAdvance?.inWords ?? "–", Figures.amount(row.harm),
            ])
        }
        let runs = Figures.count(Double(self.sensitivity.first?.completes.of ?? 0))
        return ["If a true rate were another (\(runs) runs each; everything else as supposed)"] + columns.lines
    }
}

extension RehearsalReport.Proportion {
    /// The share in percent; where it is not all and not nothing, it does not look like it.
    var shareInWords: String {
        if self.count > 0, self.share < 0.0005 { return "< 0.1 %" }
        if self.count < self.of, self.share > 0.9995 { return "> 99.9 %" }
        return Figures.percent(self.share)
    }

    /// The interval in percent.
    var intervalInWords: String {
        "\(Figures.decimal(self.lower * 100, places: 2))–\(Figures.decimal(self.upper * 100, places: 2)) %"
    }

    /// Both.
    var inWords: String { "\(self.shareInWords) (\(self.intervalInWords))" }
}

extension RehearsalReport.Percentiles {
    /// The three, one after the other.
    func inWords(_ text: (Double) -> String) -> String {
        [self.p10, self.p50, self.p90].map(text).joined(separator: ", ")
    }
}

extension RehearsalReport.Ending.Kind {
    /// How people say it.
    var inWords: String {
        switch self {
        case .completed: "carried out"
        case .rolledBack: "goes back"
        case .held: "waits for people"
        case .unfinished: "undecided"
        }
    }
}
