import Quota
import SluiceTesting
import Testing

private let day: UInt64 = 86_400_000_000_000

@Suite("The largest numbers")
struct ExtremesTests {
    @Test("a thousand million tokens a day are counted to the last")
    func billionADay() throws {
        let limit = try RateLimit(amount: 1_000_000_000, period: day)
        var state = QuotaState(LimitSet(tokens: limit), at: 0)
        guard case .reserved = state.reserve(tokens: 999_999_999, at: 0) else {
            Issue.record("refused")
            return
        }
        #expect(state.status(at: 0).tokens?.remaining == 1)
        guard case .refused(let refusal) = state.reserve(tokens: 2, at: 0) else {
            Issue.record("passed")
            return
        }
        #expect(refusal.retryAfter == 86_400)  // a token every 86.4 µs
        #expect(state.status(at: 86_399).tokens?.remaining == 1)
        #expect(state.status(at: 86_400).tokens?.remaining == 2)
    }

    @Test("limits at the ends of their types neither trap nor wrap")
    func ends() throws {
        let slow = try RateLimit(amount: 1, period: .max, burst: .max)
        let fast = try RateLimit(amount: .max, period: 1, burst: .max)
        for limit in [slow, fast] {
            var state = QuotaState(LimitSet(requests: limit, tokens: limit, concurrency: .max), at: 0)
            guard case .reserved(let reservation) = state.reserve(tokens: .max, at: 0) else {
                Issue.record("the whole burst is refused")
                continue
            }
            #expect(state.status(at: 0).tokens?.remaining == 0)
            state.settle(reservation, usedTokens: .max, at: .max)
            for _ in 0..<20 {
                guard case .reserved(let next) = state.reserve(tokens: 0, at: .max) else { break }
                state.settle(next, usedTokens: .max, at: .max)
            }
            _ = state.status(at: .max)
            state.adopt(LimitSet(tokens: fast), at: .max)
            state.adopt(LimitSet(tokens: slow), at: 0)
            #expect(state.inFlight == 0)
        }
    }

    @Test("a debt that is beyond counting stays and is not forgiven")
    func saturates() throws {
        let limit = try RateLimit(amount: 1, period: .max, burst: .max)
        var state = QuotaState(LimitSet(tokens: limit), at: 0)
        guard case .reserved(let first) = state.reserve(tokens: 0, at: 0),
            case .reserved(let second) = state.reserve(tokens: 0, at: 0),
            case .reserved(let third) = state.reserve(tokens: 0, at: 0)
        else {
            Issue.record("refused")
            return
        }
        for reservation in [first, second, third] { state.settle(reservation, usedTokens: .max, at: 0) }
        guard case .refused(let refusal) = state.reserve(tokens: 0, at: .max) else {
            Issue.record("passed")
            return
        }
        #expect(refusal.retryAfter == .max)
        #expect(state.status(at: .max).tokens?.remaining == 0)
    }

    @Test(
        "what is no limit is refused with its name",
        arguments: [
            (0, 1, 1, "amount_below_one"), (-5, 1, 1, "amount_below_one"), (1, 0, 1, "period_of_no_length"),
            (1, 1, 0, "burst_below_one"), (1, 1, Int.min, "burst_below_one"),
        ] as [(Int, UInt64, Int, String)])
    func faults(amount: Int, period: UInt64, burst: Int, code: String) {
        let fault = #expect(throws: RateLimit.Fault.self) {
            try RateLimit(amount: amount, period: period, burst: burst)
        }
        #expect(fault?.code == code)
    }

    @Test("the burst is the amount where nothing else is said")
    func burst() throws {
        #expect(try RateLimit(amount: 7, period: 1).burst == 7)
    }
}

@Suite("A token estimate")
struct TokenEstimateTests {
    @Test(
        "is the prompt by fours, rounded up, and the answer for every choice",
        arguments: [
            (0, 0, 1, 0), (1, 0, 1, 1), (4, 0, 1, 1), (5, 0, 1, 2), (400, 100, 1, 200), (400, 100, 3, 400),
            (0, 10, 0, 10), (-4, -1, -1, 0), (Int.max, 0, 1, 2_305_843_009_213_693_952),
            (0, Int.max, 2, Int.max), (8, Int.max - 1, 1, Int.max), (0, Int.max, Int.max, Int.max),
        ])
    func bound(bytes: Int, output: Int, choices: Int, expected: Int) {
        #expect(TokenEstimate(promptBytes: bytes, maximumOutput: output, choices: choices).reservation == expected)
    }
}
