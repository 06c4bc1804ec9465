import HTTPTypes
import ReleaseModel

/// One row of the API: how it is reached, who may, what goes in and what comes out.
struct Endpoint: Sendable {
    /// What an answer's body is.
    enum Content: Hashable, Sendable, ExpressibleByStringLiteral {
        /// JSON of the schema with this name; so reads a literal.
        case json(String)
        /// Text of a media type.
        case text(String)
        /// Bytes.
        case bytes

        init(stringLiteral schema: String) { self = .json(schema) }

        /// What `Content-Type` says of it.
        var mediaType: String {
            switch self {
            case .json: "application/json"
            case .text(let mediaType): mediaType
            case .bytes: "application/octet-stream"
            }
        }
    }

    var method: HTTPRequest.Method
    /// The path, with names in braces; `{path}` at the end stands for the rest.
    var path: String
    var operation: Operation
    /// One sentence.
    var summary: String
    var access: EndpointAccess
    var parameters: [QueryParameter] = []
    /// What the body is; nil if there is none.
    var body: Content?
    /// What good answers carry, by status. Refusals are problems, whatever the endpoint.
    var answers: [Int: Content]

    init(
        _ method: HTTPRequest.Method, _ path: String, _ operation: Operation, _ access: EndpointAccess,
        _ summary: String, parameters: [QueryParameter] = [], body: Content? = nil, answers: [Int: Content]
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.access = access
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.answers = answers
    }

    /// The path as the router reads it.
    var routerPath: String {
        self.path.hasSuffix("/{path}") ? self.path.dropLast("{path}".count) + "**" : self.path
    }

    /// Whether a request's path is this endpoint's, whatever its method.
    func matches(_ path: String) -> Bool {
        let pattern = self.path.split(separator: "/")
        let segments = path.split(separator: "/")
        guard segments.count == pattern.count || (pattern.last == "{path}" && segments.count > pattern.count) else {
            return false
        }
        return zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
