/// How an answer was declined. The raw value is public and never renamed.
public enum Refusal: String, CaseIterable, Codable, Hashable, Sendable {
    /// The model itself declined.
    case declined
    /// A filter around the model held the answer back.
    case filtered
}

/// What an answer says about its end, as far as that tells whether it was declined.
public struct AnswerEnding: Hashable, Sendable {
    /// The shape of the answer.
    public enum Format: String, CaseIterable, Hashable, Sendable {
        /// OpenAI's chat completions.
        case chatCompletions = "chat_completions"
        /// OpenAI's older completions of a text.
        case completions
        /// OpenAI's responses.
        case responses
        /// Anthropic's messages.
        case messages
    }

    /// The shape of the answer.
    public var format: Format
    /// Why the model stopped: `finish_reason` of a choice, `stop_reason` of a message, `incomplete_details.reason` of a
    /// response; nil if nothing was said.
    public var reason: String?
    /// Whether words of refusal came: a `refusal` of a chat message that is not empty, or a part of a response's output
    /// whose type is `refusal`.
    public var hasRefusalText: Bool
    /// The `code` of an error that stands in the place of an answer; nil if there is none.
    public var errorCode: String?

    /// An ending with all its fields.
    public init(_ format: Format, reason: String? = nil, hasRefusalText: Bool = false, errorCode: String? = nil) {
        self.format = format
        self.reason = reason
        self.hasRefusalText = hasRefusalText
        self.errorCode = errorCode
    }

    /// How the answer was declined; nil if it was not, or if nothing says so.
    ///
    /// Words count as they are written, in their letter case: `Refusal` is no word of any of these formats. Of a
    /// response that says both, the filter is told, since it had the last word. `refusal` as the reason of a chat
    /// completion is no word of OpenAI's; servers that translate from other formats pass it on.
    public var refusal: Refusal? {
        if self.errorCode == "content_filter" || self.errorCode == "content_policy_violation" { return .filtered }
        switch (self.format, self.reason) {
        case (.chatCompletions, "content_filter"), (.completions, "content_filter"), (.responses, "content_filter"):
            return .filtered
        case (.messages, "refusal"), (.chatCompletions, "refusal"): return .declined
        case (.chatCompletions, _), (.responses, _): return self.hasRefusalText ? .declined : nil
        case (.completions, _), (.messages, _): return nil
        }
    }
}
