import NIOConcurrencyHelpers
import Quota
import ReleaseModel

/// The limits of one grant, shared by all event loops: exact, because reserving is one step under one lock.
final class Limiter: Sendable {
    private let state: NIOLockedValueBox<QuotaState>
    /// The grant's identifier as entries have it.
    let grant: String

    /// The limiter of a grant, whose content never changes.
    init(_ grant: Grant, at now: UInt64) {
        self.grant = grant.id.description
        self.state = NIOLockedValueBox(QuotaState(LimitSet(grant.content.limits), at: now))
    }

    func reserve(tokens: Int, at now: UInt64) -> (result: ReserveResult, status: QuotaStatus) {
        self.state.withLockedValue { state in
            let result = state.reserve(tokens: tokens, at: now)
            return (result, state.status(at: now))
        }
    }

    func settle(_ reservation: Reservation, usedTokens: Int?, at now: UInt64) {
        self.state.withLockedValue { $0.settle(reservation, usedTokens: usedTokens, at: now) }
    }

    func release(_ reservation: Reservation, at now: UInt64) {
        self.state.withLockedValue { $0.release(reservation, at: now) }
    }

    var inFlight: Int { self.state.withLockedValue { $0.inFlight } }
}

extension LimitSet {
    private static let minute: UInt64 = 60_000_000_000

    /// The limits of a grant as buckets. Grants are checked when they are issued; should one hold a number out of range
    /// all the same, it lets nobody in, rather than everybody.
    init(_ limits: Limits) {
        func perMinute(_ amount: Int?) throws -> RateLimit? {
            try amount.map { try RateLimit(amount: $0, period: Self.minute) }
        }
        do {
            self.init(
                requests: try perMinute(limits.requestsPerMinute), tokens: try perMinute(limits.tokensPerMinute),
                concurrency: limits.concurrency)
        } catch {
            self.init(concurrency: 0)
        }
    }
}

/// One limiter a grant, for the whole process. Event loops keep what they have looked up.
final class LimiterBook: Sendable {
    private let limiters = NIOLockedValueBox<[GrantID: Limiter]>([:])

    func limiter(of grant: Grant, at now: UInt64) -> Limiter {
        self.limiters.withLockedValue { limiters in
            if let limiter = limiters[grant.id] { return limiter }
            let limiter = Limiter(grant, at: now)
            limiters[grant.id] = limiter
            return limiter
        }
    }

    /// How many requests are in flight under all grants; for tests and metrics.
    var inFlight: Int { self.limiters.withLockedValue { $0.values.reduce(0) { $0 + $1.inFlight } } }
}
