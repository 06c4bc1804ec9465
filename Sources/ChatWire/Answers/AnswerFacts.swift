/// What one JSON text of an upstream says that matters to the gateway: a whole answer, or the data of one event.
struct AnswerFacts: Hashable {
    /// An event's `type` in streams of messages and responses, reduced to those that mean something here.
    enum Kind { case other, content, end, error }

    var kind = Kind.other
    var inputTokens: Int?
    var cachedTokens = 0
    var outputTokens: Int?
    var finishReason: String?
    var saysRefusal = false
    /// Whether some choice or block carries text or a call, and not only a role.
    var hasContent = false
    /// Whether `choices` is there and has no element.
    var hasEmptyChoices = false
    /// Whether there is an `error` that is not null.
    var hasError = false
    /// The `error`, where it is no more than a text.
    var errorText: String?
    /// Where the answer names things by the upstream's words.
    var places = AnswerPlaces()
    /// The place of an event among those of its response.
    var sequence: Int?
    /// Whether all of the text was valid.
    var isJSON = false

    /// Input with what a cache wrote or gave: Anthropic counts those apart.
    var input: Int? { self.inputTokens.map { $0 + self.cachedTokens } }

    var usage: Usage? {
        guard self.input != nil || self.outputTokens != nil else { return nil }
        return Usage(input: self.input ?? 0, output: self.outputTokens ?? 0)
    }

    var finish: Finish? { self.finishReason.map { Finish(reason: $0, isRefusal: self.saysRefusal) } }

    /// The chunk that OpenAI sends for `include_usage`: usage and no choice.
    var isUsageChunk: Bool { self.hasEmptyChoices && self.usage != nil && !self.hasError }
}
