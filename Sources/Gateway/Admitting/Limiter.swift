import NIOConcurrencyHelpers
import Quota
import ReleaseModel
import StageControl

/// The limits of one grant, or of one application in a stage, shared by all event loops: exact, because reserving is
/// one step under one lock.
final class Limiter: Sendable {
    private let state: NIOLockedValueBox<QuotaState>

    /// A limiter of which nothing is used.
    init(_ limits: LimitSet, at now: UInt64) {
        self.state = NIOLockedValueBox(QuotaState(limits, at: now))
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

    /// Goes on under other limits; what is used stays used.
    func adopt(_ limits: LimitSet, at now: UInt64) {
        self.state.withLockedValue { $0.adopt(limits, at: now) }
    }

    var inFlight: Int { self.state.withLockedValue { $0.inFlight } }
}

extension LimitSet {
    private static let minute: UInt64 = 60_000_000_000

    /// The limits of a grant as buckets.
    init(_ limits: Limits) {
        self.init(
            requestsPerMinute: limits.requestsPerMinute, tokensPerMinute: limits.tokensPerMinute,
            concurrency: limits.concurrency)
    }

    /// What a stage allows one application, as buckets; `nil` if it sets no limit.
    init?(_ caps: StageCaps) {
        guard caps.requestsPerMinutePerApp != nil || caps.tokensPerMinutePerApp != nil || caps.concurrencyPerApp != nil
        else { return nil }
        self.init(
            requestsPerMinute: caps.requestsPerMinutePerApp, tokensPerMinute: caps.tokensPerMinutePerApp,
            concurrency: caps.concurrencyPerApp)
    }

    /// Grants and plans are checked before they are in force; should one hold a number out of range all the same, it
    /// lets nobody in, rather than everybody.
    private init(requestsPerMinute: Int?, tokensPerMinute: Int?, concurrency: Int?) {
        func perMinute(_ amount: Int?) throws -> RateLimit? {
            try amount.map { try RateLimit(amount: $0, period: Self.minute) }
        }
        do {
            self.init(
                requests: try perMinute(requestsPerMinute), tokens: try perMinute(tokensPerMinute),
                concurrency: concurrency)
        } catch {
            self.init(concurrency: 0)
        }
    }
}

/// One limiter a grant, and one for each application in a stage that limits it, for the whole process. Event loops keep
/// what they have looked up of grants.
final class LimiterBook: Sendable {
    /// An application in a stage.
    struct Seat: Hashable {
        let rollout: RolloutID
        let stage: Int
        let application: ApplicationID
    }

    private let limiters = NIOLockedValueBox<[GrantID: Limiter]>([:])
    private let seats = NIOLockedValueBox<[Seat: (caps: StageCaps, limiter: Limiter)]>([:])

    func limiter(of grant: Grant, at now: UInt64) -> Limiter {
        self.limiters.withLockedValue { limiters in
            if let limiter = limiters[grant.id] { return limiter }
            let limiter = Limiter(LimitSet(grant.content.limits), at: now)
            limiters[grant.id] = limiter
            return limiter
        }
    }

    /// The limiter of an application in a stage; `nil` where the stage does not limit it. A way back can tighten the
    /// caps of a stage: then what was used counts against the new ones.
    func limiter(of seat: Seat, _ caps: StageCaps, at now: UInt64) -> Limiter? {
        guard let limits = LimitSet(caps) else { return nil }
        return self.seats.withLockedValue { seats in
            guard let known = seats[seat] else {
                let limiter = Limiter(limits, at: now)
                seats[seat] = (caps, limiter)
                return limiter
            }
            if known.caps != caps {
                known.limiter.adopt(limits, at: now)
                seats[seat]?.caps = caps
            }
            return known.limiter
        }
    }

    /// How many requests are in flight under all grants; for tests and metrics.
    var inFlight: Int { self.limiters.withLockedValue { $0.values.reduce(0) { $0 + $1.inFlight } } }
}
