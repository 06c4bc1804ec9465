import Yams

/// A text as the tree that Yams makes of it, with what Yams does not tell: where the second of two equal keys stands.
///
/// Yams refuses a text in which a key is there twice, and names the first place only. So that key is renamed there and
/// the text read again, as often as needed; the tree then has both, and everything after them.
struct YAMLComposition {
    /// The document; nil if there is none.
    let root: Node?
    private let renamings: [Renaming]

    /// A key that was renamed, at its place in the text as it was then.
    private struct Renaming {
        let place: SourceText.Place
        let prefix: String
        let name: String
    }

    /// The most renamings of one text. Who has more keys twice mends these first.
    private static let mostRenamings = 32

    init(_ source: SourceText) throws(PlanFileFaults) {
        var (source, renamings) = (source, [Renaming]())
        while true {
            do {
                self.root = try Yams.compose(yaml: source.text, .basic, .default, .utf8)
                self.renamings = renamings
                return
            } catch {
                guard let fault = error as? YamlError else {
                    throw PlanFileFaults(.syntax, nil, "not YAML: \(error)")
                }
                guard case .duplicatedKeysInMapping(let names, let context) = fault, let name = names.first else {
                    throw PlanFileFaults(fault, in: source)
                }
                let place = SourceText.Place(line: context.mark.line, column: context.mark.column)
                guard renamings.count < Self.mostRenamings,
                    let renaming = Self.rename(name, at: place, &source, renamings.count)
                else {
                    throw PlanFileFaults(.duplicateKey, place, "the key \(name) is there more than once; keep one")
                }
                renamings.append(renaming)
            }
        }
    }

    /// The name that a key of the tree has in the file.
    func name(_ key: String) -> String { self.renamings.first { $0.prefix + $0.name == key }?.name ?? key }

    /// The place that a mark of the tree has in the file.
    func place(_ mark: Mark) -> SourceText.Place {
        var place = SourceText.Place(line: mark.line, column: mark.column)
        for renaming in self.renamings.reversed() where renaming.place.line == place.line {
            guard renaming.place.column < place.column else { continue }
            place = SourceText.Place(line: place.line, column: place.column - renaming.prefix.unicodeScalars.count)
        }
        return place
    }

    private static func rename(
        _ name: String, at place: SourceText.Place, _ source: inout SourceText, _ number: Int
    ) -> Renaming? {
        guard let first = source[place], !"!&*[{|>".unicodeScalars.contains(first) else { return nil }
        let isQuoted = first == "\"" || first == "'"
        let prefix = "one-of-two-\(number)-"
        source.insert(prefix, at: isQuoted ? SourceText.Place(line: place.line, column: place.column + 1) : place)
        return Renaming(place: place, prefix: prefix, name: name)
    }
}

extension PlanFileFaults {
    /// What Yams says about a text, with what is probably meant.
    fileprivate init(_ error: YamlError, in source: SourceText) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = SourceText.Place(line: mark.line, column: mark.column)
            switch problem {
            case "but found another document":
                self.init(.severalDocuments, place, "another document begins here; a file holds one plan")
            case "found undefined alias": self.init(.alias, place, Self.aliasReason)
            default:
                let within = context.map { ", \($0.text) that begins in line \($0.mark.line)" } ?? ""
                let advice = Self.advice(problem).map { "; \($0)" } ?? ""
                self.init(.syntax, place, "not YAML: \(problem)\(within)\(advice)")
            }
        // Of the limits of the parser only that of the depth can be reached by a text of this size.
        case .memory: self.init(.tooDeep, nil, "objects and lists are nested more than \(PlanFile.maximumDepth) deep")
        default: self.init(.syntax, nil, "not YAML: \(error)")
        }
    }

    /// What to do instead of an anchor or alias.
    static let aliasReason =
        "an anchor or alias stands here; neither is read, so write out what is meant"

    private static func advice(_ problem: String) -> String? {
        switch problem {
        case "did not find expected key", "did not find expected '-' indicator":
            "see whether it is indented as what stands around it"
        case "mapping values are not allowed in this context", "could not find expected ':'":
            "a key stands on one line with its colon and a blank, and a text with a colon in it is quoted"
        case "found character that cannot start any token": "a text that begins with @, ` or % is quoted"
        case "found unexpected end of stream": "a quote is not closed"
        case "did not find expected ',' or ']'": "a list in brackets is not closed, or lacks a comma"
        case "did not find expected ',' or '}'": "an object in braces is not closed, or lacks a comma"
        default: nil
        }
    }
}
