public import NIOCore

/// What a stream has said when it is over.
public struct StreamEnd: Hashable, Sendable {
    /// The tokens, if the upstream counted them.
    public var usage: Usage?
    /// Why the model stopped; of several choices, the last one's reason.
    public var finish: Finish?
    /// Events that carried text or calls: about the number of tokens, where the upstream did not count.
    public var contentEvents = 0
    /// Whether the API's end mark came: OpenAI's `[DONE]`, a response's last state, Anthropic's `message_stop`.
    public var sawEndMark = false
    /// Whether an event reported an error.
    public var sawError = false
    /// The number that the next event of a response's stream has.
    public var nextSequence = 0
    /// Whether the stream ended in the middle of an event.
    public var endsInsideEvent = false
    /// Bytes of that event that were held back. They are passed on if the stream ended well; before an error event they
    /// are better dropped, for they would run into it.
    public var held: ByteBuffer?

    /// Whether the answer is whole: its end mark came. A finish reason alone speaks for one choice of several.
    public var isComplete: Bool { self.sawEndMark }
}
