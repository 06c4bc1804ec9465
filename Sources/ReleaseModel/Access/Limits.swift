/// How much a grant allows. What is `nil` is not limited by the grant.
public struct Limits: Codable, Hashable, Sendable {
    /// The largest number that any limit may state.
    public static let maximum = 1_000_000_000

    /// Requests in any minute.
    public var requestsPerMinute: Int?
    /// Tokens, in and out, in any minute.
    public var tokensPerMinute: Int?
    /// Requests at the same time.
    public var concurrency: Int?
    /// The most tokens that one answer may have; also what is reserved when a request names no bound.
    public var maximumOutputTokens: Int?

    /// Limits; all are off if left out.
    public init(
        requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, concurrency: Int? = nil,
        maximumOutputTokens: Int? = nil
    ) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.concurrency = concurrency
        self.maximumOutputTokens = maximumOutputTokens
    }

    enum CodingKeys: String, CodingKey {
        case requestsPerMinute = "requests_per_minute"
        case tokensPerMinute = "tokens_per_minute"
        case concurrency
        case maximumOutputTokens = "maximum_output_tokens"
    }

    /// The limits by their wire names, for checks and tables.
    public var named: [(name: String, value: Int?)] {
        [
            (CodingKeys.requestsPerMinute.rawValue, self.requestsPerMinute),
            (CodingKeys.tokensPerMinute.rawValue, self.tokensPerMinute),
            (CodingKeys.concurrency.rawValue, self.concurrency),
            (CodingKeys.maximumOutputTokens.rawValue, self.maximumOutputTokens),
        ]
    }
}
