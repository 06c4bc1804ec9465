/// So many items each period, and so many at once.
///
/// `amount` and `period` say how fast, `burst` how unevenly: an idle grant may take `burst` items in one instant and
/// then `amount` each period. In any stretch of time `t`, no more than `burst + amount × t / period` items pass.
public struct RateLimit: Hashable, Sendable {
    /// Items that become free each period; at least 1.
    public let amount: Int
    /// The length of the period, in nanoseconds; at least 1.
    public let period: UInt64
    /// Items that may pass in one instant after rest; at least 1.
    public let burst: Int

    /// A limit of `amount` items each `period` nanoseconds; `burst` is `amount` where it is not given.
    ///
    /// Throws what is wrong, so that a limit from a file or a log entry cannot stop the process.
    public init(amount: Int, period: UInt64, burst: Int? = nil) throws(Fault) {
        guard amount >= 1 else { throw .amountBelowOne(amount) }
        guard period >= 1 else { throw .periodOfNoLength }
        let burst = burst ?? amount
        guard burst >= 1 else { throw .burstBelowOne(burst) }
        self.amount = amount
        self.period = period
        self.burst = burst
    }

    /// Why numbers are not a limit. To let nothing through, withdraw the grant; a limit is never zero.
    public enum Fault: Error, Hashable, Sendable {
        /// `amount` must be at least 1.
        case amountBelowOne(Int)
        /// `period` must be at least 1 nanosecond.
        case periodOfNoLength
        /// `burst` must be at least 1.
        case burstBelowOne(Int)

        /// The stable name of the fault.
        public var code: String {
            switch self {
            case .amountBelowOne: "amount_below_one"
            case .periodOfNoLength: "period_of_no_length"
            case .burstBelowOne: "burst_below_one"
            }
        }
    }
}

/// All limits of one grant. What is nil is not limited.
public struct LimitSet: Hashable, Sendable {
    /// How many requests may pass.
    public var requests: RateLimit?
    /// How many tokens may be used, prompt and answer together.
    public var tokens: RateLimit?
    /// How many requests may be under way at once; zero or less lets none through.
    public var concurrency: Int?

    /// Limits by their kinds; what is left out is not limited.
    public init(requests: RateLimit? = nil, tokens: RateLimit? = nil, concurrency: Int? = nil) {
        self.requests = requests
        self.tokens = tokens
        self.concurrency = concurrency
    }
}

/// The kinds of limit, in the order in which a refusal names them. The raw value is public and never renamed.
public enum LimitKind: String, CaseIterable, Hashable, Sendable {
    /// Requests per period.
    case requests
    /// Tokens per period.
    case tokens
    /// Requests under way at once.
    case concurrency
}
