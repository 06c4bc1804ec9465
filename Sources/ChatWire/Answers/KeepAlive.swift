public import NIOCore

/// What keeps a stream's connection alive while the model is silent, without the client seeing anything.
public enum KeepAlive {
    /// A comment: OpenAI's clients fail on any event without JSON.
    public static let openAI = ByteBuffer(string: ": keep-alive\n\n")
    /// The ping event of Anthropic's own streams, which its clients pass over.
    public static let anthropic = ByteBuffer(string: "event: ping\ndata: {\"type\": \"ping\"}\n\n")

    /// The bytes to send between two events.
    public static func bytes(for format: WireFormat) -> ByteBuffer {
        format == .openAI ? Self.openAI : Self.anthropic
    }
}
