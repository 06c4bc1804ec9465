public import StageControl
public import StrictJSON

extension PlanFile {
    /// A document as tidy YAML: fields in the order in which plans are explained, small objects and lists in one line,
    /// at most 100 columns where that can be.
    ///
    /// It reads back as the same document, but for members that are null, which say nothing and are left out.
    ///
    /// - Parameter comments: what is said above a field, and at the top for ``FieldPath/document``. A comment on
    ///   something that shares a line with others stands above that line.
    public static func yaml(_ document: JSONValue, comments: [FieldPath: String] = [:]) -> String {
        var writing = YAMLWriting(comments: comments)
        writing.write(document)
        return writing.text
    }
}

/// A document while it is written.
struct YAMLWriting {
    private(set) var text = ""
    private let comments: [FieldPath: String]

    /// Lines are filled up to here.
    private static let width = 100

    init(comments: [FieldPath: String]) { self.comments = comments }

    mutating func write(_ document: JSONValue) {
        self.comment(at: .document, indent: 0)
        if case .object(let members) = document, !members.isEmpty {
            self.members(members, at: .document, indent: 0, front: "")
        } else {
            self.text += self.flow(document) + "\n"
        }
    }

    /// The members of an object in lines of their own. What stands before the first of them, such as the dash of a
    /// list, is as wide as the indentation.
    private mutating func members(_ members: [String: JSONValue], at path: FieldPath, indent: Int, front: String) {
        var front = front
        for (name, value) in FieldOrder.sorted(members) where value != .null {
            if front.isEmpty { self.comment(at: path[name], indent: indent) }
            self.entry(
                front.isEmpty ? self.blanks(indent) : front, ScalarText.of(name) + ":", value, at: path[name],
                indent: indent)
            front = ""
        }
    }

    /// A key or a dash, and behind or below it what belongs to it.
    private mutating func entry(
        _ front: String, _ sign: String, _ value: JSONValue, at path: FieldPath, indent: Int
    ) {
        let line = "\(front)\(sign) \(self.flow(value))"
        switch value {
        case .object(let members)
        where !members.isEmpty && (self.isSpread(path) || line.count > Self.width || self.isCommentedInside(path)):
            if sign == "-" {
                self.members(members, at: path, indent: indent + 2, front: "\(front)- ")
            } else {
                self.text += "\(front)\(sign)\n"
                self.members(members, at: path, indent: indent + 2, front: "")
            }
        case .array(let elements)
        where !elements.isEmpty && (self.isSpread(path) || line.count > Self.width || self.isCommentedInside(path)):
            self.text += "\(front)\(sign)\n"
            for (index, element) in elements.enumerated() {
                self.comment(at: path[index], indent: indent + 2)
                self.entry(self.blanks(indent + 2), "-", element, at: path[index], indent: indent + 2)
            }
        default: self.text += line + "\n"
        }
    }

    /// What has lines of its own even if it is short, so that plans look alike: stages, metrics and their rules.
    private func isSpread(_ path: FieldPath) -> Bool {
        let names = path.steps.map { step in
            switch step {
            case .member(let name): name
            case .element: "[]"
            }
        }
        return [
            ["spec"], ["spec", "cohorts"], ["spec", "metrics"], ["spec", "metrics", "[]"],
            ["spec", "metrics", "[]", "rules"], ["spec", "stages"], ["spec", "stages", "[]"],
        ].contains(names)
    }

    private func isCommentedInside(_ path: FieldPath) -> Bool {
        self.comments.keys.contains { $0.steps.count > path.steps.count && $0.steps.starts(with: path.steps) }
    }

    /// A value in one line.
    private func flow(_ value: JSONValue) -> String {
        switch value {
        case .null, .bool: value.canonicalText
        case .integer, .double: ScalarText.ofNumber(value)
        case .string(let text): ScalarText.of(text)
        case .array(let elements): "[" + elements.map { self.flow($0) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + FieldOrder.sorted(members.filter { $0.value != .null })
                .map { "\(ScalarText.of($0.name)): \(self.flow($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    /// A comment in lines of its own, broken at blanks.
    private mutating func comment(at path: FieldPath, indent: Int) {
        guard let comment = self.comments[path] else { return }
        for paragraph in comment.split(separator: "\n") {
            var line = self.blanks(indent) + "#"
            for word in paragraph.split(separator: " ") {
                if line.count + 1 + word.count > Self.width, line.count > indent + 1 {
                    self.text += line + "\n"
                    line = self.blanks(indent) + "#"
                }
                line += " " + word
            }
            self.text += line + "\n"
        }
    }

    private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}
