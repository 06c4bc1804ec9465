/// The kinds of things that the control API lists, each at `/v1/<raw value>`.
enum Things: String, CaseIterable, Hashable, Sendable {
    case models, versions, components, organisations, applications, people, grants, keys, terms, evidence, proposals

    /// What one of them is called in a sentence.
    var noun: String {
        switch self {
        case .models: "model"
        case .versions: "version"
        case .components: "component"
        case .organisations: "organisation"
        case .applications: "application"
        case .people: "person"
        case .grants: "grant"
        case .keys: "key"
        case .terms: "terms"
        case .evidence: "evidence"
        case .proposals: "proposal"
        }
    }

    /// Where they are listed.
    var path: String { "/v1/\(self.rawValue)" }
}
