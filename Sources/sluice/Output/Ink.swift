/// Weight and colour where somebody watches, nothing elsewhere. What they say always stands in the text too.
struct Ink: Hashable, Sendable {
    /// Whether they help: ``Terminal/isColoured``.
    let isColoured: Bool

    /// A heading.
    func heading(_ text: String) -> String { self.set(text, "1") }

    /// What has gone wrong.
    func alarm(_ text: String) -> String { self.set(text, "1;31") }

    /// What people should look at.
    func caution(_ text: String) -> String { self.set(text, "33") }

    /// What is shown.
    func shown(_ text: String) -> String { self.set(text, "32") }

    private func set(_ text: String, _ code: String) -> String {
        self.isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// Sentences in lines of a width, broken between words.
enum Paragraph {
    /// The lines of a text: the first begins with one thing, the others with as much space.
    static func lines(_ text: String, beginning: String = "", width: Int) -> [String] {
        let indent = String(repeating: " ", count: beginning.count)
        var lines: [String] = []
        var line = beginning
        var isEmpty = true
        for word in Table.visible(text).split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                (line, isEmpty) = (indent, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
