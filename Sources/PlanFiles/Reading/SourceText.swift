/// A text of which a parser and an eye see the same lines and characters.
struct SourceText {
    /// A place, counted from 1; columns in Unicode scalars, as YAML parsers count.
    struct Place: Hashable, Comparable {
        let line: Int
        let column: Int

        static func < (lhs: Self, rhs: Self) -> Bool { (lhs.line, lhs.column) < (rhs.line, rhs.column) }
    }

    /// The lines, without what ends them.
    private(set) var lines: [[Unicode.Scalar]] = [[]]

    /// Takes well-formed UTF-8 without a byte order mark, and in it what every editor shows.
    init(_ bytes: [UInt8]) throws(PlanFileFaults) {
        guard bytes.count <= PlanFile.maximumBytes else {
            throw PlanFileFaults(
                .tooLarge, nil, "the file has more than \(PlanFile.maximumBytes) bytes, the most that a plan may have")
        }
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw PlanFileFaults(
                .encoding, Place(line: 1, column: 1),
                "the file begins with a byte order mark; save it as UTF-8 without one")
        }
        let isUTF16 = [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(bytes.prefix(2))) || bytes.prefix(2).contains(0)
        guard !isUTF16 else {
            throw PlanFileFaults(.encoding, Place(line: 1, column: 1), "the file is UTF-16; save it as UTF-8")
        }
        let end = Self.endOfUTF8(in: bytes)
        try self.take(String(decoding: bytes[..<end], as: UTF8.self))
        guard end == bytes.count else {
            throw PlanFileFaults(.encoding, self.end, "the file is not UTF-8 from here on; save it as UTF-8")
        }
    }

    /// The place behind the last character.
    var end: Place { Place(line: self.lines.count, column: (self.lines.last?.count ?? 0) + 1) }

    /// The text, each line ended by a line feed.
    var text: String {
        var text = ""
        for line in self.lines {
            text.unicodeScalars.append(contentsOf: line)
            text.append("\n")
        }
        return text
    }

    /// The character at a place; nil at the end of a line and beyond.
    subscript(place: Place) -> Unicode.Scalar? {
        guard self.lines.indices.contains(place.line - 1) else { return nil }
        let line = self.lines[place.line - 1]
        return line.indices.contains(place.column - 1) ? line[place.column - 1] : nil
    }

    /// Puts characters in front of a place.
    mutating func insert(_ text: String, at place: Place) {
        self.lines[place.line - 1].insert(contentsOf: text.unicodeScalars, at: place.column - 1)
    }

    /// How many of the first bytes are well-formed.
    private static func endOfUTF8(in bytes: [UInt8]) -> Int {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return bytes.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private mutating func take(_ text: String) throws(PlanFileFaults) {
        var line: [Unicode.Scalar] = []
        var isAfterReturn = false
        self.lines = []
        for scalar in text.unicodeScalars {
            let place = Place(line: self.lines.count + 1, column: line.count + 1)
            guard !isAfterReturn || scalar == "\n" else { throw Self.refusal(of: "\r", place) }
            isAfterReturn = scalar == "\r"
            switch scalar {
            case "\r": continue
            case "\n":
                self.lines.append(line)
                line = []
            case "\t": line.append(scalar)
            default:
                guard Self.isShown(scalar) else { throw Self.refusal(of: scalar, place) }
                line.append(scalar)
            }
        }
        self.lines.append(line)
        guard !isAfterReturn else { throw Self.refusal(of: "\r", self.end) }
    }

    /// Whether editors show it as a character of its line. Those that turn the direction of text around could show
    /// people another plan than the one that they approve.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        case .format: scalar == "\u{AD}" || scalar == "\u{200C}" || scalar == "\u{200D}"
        default: true
        }
    }

    private static func refusal(of scalar: Unicode.Scalar, _ place: Place) -> PlanFileFaults {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let advice =
            scalar == "\r" ? "end lines by a line feed" : "take it out, or write it as an escape in a quoted text"
        return PlanFileFaults(.character, place, "the character \(code) is none that editors show; \(advice)")
    }
}
