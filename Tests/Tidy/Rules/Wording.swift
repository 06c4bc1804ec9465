/// Names and words that say nothing, or say too much.
enum Wording {
    static let emptyWords: Set<String> = [
        "Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Impl",
    ]

    /// Types and files that are named for nothing.
    static func emptyNames(_ file: SwiftFile) -> [Violation] {
        let stem = file.file.name.prefix { $0 != "." && $0 != "+" }
        var violations: [Violation] = []
        if let word = self.emptyWord(in: stem) {
            violations.append(file.violation(0, "is named \(word); name it for what it is about"))
        }
        let keywords: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
        for (index, line) in file.code.enumerated() {
            let words = line.split { !$0.isPartOfName }
            for (keyword, name) in zip(words, words.dropFirst()) where keywords.contains(keyword) {
                guard let word = self.emptyWord(in: name) else { continue }
                violations.append(file.violation(index + 1, "\(name) is a \(word); name it for what it does"))
            }
        }
        return violations
    }

    private static func emptyWord(in name: Substring) -> String? {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return words.first { self.emptyWords.contains($0) }
    }

    private static let openMarks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

    /// Work that was left for later.
    static func leftForLater(_ file: TextFile) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            self.openMarks.filter { line.containsWholeWord($0) }.map {
                file.violation(index + 1, "\($0): do it now, or open an issue and say here what holds today")
            }
        }
    }

    private static let machineFolders = ["work", "root"].map { "/\($0)/" }

    /// Paths that exist on one machine only.
    static func machinePaths(_ file: TextFile) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            self.machineFolders.filter { folder in
                line.ranges(of: folder).contains { range in
                    guard let before = line[..<range.lowerBound].last else { return true }
                    return !(before.isPartOfName || "-./}*".contains(before))
                }
            }.map { file.violation(index + 1, "names \($0) of one machine; write it from the repository's root") }
        }
    }
}

extension StringProtocol {
    func containsWholeWord(_ word: String) -> Bool {
        self.ranges(of: word).contains { range in
            self[..<range.lowerBound].last?.isPartOfName != true
                && self[range.upperBound...].first?.isPartOfName != true
        }
    }
}
