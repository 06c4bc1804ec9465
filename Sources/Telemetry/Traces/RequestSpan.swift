/// One request of which a span is written: what its collector is told, which is nothing of content, key or caller.
public struct RequestSpan: Hashable, Sendable {
    /// Where it stands in its trace.
    public var context: TraceContext
    /// The request as the access log knows it.
    public var request: String
    /// What its series are split by.
    public var attributes: GenAIAttributes
    /// When its head was whole, in milliseconds since 1970.
    public var startedAt: Int64
    /// How long it took, in nanoseconds.
    public var duration: UInt64
    /// How long its stream's first event took, in nanoseconds.
    public var firstToken: UInt64?
    /// How it ended.
    public var end: End
    /// The status of its answer.
    public var status: Int
    /// Tokens as the upstream counted them; nil if it did not.
    public var usage: Usage?

    /// How a request ended.
    public enum End: Hashable, Sendable {
        /// It was let in, and ended so.
        case ended(SluiceMetrics.Ending)
        /// It was not let in, for the reason of this code.
        case refused(code: String)

        /// What went wrong, in one word; nil if nothing did.
        var error: String? {
            switch self {
            case .ended(.completed): nil
            case .ended(let ending): ending.labelValue
            case .refused(let code): code
            }
        }
    }

    /// Whether something is wrong with the server. To refuse what nobody may have is to work as it should.
    var isFault: Bool {
        switch self.end {
        case .ended(let ending): ending != .completed
        case .refused: self.status >= 500
        }
    }

    /// Tokens of one request.
    public struct Usage: Hashable, Sendable {
        /// Of the prompt.
        public var input: Int
        /// Of the answer.
        public var output: Int

        /// So many.
        public init(input: Int, output: Int) {
            self.input = input
            self.output = output
        }
    }

    /// A span with everything that is told.
    public init(
        context: TraceContext, request: String, attributes: GenAIAttributes, startedAt: Int64, duration: UInt64,
        firstToken: UInt64? = nil, end: End, status: Int, usage: Usage? = nil
    ) {
        self.context = context
        self.request = request
        self.attributes = attributes
        self.startedAt = startedAt
        self.duration = duration
        self.firstToken = firstToken
        self.end = end
        self.status = status
        self.usage = usage
    }
}
