/// Where an answer's text names things by the upstream's words, without the quotes.
struct AnswerPlaces: Hashable {
    /// The model.
    var model: Range<Int>?
    /// A response's own identifier.
    var answer: Range<Int>?
    /// The identifier of the response that it goes on from.
    var previous: Range<Int>?

    var isEmpty: Bool { self.model == nil && self.answer == nil && self.previous == nil }
}

/// What stands in answers in place of the upstream's own names.
///
/// A caller reads the name of the model that it asked for: what the upstream calls a version would tell an arm of a
/// rollout from the other. The identifier of an answer that the upstream keeps becomes one that leads back to it.
public struct OutwardNames: Sendable {
    /// The model's name; letters that need no escape.
    public var model: String
    /// The outward identifier of an answer, made from the upstream's; letters that need no escape. Nil where
    /// identifiers pass as they are.
    public var answer: (@Sendable (String) -> String)?

    /// Names of a model, and of answers that are kept.
    public init(model: String, answer: (@Sendable (String) -> String)? = nil) {
        self.model = model
        self.answer = answer
    }
}
