import StrictJSON

/// A document while it is read: where in it we are, and what was found wrong so far.
///
/// Reading goes on after a fault, so that an author sees all of them at once.
struct Reading {
    private(set) var path = FieldPath.document
    private(set) var faults: [PlanFault] = []
    private let source: PlanSource
    private let inheritance: Inheritance

    init(_ source: PlanSource, _ inheritance: Inheritance) {
        self.source = source
        self.inheritance = inheritance
    }

    /// Reads something one step further down.
    mutating func within<Value>(
        _ step: FieldPath.Step, _ read: (inout Reading) -> Value
    ) -> Value {
        let outside = self.path
        self.path = FieldPath(steps: outside.steps + [step])
        defer { self.path = outside }
        return read(&self)
    }

    /// Notes a fault of the field that is being read, or of a member of it.
    mutating func note(_ rule: PlanFault.Rule, _ reason: String, of member: String? = nil) {
        let path = member.map { self.path[$0] } ?? self.path
        // What is taken over is reported where it is written.
        guard !self.inheritance.covers(path) else { return }
        self.faults.append(PlanFault(path: path, line: self.source.line(of: path), rule: rule, reason: reason))
    }

    /// The members of an object; anything else is a fault.
    mutating func members(of value: JSONValue, expected: String) -> [String: JSONValue]? {
        if case .object(let members) = value { return members }
        self.note(.wrongType, "is \(value.kindInWords); expected \(expected)")
        return nil
    }

    /// Notes every member that is not known, with the known one that it resembles.
    mutating func refuseMembers(of members: [String: JSONValue], except known: [String]) {
        for name in members.keys.sorted() where !known.contains(name) {
            let hint =
                Spelling.nearest(to: name, among: known).map { "did you mean \($0)?" }
                ?? "known here: \(known.joined(separator: ", "))"
            self.note(.unknownField, "is no field of a plan; \(hint)", of: name)
        }
    }
}

extension JSONValue {
    /// What it is, for a message: `the number 3`.
    var kindInWords: String {
        switch self {
        case .null: "empty"
        case .bool(let flag): "the word \(flag)"
        case .integer, .double: "the number \(self.canonicalText)"
        case .string(let text): text.count <= 40 ? "the text '\(text)'" : "the text '\(text.prefix(40))…'"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
