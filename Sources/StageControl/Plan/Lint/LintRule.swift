/// One thing that a good plan does, and how a plan that does not is found.
///
/// A rule is a pure function of a plan. Its name is public and is never renamed.
public struct LintRule: Sendable {
    /// What findings call it, such as `full-weeks`.
    public let name: String
    /// What a finding of it means.
    public let severity: LintSeverity
    /// What a plan must do, in a sentence.
    public let meaning: String
    /// Objects to what it finds.
    let check: @Sendable (ReleasePlan.Spec, inout Objections) -> Void

    init(
        _ name: String, _ severity: LintSeverity, _ meaning: String,
        check: @escaping @Sendable (ReleasePlan.Spec, inout Objections) -> Void
    ) {
        self.name = name
        self.severity = severity
        self.meaning = meaning
        self.check = check
    }
}

/// What a finding means.
public enum LintSeverity: String, CaseIterable, Hashable, Sendable {
    /// The plan should not be approved.
    case error
    /// The plan can be carried out, and its authors should know this first.
    case warning
}

/// What a rule objects to.
struct Objections {
    private(set) var all: [(path: FieldPath, reason: String)] = []

    /// Says what a field is, what was expected, and what to do.
    mutating func add(_ path: FieldPath, _ reason: String) { self.all.append((path, reason)) }
}

/// Something in a plan that its authors should change or know.
public struct LintFinding: Hashable, Sendable, CustomStringConvertible {
    /// The rule's name.
    public let rule: String
    /// What it means.
    public let severity: LintSeverity
    /// The field.
    public let path: FieldPath
    /// Its line in the file, from 1, if the plan was read from one.
    public let line: Int?
    /// What was found, what was expected and what to do, for people.
    public let reason: String

    /// One line: `12: error: spec.stages[2].bake.min: is …  [full-weeks]`.
    public var description: String {
        let place = self.line.map { "\($0): " } ?? ""
        return "\(place)\(self.severity.rawValue): \(self.path): \(self.reason) [\(self.rule)]"
    }
}

extension FieldPath {
    static let spec = FieldPath.document["spec"]

    /// A stage, by its place.
    static func stage(_ index: Int) -> FieldPath { self.spec["stages"][index] }
    /// A metric, by its place.
    static func metric(_ index: Int) -> FieldPath { self.spec["metrics"][index] }
    /// A cohort, by its place.
    static func cohort(_ index: Int) -> FieldPath { self.spec["cohorts"][index] }
}
