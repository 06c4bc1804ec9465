/// Finds aliases before a parser follows them.
///
/// Twenty lines of anchors and aliases can stand for a billion elements, and the parser compares keys as a whole. So
/// what can be an alias of an anchor in the same text is refused before parsing. An anchor alone is harmless, and is
/// refused after parsing, where it is known whether it is one or a part of a quoted text.
enum AliasGuard {
    /// Where the first alias stands that some anchor could have been given for.
    static func firstAlias(in text: SourceText) -> SourceText.Place? {
        let anchors = Set(self.marks("&", in: text).map(\.name))
        guard !anchors.isEmpty else { return nil }
        return self.marks("*", in: text).first { anchors.contains($0.name) }?.place
    }

    /// Every name behind a sign, where the sign can begin something: a word of text in quotes may be among them.
    private static func marks(
        _ sign: Unicode.Scalar, in text: SourceText
    ) -> [(name: String, place: SourceText.Place)] {
        text.lines.enumerated().flatMap { number, line in
            line.indices.compactMap { column in
                guard line[column] == sign, column == 0 || self.mayPrecede(line[column - 1]) else { return nil }
                let name = line[(column + 1)...].prefix { self.isName($0) }
                guard !name.isEmpty else { return nil }
                let place = SourceText.Place(line: number + 1, column: column + 1)
                return (String(String.UnicodeScalarView(name)), place)
            }
        }
    }

    private static func mayPrecede(_ scalar: Unicode.Scalar) -> Bool { " \t[{,:?-".unicodeScalars.contains(scalar) }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
