public import NIOCore

/// What an upstream's plain (not streamed) answer says that the gateway records.
public struct PlainAnswer: Hashable, Sendable {
    /// The tokens, if the answer counts them.
    public var usage: Usage?
    /// Why the model stopped, if the answer says it; of several choices, the last one's reason.
    public var finish: Finish?
    /// What of the body gives way to outward names.
    public var edits: AnswerEdits
    /// Whether the body is one valid JSON object.
    public var isJSON: Bool
    /// Whether the body is an error in OpenAI's or Anthropic's shape.
    public var isErrorShape: Bool
    /// What an error says that is no more than a text, of which an SDK would show nothing.
    public var errorText: String?

    /// Reads a body; what is not there or not valid is left open, nothing is refused.
    public static func scan(_ body: ByteBuffer, call: ModelCall, names: OutwardNames) -> PlainAnswer {
        var reader = PlainAnswerReader()
        return reader.read(body, call: call, names: names)
    }
}

/// Reads one answer after the other, in memory that is used again and again.
public struct PlainAnswerReader: Sendable {
    private var scan = AnswerScan()

    /// A reader before its first answer.
    public init() {}

    /// Reads a body; what is not there or not valid is left open, nothing is refused.
    public mutating func read(_ body: ByteBuffer, call: ModelCall, names: OutwardNames) -> PlainAnswer {
        let bytes = body.readableBytesUInt8Span
        let facts = self.scan.facts(of: bytes, shape: call.shape)
        return PlainAnswer(
            usage: facts.usage, finish: facts.finish,
            edits: facts.isJSON ? AnswerEdits(facts.places, in: bytes, names) : AnswerEdits(), isJSON: facts.isJSON,
            isErrorShape: facts.isJSON && facts.hasError && facts.errorText == nil,
            errorText: facts.isJSON ? facts.errorText : nil)
    }
}
