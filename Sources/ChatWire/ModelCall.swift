/// What a model is asked for by a request with a body: which fields the body has, and which shape the answer.
///
/// The raw value stands in entries and is never renamed.
public enum ModelCall: String, CaseIterable, Hashable, Sendable {
    /// OpenAI's chat.
    case chatCompletions = "chat.completions"
    /// OpenAI's completion of a raw prompt, which the caller writes whole.
    case completions
    /// OpenAI's answers that an upstream can keep.
    case responses
    /// A long conversation made shorter, to be gone on from.
    case compaction = "responses.compact"
    /// Texts as vectors.
    case embeddings
    /// What a classifier thinks of texts.
    case moderations
    /// Anthropic's chat.
    case messages
    /// How many tokens a chat would have.
    case tokenCount = "messages.count_tokens"

    /// The shape of an answer, plain and in events.
    enum AnswerShape {
        /// A list of choices, ended by `[DONE]`; or a list of results, which is never streamed.
        case choices
        /// A message, ended by `message_stop`.
        case message
        /// A response with an identifier that leads back to it, ended by its last state.
        case response
    }

    /// The API that the call belongs to.
    public var format: WireFormat {
        switch self {
        case .chatCompletions, .completions, .responses, .compaction, .embeddings, .moderations: .openAI
        case .messages, .tokenCount: .anthropic
        }
    }

    /// Where it is asked for, here as well as at an upstream.
    public var path: StaticString {
        switch self {
        case .chatCompletions: "/v1/chat/completions"
        case .completions: "/v1/completions"
        case .responses: "/v1/responses"
        case .compaction: "/v1/responses/compact"
        case .embeddings: "/v1/embeddings"
        case .moderations: "/v1/moderations"
        case .messages: "/v1/messages"
        case .tokenCount: "/v1/messages/count_tokens"
        }
    }

    /// The call's name in entries: the raw value, which need not be made for each request.
    public var name: StaticString {
        switch self {
        case .chatCompletions: "chat.completions"
        case .completions: "completions"
        case .responses: "responses"
        case .compaction: "responses.compact"
        case .embeddings: "embeddings"
        case .moderations: "moderations"
        case .messages: "messages"
        case .tokenCount: "messages.count_tokens"
        }
    }

    /// Whether the model writes something, so that the answer has a length to bound.
    public var writes: Bool {
        switch self {
        case .chatCompletions, .completions, .responses, .compaction, .messages: true
        case .embeddings, .moderations, .tokenCount: false
        }
    }

    /// Whether the model itself works on the request; a count of tokens is nothing that it could do harm by.
    public var usesModel: Bool { self != .tokenCount }

    /// Whether the answer can be asked for as server-sent events.
    public var canStream: Bool {
        switch self {
        case .chatCompletions, .completions, .responses, .messages: true
        case .compaction, .embeddings, .moderations, .tokenCount: false
        }
    }

    /// Whether the upstream can keep the answer under an identifier.
    public var keepsAnswers: Bool { self.shape == .response }

    /// Whether `stream_options.include_usage` asks for a last chunk with the usage.
    var hasUsageOption: Bool { self == .chatCompletions || self == .completions }

    /// The field that bounds an answer whose caller named no bound; nil if there is none.
    var boundField: StaticString? {
        switch self {
        case .chatCompletions, .completions, .messages: "max_tokens"
        case .responses: "max_output_tokens"
        case .compaction, .embeddings, .moderations, .tokenCount: nil
        }
    }

    var shape: AnswerShape {
        switch self {
        case .chatCompletions, .completions, .embeddings, .moderations: .choices
        case .messages, .tokenCount: .message
        case .responses, .compaction: .response
        }
    }
}
