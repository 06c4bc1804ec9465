import AccessPolicy
import ReleaseModel
import StrictJSON

/// One request, authenticated and read, as the answering functions get it.
struct Call: Sendable {
    var endpoint: Endpoint
    /// Whom the key speaks for; nil at endpoints for everybody.
    var caller: Snapshot.Caller?
    /// The part of the path that the endpoint names `{id}` or `{path}`; empty if it has none.
    var argument: String
    var query: Query
    /// The body's bytes; empty if the endpoint takes none.
    var body: [UInt8]
    var idempotencyKey: String?
    /// The rules at the beginning of the request; the whole answer is made from them.
    var rules: Snapshot
    var now: Timestamp

    var registry: Registry { self.rules.registry }

    /// Who asks, as entries of the log name them.
    var actor: ReleaseModel.Actor? {
        switch self.caller {
        case .application(let application, _)?: .application(application.id)
        case .person(let person, _)?: .person(person.id)
        case nil: nil
        }
    }

    /// The body as a value, read strictly.
    func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONValue(parsing: self.body).decoded(as: type)
    }
}

/// What goes back to a caller.
struct Answer: Hashable, Sendable {
    /// How long a copy may be kept.
    enum Caching: String, Hashable, Sendable {
        /// Never: it may hold what is somebody's.
        case never = "no-store"
        /// A public thing that changes.
        case brief = "no-cache"
        /// A public thing that never changes.
        case forever = "public, max-age=31536000, immutable"
    }

    var status: Int
    var mediaType: String
    var body: [UInt8]
    var caching = Caching.never
    /// Whether it is the answer of an earlier request with the same idempotency key.
    var isReplayed = false

    static func json(_ value: JSONValue, status: Int = 200) -> Answer {
        Answer(status: status, mediaType: "application/json", body: value.canonical)
    }

    static func json(encoding value: some Encodable, status: Int = 200) throws -> Answer {
        .json(try JSONValue(encoding: value), status: status)
    }

    static func text(_ text: String, mediaType: String = "text/plain; charset=utf-8") -> Answer {
        Answer(status: 200, mediaType: mediaType, body: Array(text.utf8))
    }
}
