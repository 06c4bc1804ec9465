/// What was taken out of a grant's limits for one request.
///
/// It is handed back exactly once: to ``QuotaState/settle(_:usedTokens:at:)`` when the request has been upstream, to
/// ``QuotaState/release(_:at:)`` when it has not.
public struct Reservation: Hashable, Sendable {
    /// The tokens that were set aside; none where tokens were not limited.
    public let tokens: Int
    /// The place among all reservations of the grant.
    let serial: UInt64
}

/// The answer to "may this request pass the limits?".
public enum ReserveResult: Hashable, Sendable {
    /// It may, and this has been taken.
    case reserved(Reservation)
    /// Not now. Nothing has been taken.
    case refused(Refusal)
    /// Not ever under these limits, however long one waits. Nothing has been taken.
    case neverFits(NeverFits)
}

/// Which limits stand in the way of a request just now, and how long.
public struct Refusal: Hashable, Sendable {
    /// Every limit that refuses, in the order of ``LimitKind``; never empty.
    public let limits: [LimitKind]
    /// Nanoseconds until all refusing rate limits would let the same request pass; one less would be too early.
    ///
    /// Nil where concurrency alone refuses: nobody knows when a running request ends. Where concurrency refuses
    /// as well, the request may have to wait longer.
    public let retryAfter: UInt64?

    /// A refusal by `limits`, with nanoseconds to wait where they are known.
    public init(limits: [LimitKind], retryAfter: UInt64?) {
        self.limits = limits
        self.retryAfter = retryAfter
    }
}

/// Which limit a request is too large for.
public struct NeverFits: Hashable, Sendable {
    /// The limit that is too small.
    public let limit: LimitKind
    /// The items that were asked for.
    public let asked: Int
    /// The most that the limit ever lets pass at once.
    public let most: Int

    /// `asked` items do not fit a `limit` that lets `most` pass at once.
    public init(limit: LimitKind, asked: Int, most: Int) {
        self.limit = limit
        self.asked = asked
        self.most = most
    }
}
