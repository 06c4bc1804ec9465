/// One text file of the repository, or a sample that plays one.
struct TextFile: Sendable {
    /// From the root of the repository, with slashes.
    let path: String
    let text: String
    let lines: [Substring]

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        self.lines = lines
    }

    /// The first folders and the name: `["Sources", "Quota", "LeakyBucket.swift"]`.
    var components: [Substring] { self.path.split(separator: "/") }

    var name: Substring { self.components.last ?? "" }

    /// The folder of the file, without a slash at the end; empty for the root.
    var folder: String { self.components.dropLast().joined(separator: "/") }

    func violation(_ line: Int, _ advice: String) -> Violation {
        Violation(path: self.path, line: line, advice: advice)
    }
}

/// A Swift file with its code apart from its words.
struct SwiftFile: Sendable {
    let file: TextFile
    /// The lines with comments and string literals blanked out; as many as there are lines, each as long in bytes.
    let code: [String]

    init(_ file: TextFile) {
        self.file = file
        var code = SwiftCode.blanked(Array(file.text.utf8))
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if code.last == "" { code.removeLast() }
        self.code = code
    }

    init(_ path: String, _ text: String) {
        self.init(TextFile(path, text))
    }

    /// The target that the file belongs to, for files in `Sources`.
    var room: String? {
        let components = self.file.components
        return components.count > 2 && components[0] == "Sources" ? String(components[1]) : nil
    }

    func violation(_ line: Int, _ advice: String) -> Violation { self.file.violation(line, advice) }

    /// The line above `index` that is not an attribute, without its indentation.
    func lineAbove(_ index: Int) -> Substring {
        var index = index - 1
        while index >= 0, self.file.lines[index].trimmed.hasPrefix("@") { index -= 1 }
        return index >= 0 ? self.file.lines[index].trimmed : ""
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: SubSequence {
        guard let first = self.firstIndex(where: { !$0.isWhitespace }),
            let last = self.lastIndex(where: { !$0.isWhitespace })
        else { return self[self.startIndex..<self.startIndex] }
        return self[first...last]
    }
}
