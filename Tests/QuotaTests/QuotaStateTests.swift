import Quota
import SluiceTesting
import Testing

private let second: UInt64 = 1_000_000_000
private let minute = 60 * second
private let day = 86_400 * second

extension ReserveResult {
    fileprivate var reservation: Reservation? {
        guard case .reserved(let reservation) = self else { return nil }
        return reservation
    }

    fileprivate var refusal: Refusal? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal
    }
}

@Suite("A grant's limits")
struct QuotaStateTests {
    private func state(
        requests: RateLimit? = nil, tokens: RateLimit? = nil, concurrency: Int? = nil
    ) -> QuotaState {
        QuotaState(LimitSet(requests: requests, tokens: tokens, concurrency: concurrency), at: 0)
    }

    @Test("let exactly the burst pass in one instant", arguments: [1, 2, 7, 100])
    func burst(_ burst: Int) throws {
        var state = self.state(requests: try RateLimit(amount: 3, period: minute, burst: burst))
        let passed = (0..<(burst * 3)).filter { _ in state.reserve(tokens: 0, at: 5).reservation != nil }
        #expect(passed.count == burst)
    }

    @Test("tell the exact wait of a third of a minute, rounded up to a nanosecond")
    func exactWait() throws {
        var state = self.state(requests: try RateLimit(amount: 7, period: minute, burst: 1))
        #expect(state.reserve(tokens: 0, at: 0).reservation != nil)
        let wait = try #require(state.reserve(tokens: 0, at: 0).refusal?.retryAfter)
        #expect(wait == 8_571_428_572)  // 60 s / 7 = 8.571428571428…
        #expect(state.reserve(tokens: 0, at: wait - 1).refusal == Refusal(limits: [.requests], retryAfter: 1))
        #expect(state.reserve(tokens: 0, at: wait).reservation != nil)
    }

    @Test("name every limit that refuses, with the longest wait, and take nothing")
    func allReasons() throws {
        var state = self.state(
            requests: try RateLimit(amount: 1, period: second), tokens: try RateLimit(amount: 10, period: minute),
            concurrency: 1)
        #expect(state.reserve(tokens: 10, at: 0).reservation != nil)
        let before = state
        let refusal = try #require(state.reserve(tokens: 5, at: 0).refusal)
        #expect(refusal.limits == [.requests, .tokens, .concurrency])
        #expect(refusal.retryAfter == 30 * second)
        #expect(state == before)
    }

    @Test("know no wait where only running requests stand in the way")
    func concurrency() throws {
        var state = self.state(concurrency: 2)
        let first = try #require(state.reserve(tokens: 0, at: 0).reservation)
        #expect(state.reserve(tokens: 0, at: 0).reservation != nil)
        #expect(state.reserve(tokens: 0, at: 0).refusal == Refusal(limits: [.concurrency], retryAfter: nil))
        state.settle(first, usedTokens: nil, at: 1)
        #expect(state.reserve(tokens: 0, at: 1).reservation != nil)
    }

    @Test("say at once that a request larger than the burst never fits")
    func neverFits() throws {
        var state = self.state(tokens: try RateLimit(amount: 1_000, period: minute, burst: 100))
        let answer = state.reserve(tokens: 101, at: 0)
        #expect(answer == .neverFits(NeverFits(limit: .tokens, asked: 101, most: 100)))
        #expect(state.reserve(tokens: 100, at: 0).reservation != nil)
    }

    @Test("let nothing pass under a concurrency of zero or less", arguments: [0, -1, Int.min])
    func nothing(concurrency: Int) {
        var state = self.state(concurrency: concurrency)
        let answer = state.reserve(tokens: 0, at: 0)
        #expect(answer == .neverFits(NeverFits(limit: .concurrency, asked: 1, most: 0)))
    }

    @Test("keep what was used and give back the rest")
    func settles() throws {
        var state = self.state(tokens: try RateLimit(amount: 100, period: minute))
        let reservation = try #require(state.reserve(tokens: 80, at: 0).reservation)
        state.settle(reservation, usedTokens: 30, at: 0)
        #expect(state.status(at: 0).tokens?.remaining == 70)
        #expect(state.inFlight == 0)
    }

    @Test("keep the whole reservation where nobody counted")
    func unknown() throws {
        var state = self.state(tokens: try RateLimit(amount: 100, period: minute))
        let reservation = try #require(state.reserve(tokens: 80, at: 0).reservation)
        state.settle(reservation, usedTokens: nil, at: 0)
        #expect(state.status(at: 0).tokens?.remaining == 20)
    }

    @Test("charge what was used beyond the reservation, even past the burst")
    func overdraft() throws {
        var state = self.state(tokens: try RateLimit(amount: 100, period: minute))
        let reservation = try #require(state.reserve(tokens: 80, at: 0).reservation)
        state.settle(reservation, usedTokens: 250, at: 0)
        #expect(state.status(at: 0).tokens == RateStatus(limit: 100, remaining: 0, resetNanoseconds: 150 * second))
        #expect(state.reserve(tokens: 0, at: 0).refusal?.retryAfter == 90 * second)
        #expect(state.reserve(tokens: 0, at: 90 * second).reservation != nil)
    }

    @Test("give everything back for a request that never went upstream, the request too")
    func releases() throws {
        var state = self.state(
            requests: try RateLimit(amount: 1, period: day), tokens: try RateLimit(amount: 100, period: day))
        for _ in 0..<3 {
            let reservation = try #require(state.reserve(tokens: 100, at: 0).reservation)
            state.release(reservation, at: 0)
        }
        let settled = try #require(state.reserve(tokens: 100, at: 0).reservation)
        state.settle(settled, usedTokens: 0, at: 0)
        #expect(state.status(at: 0).requests?.remaining == 0)
        #expect(state.status(at: 0).tokens?.remaining == 100)
    }

    /// A long request has drained away by the time it ends; to give its tokens back again would erase what others owe.
    @Test("do not give back what has drained already")
    func drained() throws {
        var state = self.state(tokens: try RateLimit(amount: 100, period: minute))
        let long = try #require(state.reserve(tokens: 80, at: 0).reservation)
        #expect(state.reserve(tokens: 90, at: 50 * second).reservation != nil)
        state.settle(long, usedTokens: 0, at: 50 * second)
        #expect(state.status(at: 50 * second).tokens?.remaining == 10)
    }

    @Test("give back all of a long request where the bucket never ran empty")
    func saturated() throws {
        var state = self.state(tokens: try RateLimit(amount: 60, period: minute, burst: 100))
        let long = try #require(state.reserve(tokens: 80, at: 0).reservation)
        for tick in 1...120 as ClosedRange<UInt64> {
            #expect(state.reserve(tokens: 1, at: tick * second).reservation != nil)
        }
        state.settle(long, usedTokens: 0, at: 120 * second)
        #expect(state.status(at: 120 * second).tokens?.remaining == 99)
    }

    @Test("stay above the ground when one reservation is ended twice")
    func twice() throws {
        var state = self.state(tokens: try RateLimit(amount: 100, period: minute), concurrency: 1)
        let reservation = try #require(state.reserve(tokens: 50, at: 0).reservation)
        state.release(reservation, at: 0)
        state.release(reservation, at: 0)
        #expect(state.inFlight == 0)
        #expect(state.status(at: 0).tokens?.remaining == 100)
    }

    @Test("read a clock that goes back as one that stands still")
    func backwards() throws {
        var state = self.state(requests: try RateLimit(amount: 1, period: second))
        #expect(state.reserve(tokens: 0, at: 10 * second).reservation != nil)
        #expect(state.reserve(tokens: 0, at: 0).refusal?.retryAfter == 11 * second)
        #expect(state.reserve(tokens: 0, at: 11 * second).reservation != nil)
    }
}
