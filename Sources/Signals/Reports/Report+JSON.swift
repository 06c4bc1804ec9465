import Arms
import ReleaseModel
import StageControl
public import StrictJSON

/// A report as a document: `kind` says what it is, and only the fields of that kind may be there.
extension Report {
    private enum Kind: String, CaseIterable {
        case flag, violation, incident, feedback, probe, withdrawn

        /// The fields that say what is said.
        var fields: [String] {
            switch self {
            case .flag, .violation: ["category", "severity"]
            case .incident: ["category", "severity", "attributed_to"]
            case .feedback: ["rating"]
            case .probe: ["probe_set", "seen"]
            case .withdrawn: ["reason"]
            }
        }
    }

    private static let fields = ["id", "revision", "rollout", "version", "request", "occurred", "reported", "kind"]

    /// The document.
    public var document: JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(self.id.description), "rollout": .string(self.rollout.description),
            "occurred": .integer(self.occurred.milliseconds), "reported": .integer(self.reported.milliseconds),
        ]
        if self.revision > 0 { members["revision"] = .integer(Int64(self.revision)) }
        if let version { members["version"] = .string(version.text) }
        if let request { members["request"] = .string(request.description) }
        func set(_ kind: Kind, _ fields: [(String, String?)]) {
            members["kind"] = .string(kind.rawValue)
            for (name, text) in fields { members[name] = text.map { .string($0) } }
        }
        switch self.content {
        case .flag(let category, let severity):
            set(.flag, [("category", category?.text), ("severity", severity?.rawValue)])
        case .violation(let category, let severity):
            set(.violation, [("category", category?.text), ("severity", severity?.rawValue)])
        case .incident(let severity, let category, let arm):
            let fields = [("category", category?.text), ("severity", severity?.rawValue)]
            set(.incident, fields + [("attributed_to", arm?.rawValue)])
        case .feedback(let rating):
            set(.feedback, [])
            members["rating"] = rating.json
        case .probe(let name, let isSeen):
            set(.probe, [("probe_set", name.text)])
            members["seen"] = .bool(isSeen)
        case .withdrawn(let reason): set(.withdrawn, [("reason", reason)])
        }
        return .object(members)
    }

    /// Reads a document strictly; throws everything that is wrong with its form.
    public init(reading json: JSONValue) throws(DocumentFaults) {
        let reading = DocumentReading()
        self = try reading.finished(Self.read(json, reading))
    }

    private static func read(_ json: JSONValue, _ reading: DocumentReading) -> Self? {
        // Of a document without a kind all fields may be meant.
        let named = json["kind"]?.stringValue.flatMap { Kind(rawValue: $0) }
        let specific = named?.fields ?? Set(Kind.allCases.flatMap(\.fields)).sorted()
        guard let fields = reading.object(json, fields: Self.fields + specific) else { return nil }
        let id = fields.text("id", "the identifier of a report (rpt_…)") { ReportID($0) }
        let revision = fields.integer("revision", in: 0...1_000, default: 0)
        let rollout = fields.text("rollout", "the identifier of a rollout (rlt_…)") { RolloutID($0) }
        let version = fields.optionalText("version", Name.rule) { Name($0) }
        let request = fields.optionalText("request", "the identifier of a request (req_…)") { RequestID($0) }
        let (occurred, reported) = (fields.integer("occurred"), fields.integer("reported"))
        let kind: Kind? = fields.word("kind")
        let content = kind.flatMap { Self.content($0, fields) }
        guard let id, let revision, let rollout, let version, let request, let occurred, let reported, let content
        else { return nil }
        return Self(
            id: id, revision: Int(revision), rollout: rollout, version: version, request: request,
            occurred: Timestamp(milliseconds: occurred), reported: Timestamp(milliseconds: reported), content: content)
    }

    private static func content(_ kind: Kind, _ fields: ObjectReading) -> Content? {
        switch kind {
        case .flag, .violation, .incident:
            let category = fields.optionalText("category", Name.rule) { Name($0) }
            let severity: Severity?? = fields.optionalWord("severity")
            let arm: Arm?? = kind == .incident ? fields.optionalWord("attributed_to") : .some(nil)
            guard let category, let severity, let arm else { return nil }
            switch kind {
            case .flag: return .flag(category: category, severity: severity)
            case .violation: return .violation(category: category, severity: severity)
            default: return .incident(severity: severity, category: category, attributedTo: arm)
            }
        case .feedback:
            guard let json = fields.required("rating") else { return nil }
            if let rating = Rating(json) { return .feedback(rating) }
            fields.note(.invalid, "rating", "must be \(Rating.rule)")
            return nil
        case .probe:
            let name = fields.text("probe_set", Name.rule) { Name($0) }
            guard fields.required("seen") != nil, let isSeen = fields.flag("seen", default: false) else { return nil }
            return name.map { .probe(set: $0, isSeen: isSeen) }
        case .withdrawn:
            return fields.text("reason", "a text of at most \(SignalLimits.textLength) characters") { text in
                text.utf8.count <= SignalLimits.textLength ? .withdrawn(reason: text) : nil
            }
        }
    }
}
