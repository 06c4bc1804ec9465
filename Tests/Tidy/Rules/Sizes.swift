/// How long lines, files and functions may be.
enum Sizes {
    static let columns = 120
    static let fileLines = 400
    static let functionLines = 70

    static func longLines(_ file: TextFile) -> [Violation] {
        file.lines.enumerated().filter { $1.count > self.columns }.map { index, line in
            file.violation(index + 1, "is \(line.count) columns wide; break it before column \(self.columns + 1)")
        }
    }

    static func longFiles(_ file: TextFile) -> [Violation] {
        guard file.lines.count > self.fileLines else { return [] }
        return [
            file.violation(
                0, "has \(file.lines.count) lines; divide it: a file is one idea in \(self.fileLines) at most")
        ]
    }

    static func longFunctions(_ file: SwiftFile) -> [Violation] {
        FunctionBodies(file.code).filter { $0.lines > self.functionLines }.map { body in
            file.violation(
                body.start, "a function of \(body.lines) lines; name a part of it, \(self.functionLines) are the most")
        }
    }
}

/// The functions and initializers of a file, found by counting braces.
struct FunctionBodies: Sequence {
    struct Body {
        /// The line of the declaration, from 1.
        var start: Int
        var lines: Int
    }

    private var bodies: [Body] = []

    init(_ code: [String]) {
        let bytes = Array(code.joined(separator: "\n").utf8)
        var (index, line) = (0, 1)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            guard bytes[index].isIdentifier else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, bytes[index].isIdentifier { index += 1 }
            let isMember = start > 0 && bytes[start - 1] == UInt8(ascii: ".")
            if !isMember, Self.opens(bytes[start..<index]), let lines = Self.lines(bytes, from: index) {
                self.bodies.append(Body(start: line, lines: lines))
            }
        }
    }

    func makeIterator() -> IndexingIterator<[Body]> { self.bodies.makeIterator() }

    private static func opens(_ word: ArraySlice<UInt8>) -> Bool {
        ["func", "init", "deinit", "subscript"].contains { $0.utf8.elementsEqual(word) }
    }

    /// Lines from here to the end of the body that follows; nil where none does, as in a protocol.
    private static func lines(_ bytes: [UInt8], from start: Int) -> Int? {
        var (index, line, braces, parentheses) = (start, 1, 0, 0)
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
            case UInt8(ascii: "{") where braces > 0 || parentheses <= 0: braces += 1
            case UInt8(ascii: "}") where braces > 0 || parentheses <= 0:
                braces -= 1
                if braces <= 0 { return braces == 0 ? line : nil }
            case UInt8(ascii: "\n"):
                line += 1
                if braces == 0, parentheses <= 0, !self.continues(bytes[(index + 1)...]) { return nil }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Whether a signature goes on in the next line.
    private static func continues(_ rest: ArraySlice<UInt8>) -> Bool {
        let next = rest.drop { $0 == UInt8(ascii: " ") }
        return ["{", "where", "->", "throws", "async", "rethrows"].contains { next.starts(with: $0.utf8) }
    }
}

extension UInt8 {
    /// A letter, a digit, `_`, or part of a letter beyond ASCII.
    var isIdentifier: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
