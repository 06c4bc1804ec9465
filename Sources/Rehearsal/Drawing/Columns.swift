/// Cells in columns that stand under each other.
struct Columns {
    private var rows: [[String]]
    /// What stands before each line.
    private let margin = "  "

    init(_ header: [String]) { self.rows = [header] }

    mutating func add(_ row: [String]) { self.rows.append(row) }

    /// The lines, without blanks at their ends.
    var lines: [String] {
        let widths = (self.rows.first ?? []).indices.map { column in self.rows.map { $0[column].count }.max() ?? 0 }
        return self.rows.map { row in
            var line = self.margin + zip(row, widths).map { Self.padded($0, to: $1) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// Text with blanks behind it, at least so wide.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
