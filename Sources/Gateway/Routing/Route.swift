import ChatWire
import HTTPWire
import ReleaseModel

/// What a request asks for. Every route but ``health`` passes the one admission, and ``feedback``, which opens nothing,
/// asks whose key it is; a test walks them all.
enum Route: Hashable {
    /// OpenAI `POST /v1/chat/completions`.
    case chatCompletions
    /// Anthropic `POST /v1/messages`.
    case messages
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
        if head.pathEquals("/v1/chat/completions") { return Self.ask(head, .post, "POST", .chatCompletions) }
        if head.pathEquals("/v1/messages") { return Self.ask(head, .post, "POST", .messages) }
        if head.pathEquals("/v1/models") { return Self.ask(head, .get, "GET", .models) }
        if head.pathEquals("/v1/feedback") { return Self.ask(head, .post, "POST", .feedback) }
        if head.pathEquals("/healthz") { return Self.ask(head, .get, "GET", .health) }
        if let name = head.pathSuffix(after: "/v1/models/"), !name.isEmpty {
            return Self.ask(head, .get, "GET", .model(name))
        }
        return .unknown
    }

    private static func ask(
        _ head: RequestHead, _ method: HTTPMethod, _ allowed: StaticString, _ route: Route
    ) -> Resolution {
        head.method == method ? .found(route) : .methodNotAllowed(allowed: allowed)
    }

    /// The wire format of answers. The list of models has one path in both, told apart by Anthropic's version header.
    static func format(of head: RequestHead) -> WireFormat {
        if head.pathEquals("/v1/chat/completions") { return .openAI }
        if head.hasPathPrefix("/v1/messages") { return .anthropic }
        return head.fields.contains(.anthropicVersion) ? .anthropic : .openAI
    }

    /// The name of the route in entries; never renamed.
    var name: StaticString {
        switch self {
        case .chatCompletions: "chat.completions"
        case .messages: "messages"
        case .feedback: "feedback"
        case .models: "models"
        case .model: "model"
        case .health: "health"
        }
    }

    /// The way of use that the route stands for; `nil` for what is open to everybody.
    var modality: Modality? {
        switch self {
        case .chatCompletions, .messages, .feedback, .models, .model: .api
        case .health: nil
        }
    }

    /// Where the upstream serves it.
    var upstreamPath: StaticString {
        switch self {
        case .chatCompletions: "/v1/chat/completions"
        case .messages: "/v1/messages"
        case .feedback, .models, .model, .health: "/"
        }
    }
}
