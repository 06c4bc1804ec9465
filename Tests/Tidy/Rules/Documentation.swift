/// Every public declaration of the words, the rules and the wire formats says what it is.
enum Documentation {
    static func missing(_ file: SwiftFile) -> [Violation] {
        guard let room = file.room, Rooms.pure.contains(room) else { return [] }
        return file.code.indices.compactMap { index in
            guard let name = PublicDeclaration.name(in: file.code[index]), !file.lineAbove(index).hasPrefix("///")
            else {
                return nil
            }
            return file.violation(index + 1, "\(name) has no documentation; say in a sentence what it is")
        }
    }
}

enum PublicDeclaration {
    private static let modifiers: Set<Substring> = [
        "static", "final", "class", "mutating", "nonmutating", "override", "indirect", "lazy", "weak", "unowned",
        "nonisolated", "consuming", "borrowing", "prefix", "postfix", "infix", "required", "convenience", "dynamic",
        "private(set)", "internal(set)", "fileprivate(set)", "package(set)", "sending",
    ]
    private static let keywords: Set<Substring> = [
        "func", "struct", "enum", "class", "actor", "protocol", "var", "let", "typealias", "subscript",
    ]
    /// Requirements of the standard library's protocols, which say nothing new.
    private static let known: Set<Substring> = [
        "description", "debugDescription", "customMirror", "hash", "encode", "makeIterator",
    ]

    /// The name of what a line of code declares for other targets, if it must be documented.
    static func name(in line: String) -> String? {
        var words = line.split { " \t".contains($0) }[...]
        while let word = words.first, word.hasPrefix("@") { words = words.dropFirst() }
        var isPublic = false
        while let word = words.first {
            if word == "public" || word == "package" || word == "open" {
                isPublic = true
            } else if word == "class", words.dropFirst().first.map({ self.keywords.contains($0) }) != true {
                break
            } else if !self.modifiers.contains(word) {
                break
            }
            words = words.dropFirst()
        }
        guard isPublic, let keyword = words.first else { return nil }
        if keyword.hasPrefix("init") { return self.initializer(words.joined(separator: " ")) }
        if keyword.hasPrefix("subscript") { return "subscript" }
        guard self.keywords.contains(keyword), let word = words.dropFirst().first else { return nil }
        let name = word.prefix { $0.isPartOfName || $0 == "`" }
        // An operator has no name of letters.
        guard !name.isEmpty, !self.known.contains(name) else { return nil }
        return "\(keyword) \(name)"
    }

    /// An initializer without parameters, or one of `Decodable`, needs no words.
    private static func initializer(_ text: String) -> String? {
        let parameters = text.drop { $0 != "(" }
        return parameters.hasPrefix("()") || parameters.hasPrefix("(from ") ? nil : "init"
    }
}
