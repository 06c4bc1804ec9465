/// What one grant has used of its limits.
///
/// A pure value: it is told the time, in nanoseconds of any clock that does not go back (one that does is read as
/// standing still). Whoever shares it between threads puts it under a lock, and each call is then atomic; so no
/// number of concurrent callers gets more than the limits allow.
public struct QuotaState: Hashable, Sendable {
    private var limits: LimitSet
    private var requests: LeakyBucket?
    private var tokens: LeakyBucket?
    /// Requests reserved and neither settled nor released.
    public private(set) var inFlight = 0
    private var nextSerial: UInt64 = 0

    /// Nothing used, nothing under way.
    public init(_ limits: LimitSet, at now: UInt64) {
        self.limits = limits
        self.requests = limits.requests.map { LeakyBucket($0, from: 0, at: now) }
        self.tokens = limits.tokens.map { LeakyBucket($0, from: 0, at: now) }
    }

    /// Takes one request, `tokens` tokens and a place among those under way: all of it or nothing.
    ///
    /// Every limit is asked before any is charged, so a refusal consumes nothing and leaves the state equal. `tokens`
    /// is the most that the request is thought to use (``TokenEstimate``); a negative number counts as none.
    public mutating func reserve(tokens: Int, at now: UInt64) -> ReserveResult {
        let tokens = max(0, tokens)
        if let tooLarge = self.tooLarge(tokens) { return .neverFits(tooLarge) }
        if let refusal = self.refusal(tokens, at: now) { return .refused(refusal) }

        let serial = self.nextSerial
        self.nextSerial += 1
        self.requests?.take(1, for: serial, at: now)
        self.tokens?.take(tokens, for: serial, at: now)
        self.inFlight += 1
        return .reserved(Reservation(tokens: self.tokens == nil ? 0 : tokens, serial: serial))
    }

    /// Ends a request that went upstream, with the tokens that it used.
    ///
    /// What was set aside and not used is given back, so that the limits stand as if exactly `usedTokens` had been
    /// asked for. What was used beyond is charged, even past the burst: the next requests wait until it has drained.
    /// Nil is unknown, and unknown is not zero: the whole reservation stays charged. The request itself stays counted.
    public mutating func settle(_ reservation: Reservation, usedTokens: Int?, at now: UInt64) {
        self.leave()
        guard let used = usedTokens.map({ max(0, $0) }) else { return }
        if used > reservation.tokens {
            self.tokens?.charge(used - reservation.tokens, at: now)
        } else {
            self.tokens?.giveBack(reservation.tokens - used, of: reservation.serial, at: now)
        }
    }

    /// Ends a request that never went upstream: all is given back, the request itself too.
    public mutating func release(_ reservation: Reservation, at now: UInt64) {
        self.leave()
        self.requests?.giveBack(1, of: reservation.serial, at: now)
        self.tokens?.giveBack(reservation.tokens, of: reservation.serial, at: now)
    }

    /// Where the grant stands; changes nothing.
    public func status(at now: UInt64) -> QuotaStatus {
        QuotaStatus(
            requests: self.requests?.status(at: now), tokens: self.tokens?.status(at: now), inFlight: self.inFlight,
            concurrency: self.limits.concurrency)
    }

    /// Goes on under other limits; what is owed stays owed, and what is under way stays under way.
    ///
    /// A smaller limit is thus felt at once and a larger one forgives nothing. A kind of limit that was not there
    /// before starts empty; one that is taken away is forgotten.
    public mutating func adopt(_ limits: LimitSet, at now: UInt64) {
        self.limits = limits
        self.adopt(limits.requests, into: \.requests, at: now)
        self.adopt(limits.tokens, into: \.tokens, at: now)
    }
}

extension QuotaState {
    private func tooLarge(_ tokens: Int) -> NeverFits? {
        if let bucket = self.tokens, !bucket.couldHold(tokens) {
            return NeverFits(limit: .tokens, asked: tokens, most: bucket.limit.burst)
        }
        if let most = self.limits.concurrency, most < 1 {
            return NeverFits(limit: .concurrency, asked: 1, most: 0)
        }
        return nil
    }

    private func refusal(_ tokens: Int, at now: UInt64) -> Refusal? {
        let requestWait = self.requests?.wait(for: 1, at: now) ?? 0
        let tokenWait = self.tokens?.wait(for: tokens, at: now) ?? 0
        var limits: [LimitKind] = []
        if requestWait > 0 { limits.append(.requests) }
        if tokenWait > 0 { limits.append(.tokens) }
        if let most = self.limits.concurrency, self.inFlight >= most { limits.append(.concurrency) }
        guard !limits.isEmpty else { return nil }
        let wait = max(requestWait, tokenWait)
        return Refusal(limits: limits, retryAfter: wait > 0 ? wait : nil)
    }

    /// A reservation that is ended twice is a fault of the caller; the count stays above the ground all the same.
    private mutating func leave() {
        self.inFlight = max(0, self.inFlight - 1)
    }

    private mutating func adopt(
        _ limit: RateLimit?, into bucket: WritableKeyPath<Self, LeakyBucket?>, at now: UInt64
    ) {
        guard let limit else {
            self[keyPath: bucket] = nil
            return
        }
        if self[keyPath: bucket] == nil {
            self[keyPath: bucket] = LeakyBucket(limit, from: self.nextSerial, at: now)
        }
        self[keyPath: bucket]?.adopt(limit, at: now)
    }
}
