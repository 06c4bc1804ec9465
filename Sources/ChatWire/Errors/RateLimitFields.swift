/// The header fields from which the SDKs and their users read limits.
public struct RateLimitFields: Hashable, Sendable {
    /// One limit as it stands after this request.
    public struct Window: Hashable, Sendable {
        /// How much there is when nothing is used.
        public var limit: Int
        /// How much of it is left now.
        public var remaining: Int
        /// Until all of it is there again.
        public var resetNanoseconds: Int64

        /// A limit, what is left of it, and how long until it is whole.
        public init(limit: Int, remaining: Int, resetNanoseconds: Int64) {
            self.limit = limit
            self.remaining = remaining
            self.resetNanoseconds = resetNanoseconds
        }
    }

    /// A longer wait than this is told not to be waited for: some SDKs would sleep for hours, others try at once.
    public static let longestRetryNanoseconds: Int64 = 60_000_000_000

    /// The limit on requests, if there is one.
    public var requests: Window?
    /// The limit on tokens, if there is one.
    public var tokens: Window?
    /// With a refusal: how long until the same request would pass.
    public var waitNanoseconds: Int64?

    /// The limits of one grant; those that it has not are left out of the answer.
    public init(requests: Window? = nil, tokens: Window? = nil, waitNanoseconds: Int64? = nil) {
        self.requests = requests
        self.tokens = tokens
        self.waitNanoseconds = waitNanoseconds
    }

    /// Names (lowercase) and values, for answers of any status.
    ///
    /// Times are rounded up, so that whoever obeys them is not refused again.
    ///
    /// OpenAI's resets are spans of time, `12ms`, `6m0s`; Anthropic's are moments, so it is asked what time it is.
    ///
    /// Every answer has them, so each is handed to `body` rather than made into a list of texts.
    public func forEach(
        format: WireFormat, nowUnixNanoseconds: Int64, _ body: (_ name: StaticString, _ value: Value) -> Void
    ) {
        if let window = self.requests {
            switch format {
            case .openAI:
                body("x-ratelimit-limit-requests", .number(window.limit))
                body("x-ratelimit-remaining-requests", .number(window.remaining))
                body("x-ratelimit-reset-requests", .text(Self.span(window.resetNanoseconds)))
            case .anthropic:
                body("anthropic-ratelimit-requests-limit", .number(window.limit))
                body("anthropic-ratelimit-requests-remaining", .number(window.remaining))
                body("anthropic-ratelimit-requests-reset", .text(Self.moment(window, nowUnixNanoseconds)))
            }
        }
        if let window = self.tokens {
            switch format {
            case .openAI:
                body("x-ratelimit-limit-tokens", .number(window.limit))
                body("x-ratelimit-remaining-tokens", .number(window.remaining))
                body("x-ratelimit-reset-tokens", .text(Self.span(window.resetNanoseconds)))
            case .anthropic:
                body("anthropic-ratelimit-tokens-limit", .number(window.limit))
                body("anthropic-ratelimit-tokens-remaining", .number(window.remaining))
                body("anthropic-ratelimit-tokens-reset", .text(Self.moment(window, nowUnixNanoseconds)))
            }
        }
        if format == .anthropic, self.requests != nil || self.tokens != nil {
            // What some clients look at first; without it they ask again and again.
            body("anthropic-ratelimit-unified-status", .text(self.waitNanoseconds == nil ? "allowed" : "rejected"))
        }
        if let wait = self.waitNanoseconds {
            body("retry-after", .number(Int(Self.roundedUp(wait, to: 1_000_000_000))))
            body("retry-after-ms", .number(Int(Self.roundedUp(wait, to: 1_000_000))))
            if wait > Self.longestRetryNanoseconds { body("x-should-retry", .text("false")) }
        }
    }

    /// What stands behind a field's name.
    public enum Value: Hashable, Sendable {
        /// A number, in decimal digits.
        case number(Int)
        /// A text of letters, digits and signs that need no escape.
        case text(String)
    }

    /// A span of time as OpenAI writes it: `0s`, `12ms`, `1.5s`, `6m0s`, `2h0m1s`.
    static func span(_ nanoseconds: Int64) -> String {
        let milliseconds = Self.roundedUp(nanoseconds, to: 1_000_000)
        if milliseconds == 0 { return "0s" }
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        if milliseconds < 60_000 {
            var fraction = String(milliseconds % 1000 + 1000).dropFirst()
            while fraction.last == "0" { fraction.removeLast() }
            return fraction.isEmpty ? "\(milliseconds / 1000)s" : "\(milliseconds / 1000).\(fraction)s"
        }
        let seconds = Self.roundedUp(nanoseconds, to: 1_000_000_000)
        let hours = seconds / 3600
        return (hours > 0 ? "\(hours)h" : "") + "\(seconds / 60 % 60)m\(seconds % 60)s"
    }

    private static func moment(_ window: Window, _ now: Int64) -> String {
        let (sum, overflow) = now.addingReportingOverflow(max(0, window.resetNanoseconds))
        return InternetTime.text(unixSeconds: Self.roundedUp(overflow ? .max : sum, to: 1_000_000_000))
    }

    private static func roundedUp(_ nanoseconds: Int64, to unit: Int64) -> Int64 {
        let whole = max(0, nanoseconds).quotientAndRemainder(dividingBy: unit)
        return whole.quotient + (whole.remainder > 0 ? 1 : 0)
    }
}
