import ChatWire
import HTTPWire
import ReleaseModel

/// What a request asks for. Every route but ``health`` passes the one admission, and ``feedback``, which opens nothing,
/// asks whose key it is; a test walks them all.
enum Route: Hashable {
    /// `POST` with a body that names a model.
    case call(ModelCall)
    /// `GET /v1/responses/{id}` and what else can be asked of an answer that an upstream keeps.
    case kept(KeptAnswerUse, of: String)
    /// `POST /v1/feedback`: what an application thought of an answer.
    case feedback
    /// `GET /v1/models`, of both wire formats.
    case models
    /// `GET /v1/models/{id}`, of both wire formats.
    case model(String)
    /// `GET /healthz`: this listener answers.
    case health

    /// What a path leads to.
    enum Resolution {
        case found(Route)
        case methodNotAllowed(allowed: StaticString)
        case unknown
    }

    /// The route of a request, by its parsed path alone.
    static func resolve(_ head: RequestHead) -> Resolution {
        if let call = Self.call(head) { return Self.ask(head, .post, "POST", .call(call)) }
        if head.pathEquals("/v1/models") { return Self.ask(head, .get, "GET", .models) }
        if head.pathEquals("/v1/feedback") { return Self.ask(head, .post, "POST", .feedback) }
        if head.pathEquals("/healthz") { return Self.ask(head, .get, "GET", .health) }
        if let name = head.pathSuffix(after: "/v1/models/"), !name.isEmpty {
            return Self.ask(head, .get, "GET", .model(name))
        }
        if let rest = head.pathSuffix(after: "/v1/responses/") { return Self.kept(head, rest) }
        return .unknown
    }

    /// The call that a path stands for. Chat comes first: most requests are one.
    private static func call(_ head: RequestHead) -> ModelCall? {
        if head.pathEquals(ModelCall.chatCompletions.path) { return .chatCompletions }
        if head.pathEquals(ModelCall.messages.path) { return .messages }
        return Self.otherCalls.first { head.pathEquals($0.path) }
    }

    private static let otherCalls = ModelCall.allCases.filter { $0 != .chatCompletions && $0 != .messages }

    /// An answer that an upstream keeps, and what is asked of it.
    private static func kept(_ head: RequestHead, _ rest: String) -> Resolution {
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let id = parts.first.map(String.init), !id.isEmpty else { return .unknown }
        switch parts.dropFirst().first {
        case nil where head.method == .delete: return .found(.kept(.delete, of: id))
        case nil: return Self.ask(head, .get, "GET, DELETE", .kept(.retrieve, of: id))
        case "cancel" where parts.count == 2: return Self.ask(head, .post, "POST", .kept(.cancel, of: id))
        case "input_items" where parts.count == 2: return Self.ask(head, .get, "GET", .kept(.inputItems, of: id))
        default: return .unknown
        }
    }

    private static func ask(
        _ head: RequestHead, _ method: HTTPMethod, _ allowed: StaticString, _ route: Route
    ) -> Resolution {
        head.method == method ? .found(route) : .methodNotAllowed(allowed: allowed)
    }

    /// The wire format of answers. The list of models has one path in both, told apart by Anthropic's version header.
    static func format(of head: RequestHead) -> WireFormat {
        if head.pathEquals(ModelCall.chatCompletions.path) || head.hasPathPrefix("/v1/responses") { return .openAI }
        if head.hasPathPrefix("/v1/messages") { return .anthropic }
        return Self.call(head)?.format ?? (head.fields.contains(.anthropicVersion) ? .anthropic : .openAI)
    }

    /// The name of the route in entries; never renamed.
    var name: StaticString {
        switch self {
        case .call(let call): call.name
        case .kept(let use, _): use.name
        case .feedback: "feedback"
        case .models: "models"
        case .model: "model"
        case .health: "health"
        }
    }

    /// The way of use that the route stands for; `nil` for what is open to everybody.
    var modality: Modality? {
        switch self {
        case .call, .kept, .feedback, .models, .model: .api
        case .health: nil
        }
    }
}
