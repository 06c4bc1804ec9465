/// Why a file cannot be read as the document of a plan, at one place.
///
/// It is about the text alone. What the document then lacks to be a plan, `PlanFaults` says.
public struct PlanFileFault: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault. The raw value is public and is never renamed.
    public enum Rule: String, CaseIterable, Hashable, Sendable {
        /// More bytes than ``PlanFile/maximumBytes``.
        case tooLarge = "too-large"
        /// Nothing but blanks and comments.
        case empty
        /// Not UTF-8, or with a byte order mark.
        case encoding
        /// A character that editors do not show, or that parsers take for the end of a line.
        case character
        /// A tab where blanks indent.
        case tab
        /// Not YAML, or not JSON.
        case syntax
        /// A second document in the same file.
        case severalDocuments = "several-documents"
        /// Something that stands for something else: an anchor, an alias, a merge key.
        case alias
        /// A type that is given by hand, such as `!!int`.
        case tag
        /// A key that is no text.
        case key
        /// A key that is there twice in one object.
        case duplicateKey = "duplicate-key"
        /// Objects and lists inside each other beyond ``PlanFile/maximumDepth``.
        case tooDeep = "too-deep"
    }

    /// The kind of fault.
    public let rule: Rule
    /// The line, from 1; nil if it is about the whole file.
    public let line: Int?
    /// The character in the line, from 1, counted in Unicode scalars; nil if it is about the whole file.
    public let column: Int?
    /// What was found, what was expected and what to do, for people.
    public let reason: String

    /// A fault at a place.
    public init(_ rule: Rule, line: Int? = nil, column: Int? = nil, reason: String) {
        self.rule = rule
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// One line: `12:5: a tab indents this line; …  [tab]`.
    public var description: String {
        let place = [self.line, self.column].compactMap { $0.map { "\($0):" } }.joined()
        return (place.isEmpty ? "" : place + " ") + "\(self.reason) [\(self.rule.rawValue)]"
    }
}

/// Everything that keeps a file from being read, as far as it can be seen at once.
public struct PlanFileFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one, in the order of the file.
    public let faults: [PlanFileFault]

    init(_ faults: [PlanFileFault]) { self.faults = faults }

    init(_ rule: PlanFileFault.Rule, _ place: SourceText.Place? = nil, _ reason: String) {
        self.init([PlanFileFault(rule, line: place?.line, column: place?.column, reason: reason)])
    }

    /// One fault a line.
    public var description: String { self.faults.map(\.description).joined(separator: "\n") }
}
