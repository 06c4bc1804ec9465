import ReleaseModel

extension RehearsalReport {
    /// The report as bars of text, at most so many columns wide; at least 60.
    public func plot(width: Int = 100) -> String {
        let names = self.stages.map(\.name.text.count) + self.sensitivity.map { $0.label.count }
        let label = names.max() ?? 0
        let length = max(10, max(60, width) - label - 26)
        var lines = ["How probably each stage opens"]
        for stage in self.stages {
            lines.append(
                "  \(Columns.padded(stage.name.text, to: label))  \(Self.bar(stage.reached.share, "█", length))  "
                    + stage.reached.shareInWords)
        }
        guard !self.sensitivity.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        lines += ["", "What comes of other true rates:  █ carried out  ░ waits for people  ▒ goes back"]
        for row in self.sensitivity {
            let (done, back) = (row.completes.cells(of: length), row.rollsBack.cells(of: length))
            let wait = max(0, length - done - back)
            let bar = [("█", done), ("░", wait), ("▒", back)].map { String(repeating: $0, count: $1) }.joined()
            lines.append("  \(Columns.padded(row.label, to: label))  \(bar)  \(row.rollsBack.shareInWords) back")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func bar(_ share: Double, _ sign: String, _ length: Int) -> String {
        let cells = Int((share * Double(length)).rounded())
        return String(repeating: sign, count: cells) + String(repeating: "·", count: length - cells)
    }
}

extension RehearsalReport.Sensitivity {
    /// The metric and the multiple.
    var label: String { "\(self.metric) × \(Figures.decimal(self.multiple))" }
}

extension RehearsalReport.Proportion {
    /// How many of so many cells it fills; not none if it is not nothing.
    fileprivate func cells(of length: Int) -> Int {
        let cells = Int((self.share * Double(length)).rounded())
        return self.count > 0 ? max(1, min(cells, length)) : 0
    }
}
