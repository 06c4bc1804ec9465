/// The decisions of `docs/decisions`: one page each, numbered, always in the same five parts: a line with the status,
/// then context, options, decision and consequence.
enum Decisions {
    static let folder = "docs/decisions"
    /// Behind the title and the line of the status.
    static let parts = ["Context", "Options", "Decision", "Consequence"]
    static let states: Set<String> = ["draft", "proposed", "accepted", "rejected", "superseded"]

    static func check(_ files: [TextFile]) -> [Violation] {
        let pages = files.filter { $0.folder == self.folder && $0.name != "README.md" }
        return self.numbering(pages) + pages.flatMap { self.form($0) }
    }

    private static func numbering(_ pages: [TextFile]) -> [Violation] {
        var (violations, expected) = ([Violation](), 1)
        for page in pages.sorted(by: { $0.path < $1.path }) {
            let digits = page.name.prefix { $0.isNumber }
            guard digits.count == 4, let number = Int(digits), page.name.dropFirst(4).first == "-",
                page.name.hasSuffix(".md")
            else {
                violations.append(page.violation(0, "is no decision; name it 0001-what-was-decided.md or move it"))
                continue
            }
            if number != expected {
                violations.append(page.violation(0, "is number \(number) where \(expected) follows; leave no gap"))
            }
            expected = number + 1
        }
        return violations
    }

    private static func form(_ page: TextFile) -> [Violation] {
        let number = page.name.prefix { $0.isNumber }
        guard page.lines.first?.hasPrefix("# \(number) ") == true else {
            return [page.violation(1, "begins without its title; write what was decided behind # \(number)")]
        }
        let headings = page.lines.enumerated().filter { $1.hasPrefix("## ") }
            .map { (line: $0, title: String($1.dropFirst(3).trimmed)) }
        guard headings.map(\.title) == self.parts else {
            return [page.violation(0, "has not the parts \(self.parts.joined(separator: ", ")), in this order")]
        }
        var violations = self.status(page, before: headings[0].line)
        for (heading, next) in zip(headings, headings.dropFirst().map(\.line) + [page.lines.count])
        where !page.lines[(heading.line + 1)..<next].contains(where: { !$0.trimmed.isEmpty }) {
            violations.append(page.violation(heading.line + 1, "says nothing under \(heading.title)"))
        }
        return violations
    }

    private static func status(_ page: TextFile, before end: Int) -> [Violation] {
        let mark = "**Status:** "
        let lines = page.lines[..<end].filter { $0.hasPrefix(mark) }
        let state = lines.first?.dropFirst(mark.count).prefix { $0.isLetter }.lowercased() ?? ""
        guard lines.count == 1, self.states.contains(state) else {
            let known = self.states.sorted().joined(separator: ", ")
            return [page.violation(0, "has no status; write \(mark)and one of \(known) below the title")]
        }
        return []
    }
}
