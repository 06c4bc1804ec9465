/// Why a document is not a plan, at one place.
public struct PlanFault: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault. The raw value is public and is never renamed.
    public enum Rule: String, CaseIterable, Hashable, Sendable {
        /// A field that plans do not have.
        case unknownField = "unknown-field"
        /// A field that has no default is not there.
        case missingField = "missing-field"
        /// Text where a number is expected, a list where an object is, and so on.
        case wrongType = "wrong-type"
        /// A word that is none of those which the field knows.
        case unknownValue = "unknown-value"
        /// A text that has not the form which the field asks for.
        case malformedText = "malformed-text"
        /// A span of time in a unit that there is not.
        case unknownUnit = "unknown-unit"
        /// A number outside what is possible.
        case outOfRange = "out-of-range"
        /// More elements than a plan may have.
        case tooMany = "too-many"
        /// Two elements of one list with the same name.
        case duplicateName = "duplicate-name"
        /// Two fields that cannot both hold.
        case contradiction
    }

    /// The field.
    public let path: FieldPath
    /// Its line in the file, from 1, if the source has lines.
    public let line: Int?
    /// The kind of fault.
    public let rule: Rule
    /// What was found, what was expected and what to do, for people.
    public let reason: String

    /// A fault with all its fields.
    public init(path: FieldPath, line: Int?, rule: Rule, reason: String) {
        self.path = path
        self.line = line
        self.rule = rule
        self.reason = reason
    }

    /// One line: `12: spec.stages[2].bake.min: is …  [unknown-unit]`.
    public var description: String {
        let place = self.line.map { "\($0): " } ?? ""
        let field = self.path == .document ? "" : "\(self.path): "
        return "\(place)\(field)\(self.reason) [\(self.rule.rawValue)]"
    }
}

/// Everything that keeps a document from being a plan, at once.
public struct PlanFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one, in the order in which plans are written.
    public let faults: [PlanFault]

    /// One fault a line.
    public var description: String { self.faults.map(\.description).joined(separator: "\n") }
}
