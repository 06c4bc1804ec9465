import StrictJSON

/// An explanation of admission in the order in which it is decided: rules, key, model, grants, answer.
struct ExplanationText {
    let explanation: JSONValue

    init(_ explanation: JSONValue) {
        self.explanation = explanation
    }

    /// The steps, the grants that were asked, and the answer at the end.
    var text: String {
        Table.fields(self.steps + self.grants + self.answer)
    }

    private var steps: [(name: String, value: String)] {
        let caller = self.explanation["caller"]
        let target = self.explanation["target"]
        let held = target?["held"]?.stringValue.map { ", on hold: \($0)" } ?? ""
        let version = target?["version_name"]?.stringValue.map { ", version \($0)" } ?? ", without a current version"
        return [
            ("rules", "\(self.explanation.text("freshness")), as of \(self.explanation.moment("at"))"),
            ("key", self.explanation.text("key")),
            (
                "caller",
                caller.map { "\($0.text("name")), \($0.text("intent")), \($0.text("exposure"))" } ?? "nobody"
            ),
            ("model", target.map { "\($0.text("name"))\(version)\(held)" } ?? "there is none of this name"),
            ("may know of it", self.explanation.text("may_know")),
        ]
    }

    private var grants: [(name: String, value: String)] {
        let considered = self.explanation["considered"]?.arrayValue ?? []
        guard !considered.isEmpty else { return [("grants", "none")] }
        return considered.map { grant in
            let id = grant["grant"]?["id"]?.stringValue ?? "?"
            let isAdmitting = grant["admits"]?.boolValue == true
            return (id, isAdmitting ? "lets it in" : "does not: " + Self.reasons(grant["denials"]))
        }
    }

    private var answer: [(name: String, value: String)] {
        if let admitted = self.explanation["decision"]?["admitted"] {
            let version = admitted["version"]?["name"]?.stringValue ?? "?"
            return [("answer", "admitted under \(admitted["grant"]?["id"]?.stringValue ?? "?"), version \(version)")]
        }
        return [("answer", "refused: " + Self.reasons(self.explanation["decision"]?["refused"]))]
    }

    private static func reasons(_ denials: JSONValue?) -> String {
        (denials?.arrayValue ?? []).map { denial in
            let field = denial["field"]?.stringValue.map { " (\($0))" } ?? ""
            let detail = denial["detail"]?.stringValue.map { ": \($0)" } ?? ""
            return denial.text("code") + field + detail
        }.joined(separator: "; ")
    }
}
