import ChatWire
import ReleaseModel

/// What a request asks of a version, once its words are read.
struct Asking {
    /// The route, by its name in entries and its place at the upstream.
    let route: Route
    /// What the body says; nil for a request about an answer that an upstream keeps, which has none.
    let body: ChatRequest?
    /// The answer that the request is about, or goes on from.
    let kept: KeptAnswer?
    /// The name of the model, as the caller wrote it.
    let model: String
    /// Whether the answer may come as events.
    let isStream: Bool

    /// A new answer.
    init(_ call: ModelCall, _ body: ChatRequest, after kept: KeptAnswer?) {
        self.route = .call(call)
        self.body = body
        self.kept = kept
        self.model = body.model
        self.isStream = body.stream
    }

    /// Something about an answer that is there.
    init(_ use: KeptAnswerUse, of id: String, _ kept: KeptAnswer, model: Name, isStream: Bool) {
        self.route = .kept(use, of: id)
        self.body = nil
        self.kept = kept
        self.model = model.text
        self.isStream = isStream
    }

    /// The call in whose shape the answer comes.
    var call: ModelCall { self.body?.call ?? .responses }
    /// Whether the model itself works on it, so that it counts in a rollout.
    var usesModel: Bool { self.body?.call.usesModel ?? false }
    /// Whether there is an answer to be written and bounded.
    var writes: Bool { self.body?.call.writes ?? false }
}
