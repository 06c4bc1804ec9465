/// Why a model stopped writing.
public struct Finish: Hashable, Sendable {
    /// The upstream's own word: OpenAI's `finish_reason`, Anthropic's `stop_reason`.
    public var reason: String
    /// Whether the model or its filter declined: `content_filter`, `refusal`, or an OpenAI message with a refusal.
    public var isRefusal: Bool

    /// A reason to stop, in the upstream's word.
    public init(reason: String, isRefusal: Bool) {
        self.reason = reason
        self.isRefusal = isRefusal
    }
}
