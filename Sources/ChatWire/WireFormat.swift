/// Which API a request speaks, and its answer with it.
public enum WireFormat: String, CaseIterable, Hashable, Sendable {
    /// OpenAI's chat completions, `POST /v1/chat/completions`.
    case openAI = "openai"
    /// Anthropic's messages, `POST /v1/messages`.
    case anthropic
}
