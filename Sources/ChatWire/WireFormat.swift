/// Which API a request speaks, and its answer with it.
public enum WireFormat: String, CaseIterable, Hashable, Sendable {
    /// OpenAI's API.
    case openAI = "openai"
    /// Anthropic's API.
    case anthropic
}
