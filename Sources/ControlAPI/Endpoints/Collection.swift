/// The kinds of things that are listed, each at `/v1/<raw value>` and `/v1/<raw value>/{id}`.
enum Collection: String, CaseIterable, Hashable, Sendable {
    case models, versions, components, organisations, applications, people, grants, keys, terms, evidence,
        proposals

    /// The name of the schema of one of them.
    var schema: String {
        switch self {
        case .models: "Model"
        case .versions: "Version"
        case .components: "Component"
        case .organisations: "Organisation"
        case .applications: "Application"
        case .people: "Person"
        case .grants: "Grant"
        case .keys: "Key"
        case .terms: "Terms"
        case .evidence: "Evidence"
        case .proposals: "Proposal"
        }
    }

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
        case .keys: "key in force"
        case .terms: "version of terms"
        case .evidence: "piece of evidence"
        case .proposals: "proposal that waits"
        }
    }

    /// By what a list can be narrowed.
    var filters: [QueryParameter] {
        switch self {
        case .models, .organisations, .terms: [.name]
        case .versions: [.model, .name]
        case .components, .evidence: [.version]
        case .applications: [.name, .organisation]
        case .people: [.role]
        case .grants: [.application, .organisation, .model]
        case .keys: [.application, .person]
        case .proposals: [.person]
        }
    }
}
