/// Where a grant stands with its limits at one moment: what the rate headers of an answer say.
public struct QuotaStatus: Hashable, Sendable {
    /// Nil where requests are not limited.
    public let requests: RateStatus?
    /// Nil where tokens are not limited.
    public let tokens: RateStatus?
    /// Requests under way.
    public let inFlight: Int
    /// How many may be under way at once; nil where that is not limited.
    public let concurrency: Int?

    /// The state of each kind of limit at one moment.
    public init(requests: RateStatus?, tokens: RateStatus?, inFlight: Int, concurrency: Int?) {
        self.requests = requests
        self.tokens = tokens
        self.inFlight = inFlight
        self.concurrency = concurrency
    }
}

/// Where one rate limit stands.
public struct RateStatus: Hashable, Sendable {
    /// The most that can pass at once: the burst.
    public let limit: Int
    /// How many would pass at this moment.
    public let remaining: Int
    /// Nanoseconds until `remaining` is `limit` again if nothing else comes.
    public let resetNanoseconds: UInt64

    /// `remaining` of `limit`, and all of it again after `resetNanoseconds`.
    public init(limit: Int, remaining: Int, resetNanoseconds: UInt64) {
        self.limit = limit
        self.remaining = remaining
        self.resetNanoseconds = resetNanoseconds
    }
}
