/// Rows of text in columns that stand under each other.
struct Table: Hashable, Sendable {
    /// What stands between two columns.
    private static let gap = "  "

    /// The names of the columns.
    var header: [String]
    /// The cells, as many in each row as there are columns.
    var rows: [[String]]

    /// A table; a row that is too short is filled up.
    init(_ header: [String], _ rows: [[String]] = []) {
        self.header = header
        self.rows = rows.map { $0 + Array(repeating: "", count: max(0, header.count - $0.count)) }
    }

    /// The table as lines.
    ///
    /// - Parameters:
    ///   - width: lines are cut there, with an ellipsis; nil cuts none.
    ///   - isColoured: whether the header is in bold.
    func text(width: Int?, isColoured: Bool) -> String {
        let widths = self.header.indices.map { column in
            ([self.header] + self.rows).map { Self.visible($0[column]).count }.max() ?? 0
        }
        let lines = ([self.header] + self.rows).map { cells in
            let padded = zip(cells, widths).map { Self.padded(Self.visible($0), to: $1) }
            return Self.cut(Self.trimmed(padded.joined(separator: Self.gap)), to: width)
        }
        let head = isColoured ? "\u{1B}[1m\(lines[0])\u{1B}[0m" : lines[0]
        return ([head] + lines.dropFirst()).map { $0 + "\n" }.joined()
    }

    /// Fields of one thing, one in a line, under each other.
    static func fields(_ fields: [(name: String, value: String)]) -> String {
        let width = fields.map(\.name.count).max() ?? 0
        return fields.map { field in
            Self.trimmed(Self.padded(field.name, to: width) + Self.gap + Self.visible(field.value)) + "\n"
        }.joined()
    }

    /// Text of others with its control characters made visible: it must not move a reader's cursor.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: Self.isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isControl($0) ? "\u{FFFD}" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func cut(_ line: String, to width: Int?) -> String {
        guard let width, line.count > width else { return line }
        return line.prefix(max(0, width - 1)) + "…"
    }
}
