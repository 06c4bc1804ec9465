/// What became of an admitted request. Times are nanoseconds of a clock that never goes back.
public struct RequestOutcome: Hashable, Sendable {
    /// The status that the upstream answered with; 0 if it gave no answer.
    public let status: Int
    /// How it was declined; nil if it was not.
    public let refusal: Refusal?
    /// Whether the answer ended without its end mark.
    public let isTruncated: Bool
    /// From the admission to the first token; nil if none came, or if nobody knows.
    public let timeToFirstToken: UInt64?
    /// From the admission to the end.
    public let duration: UInt64
    /// Tokens of the prompt.
    public let promptTokens: Int
    /// Tokens of the answer.
    public let outputTokens: Int

    /// An outcome with all its fields; negative numbers of tokens count as none.
    public init(
        status: Int, refusal: Refusal? = nil, isTruncated: Bool = false, timeToFirstToken: UInt64? = nil,
        duration: UInt64, promptTokens: Int = 0, outputTokens: Int = 0
    ) {
        self.status = status
        self.refusal = refusal
        self.isTruncated = isTruncated
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
        self.promptTokens = max(0, promptTokens)
        self.outputTokens = max(0, outputTokens)
    }

    /// Whether the upstream failed.
    public var isFailure: Bool { self.status == 0 || 500...599 ~= self.status }

    /// Nanoseconds of each token after the first; nil unless there were two or more and the first one's time is known.
    public var timePerOutputToken: UInt64? {
        guard let first = self.timeToFirstToken, self.outputTokens >= 2, self.duration >= first else { return nil }
        return (self.duration - first) / UInt64(self.outputTokens - 1)
    }
}
