import Quota
import SluiceTesting
import Testing

private let second: UInt64 = 1_000_000_000

@Suite("Limits that change")
struct ReconfigurationTests {
    private func tokens(_ amount: Int, per period: UInt64, burst: Int? = nil) throws -> LimitSet {
        LimitSet(tokens: try RateLimit(amount: amount, period: period, burst: burst))
    }

    private func remaining(_ state: QuotaState, at now: UInt64) -> Int? {
        state.status(at: now).tokens?.remaining
    }

    @Test("keep what is owed")
    func keepsDebt() throws {
        var state = QuotaState(try self.tokens(100, per: 60 * second), at: 0)
        _ = state.reserve(tokens: 70, at: 0)
        state.adopt(try self.tokens(200, per: 60 * second), at: 0)
        #expect(self.remaining(state, at: 0) == 130)
        state.adopt(try self.tokens(50, per: 60 * second), at: 0)
        #expect(self.remaining(state, at: 0) == 0)
        #expect(state.status(at: 0).tokens?.resetNanoseconds == 84 * second)
    }

    @Test("count the same items where the period is another")
    func otherPeriod() throws {
        var state = QuotaState(try self.tokens(100, per: 60 * second), at: 0)
        _ = state.reserve(tokens: 70, at: 0)
        state.adopt(try self.tokens(100, per: 7), at: 0)
        #expect(self.remaining(state, at: 0) == 30)
        state.adopt(try self.tokens(100, per: 86_400 * second), at: 0)
        #expect(self.remaining(state, at: 0) == 30)
    }

    @Test("drain at the old rate up to the change and at the new one after it")
    func drainsInTurn() throws {
        var state = QuotaState(try self.tokens(60, per: 60 * second, burst: 100), at: 0)
        _ = state.reserve(tokens: 100, at: 0)
        state.adopt(try self.tokens(600, per: 60 * second, burst: 100), at: 10 * second)
        #expect(self.remaining(state, at: 10 * second) == 10)
        #expect(self.remaining(state, at: 12 * second) == 30)
    }

    @Test("settle what was reserved before")
    func settlesAcross() throws {
        var state = QuotaState(try self.tokens(100, per: 60 * second), at: 0)
        guard case .reserved(let reservation) = state.reserve(tokens: 70, at: 0) else {
            Issue.record("refused")
            return
        }
        state.adopt(try self.tokens(100, per: 3_600 * second), at: 0)
        state.settle(reservation, usedTokens: 20, at: 0)
        #expect(self.remaining(state, at: 0) == 80)
        #expect(state.inFlight == 0)
    }

    @Test("give nothing back to a limit that did not exist when it was reserved")
    func newLimit() throws {
        var state = QuotaState(LimitSet(), at: 0)
        guard case .reserved(let unlimited) = state.reserve(tokens: 70, at: 0) else {
            Issue.record("refused")
            return
        }
        let limit = try RateLimit(amount: 100, period: 60 * second)
        state.adopt(LimitSet(requests: limit, tokens: limit), at: 0)
        _ = state.reserve(tokens: 60, at: 0)
        state.release(unlimited, at: 0)
        #expect(self.remaining(state, at: 0) == 40)
        #expect(state.status(at: 0).requests?.remaining == 99)
        state.adopt(LimitSet(), at: 0)
        #expect(state.status(at: 0).tokens == nil)
    }

    @Test("change nothing when they are the same", arguments: seeds(30))
    func same(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let limits = try self.tokens(.random(in: 1...100, using: &generator), per: 1_000, burst: 100)
        var state = QuotaState(limits, at: 0)
        for now in 0..<20 as Range<UInt64> {
            _ = state.reserve(tokens: .random(in: 0...40, using: &generator), at: now * 100)
            let before = state
            state.adopt(limits, at: now * 100 + 50)
            #expect(state == before)
        }
    }
}
