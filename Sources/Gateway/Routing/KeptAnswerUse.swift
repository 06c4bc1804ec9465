import HTTPWire

/// What can be asked of an answer that an upstream keeps.
enum KeptAnswerUse: Hashable, CaseIterable {
    /// To see it again, or the rest of its events.
    case retrieve
    /// To have it forgotten.
    case delete
    /// To stop it, if it is still being written.
    case cancel
    /// To see what it answers.
    case inputItems

    var method: HTTPMethod {
        switch self {
        case .retrieve, .inputItems: .get
        case .delete: .delete
        case .cancel: .post
        }
    }

    /// The name of the route in entries; never renamed.
    var name: StaticString {
        switch self {
        case .retrieve: "responses.retrieve"
        case .delete: "responses.delete"
        case .cancel: "responses.cancel"
        case .inputItems: "responses.input_items"
        }
    }

    /// What stands behind the answer's identifier in the path.
    var pathEnd: StaticString {
        switch self {
        case .retrieve, .delete: ""
        case .cancel: "/cancel"
        case .inputItems: "/input_items"
        }
    }
}
