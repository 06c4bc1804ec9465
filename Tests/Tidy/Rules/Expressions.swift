/// Code that is not written here, and what to write instead.
enum Expressions {
    struct Banned: Sendable {
        var code: String
        var advice: String
        /// The targets in which it is banned.
        var applies: @Sendable (_ room: String) -> Bool

        init(_ code: String, _ advice: String, in applies: @escaping @Sendable (_ room: String) -> Bool) {
            self.code = code
            self.advice = advice
            self.applies = applies
        }
    }

    static let banned: [Banned] = [
        Banned("try!", "let the error pass, or show why it cannot happen and precondition that", in: isAny),
        Banned("fatalError(", "throw, or precondition what a programmer got wrong", in: isAny),
        Banned("as!", "cast with as? and say what is done when it fails", in: isAny),
        Banned("Mutex(", "use NIOLockedValueBox: Mutex of this toolchain collapses under contention", in: isAny),
        Banned("print(", "log through the Logger that was handed down", in: isSilent),
        Banned("Task {", "rules are synchronous; the shell that calls them may wait", in: isPure),
        Banned("Task.detached", "rules are synchronous; the shell that calls them may wait", in: isPure),
        Banned("Date()", "take the time as a parameter", in: isPure),
        Banned("UUID()", "take a generator of random numbers as a parameter", in: isPure),
        Banned("SystemRandomNumberGenerator", "take a generator of random numbers as a parameter", in: isPure),
    ]

    private static let isAny: @Sendable (String) -> Bool = { _ in true }
    private static let isSilent: @Sendable (String) -> Bool = { !Rooms.printing.contains($0) }
    private static let isPure: @Sendable (String) -> Bool = { Rooms.pure.contains($0) }

    static func find(_ file: SwiftFile) -> [Violation] {
        guard let room = file.room else { return [] }
        let rules = self.banned.filter { $0.applies(room) }
        return file.code.enumerated().flatMap { index, line in
            var violations = rules.filter { line.containsWord($0.code) }.map {
                file.violation(index + 1, "\($0.code) is not written here; \($0.advice)")
            }
            if Rooms.pure.contains(room), self.readsClock(line) {
                violations.append(file.violation(index + 1, "reads a clock; take the time as a parameter"))
            }
            return violations
        }
    }

    /// `.now` of a clock or an instant. A property of a value that is called `now` is not one.
    private static func readsClock(_ line: String) -> Bool {
        line.ranges(of: ".now").contains { range in
            if line[range.upperBound...].first?.isPartOfName == true { return false }
            let owner = line[..<range.lowerBound].reversed().prefix { $0.isPartOfName }
            if owner.isEmpty { return !")]?!".contains(line[..<range.lowerBound].last ?? " ") }
            return owner.last?.isUppercase == true
        }
    }
}

/// Promises that a compiler does not check.
enum UncheckedPromises {
    /// How many the sources hold at the most: three of the log writer's thread. It may fall; it rises only with a
    /// decision.
    static let most = 3

    static let forms = ["@unchecked Sendable", "nonisolated(unsafe)"]

    static func places(_ file: SwiftFile) -> [Int] {
        guard file.room != nil else { return [] }
        return file.code.indices.filter { index in self.forms.contains { file.code[index].contains($0) } }
    }

    static func unexplained(_ file: SwiftFile) -> [Violation] {
        self.places(file).filter { !file.lineAbove($0).hasPrefix("//") }.map {
            file.violation($0 + 1, "promises what no compiler checks; name the lock or the thread in a comment above")
        }
    }

    static func tooMany(_ files: [SwiftFile], most: Int = most) -> [Violation] {
        let places = files.flatMap { file in self.places(file).map { (file, $0 + 1) } }
        guard places.count > most else { return [] }
        return places.map { file, line in
            file.violation(line, "is one of \(places.count) unchecked promises, \(most) are allowed; use a lock box")
        }
    }
}

extension String {
    /// Whether `word` stands here and is not the end of a longer name or of a member's.
    func containsWord(_ word: String) -> Bool {
        self.ranges(of: word).contains { range in
            guard let before = self[..<range.lowerBound].last else { return true }
            return !(before.isPartOfName || before == "." || before == "`")
        }
    }
}

extension Character {
    /// A letter, a digit or `_`.
    var isPartOfName: Bool { self.isLetter || self.isNumber || self == "_" }
}
