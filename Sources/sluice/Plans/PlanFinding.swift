import PlanFiles
import StageControl
import StrictJSON

/// Something about a plan that its authors should change or know: of its text, of its fields, or of its sense.
struct PlanFinding: Hashable {
    let severity: LintSeverity
    /// From 1; nil if it is about the whole file.
    let line: Int?
    /// From 1; only a fault of the text has one.
    let column: Int?
    /// The field; nil of a fault of the text.
    let path: FieldPath?
    let rule: String
    let reason: String

    init(_ fault: PlanFileFault) {
        (self.severity, self.line, self.column, self.path) = (.error, fault.line, fault.column, nil)
        (self.rule, self.reason) = (fault.rule.rawValue, fault.reason)
    }

    init(_ fault: PlanFault) {
        (self.severity, self.line, self.column, self.path) = (.error, fault.line, nil, fault.path)
        (self.rule, self.reason) = (fault.rule.rawValue, fault.reason)
    }

    init(_ finding: LintFinding) {
        (self.severity, self.line, self.column, self.path) = (finding.severity, finding.line, nil, finding.path)
        (self.rule, self.reason) = (finding.rule, finding.reason)
    }

    /// As compilers write it, so that editors find the place: `plan.yaml:34: error: spec.stages[2].bake: …  [rule]`.
    func text(in file: String) -> String {
        let place = ([file] + [self.line, self.column].compactMap { $0.map { "\($0)" } }).joined(separator: ":")
        let field = self.path.map { $0 == .document ? "" : "\($0): " } ?? ""
        return Table.visible("\(place): \(self.severity.rawValue): \(field)\(self.reason) [\(self.rule)]")
    }

    var document: JSONValue {
        var members: [String: JSONValue] = [
            "severity": .string(self.severity.rawValue), "rule": .string(self.rule), "reason": .string(self.reason),
        ]
        members["line"] = self.line.map { .integer(Int64($0)) }
        members["column"] = self.column.map { .integer(Int64($0)) }
        members["path"] = self.path.map { .string($0.description) }
        return .object(members)
    }
}

/// What was found in a plan: errors before warnings, both by line.
struct PlanFindings: Hashable {
    let all: [PlanFinding]

    init(_ findings: [PlanFinding]) {
        // By hand stable: findings of one line stay in the order of the rules.
        self.all = findings.enumerated().sorted { one, other in
            let (left, right) = (one.element, other.element)
            if left.severity != right.severity { return left.severity == .error }
            return (left.line ?? 0, left.column ?? 0, one.offset) < (right.line ?? 0, right.column ?? 0, other.offset)
        }.map(\.element)
    }

    var errors: Int { self.all.count { $0.severity == .error } }
    var warnings: Int { self.all.count { $0.severity == .warning } }

    /// How many of which: `1 error, 2 warnings`.
    var count: String {
        guard !self.all.isEmpty else { return "nothing found" }
        return [(self.errors, "error"), (self.warnings, "warning")].filter { $0.0 > 0 }
            .map { $0 == 1 ? "1 \($1)" : "\($0) \($1)s" }.joined(separator: ", ")
    }
}
