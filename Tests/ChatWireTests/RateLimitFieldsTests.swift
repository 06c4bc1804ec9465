import ChatWire
import Testing

@Suite("The header fields of limits")
struct RateLimitFieldsTests {
    private func fields(_ fields: RateLimitFields, _ format: WireFormat, now: Int64 = 0) -> [String] {
        var lines: [String] = []
        fields.forEach(format: format, nowUnixNanoseconds: now) { name, value in
            switch value {
            case .number(let number): lines.append("\(name): \(number)")
            case .text(let text): lines.append("\(name): \(text)")
            }
        }
        return lines
    }

    private let windows = RateLimitFields(
        requests: .init(limit: 60, remaining: 59, resetNanoseconds: 1_000_000_000),
        tokens: .init(limit: 100_000, remaining: 0, resetNanoseconds: 360_000_000_000))

    @Test("have OpenAI's names and spans of time")
    func openAI() {
        #expect(
            self.fields(self.windows, .openAI) == [
                "x-ratelimit-limit-requests: 60", "x-ratelimit-remaining-requests: 59",
                "x-ratelimit-reset-requests: 1s",
                "x-ratelimit-limit-tokens: 100000", "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 6m0s",
            ])
    }

    @Test("have Anthropic's names and moments, rounded up")
    func anthropic() {
        #expect(
            self.fields(self.windows, .anthropic, now: 1_700_000_000_000_000_001) == [
                "anthropic-ratelimit-requests-limit: 60", "anthropic-ratelimit-requests-remaining: 59",
                "anthropic-ratelimit-requests-reset: 2023-11-14T22:13:22Z", "anthropic-ratelimit-tokens-limit: 100000",
                "anthropic-ratelimit-tokens-remaining: 0", "anthropic-ratelimit-tokens-reset: 2023-11-14T22:19:21Z",
                "anthropic-ratelimit-unified-status: allowed",
            ])
    }

    @Test(
        "write spans of time as OpenAI does, rounded up",
        arguments: [
            (0, "0s"), (-5, "0s"), (1, "1ms"), (12_000_000, "12ms"), (11_000_001, "12ms"), (999_000_001, "1s"),
            (1_000_000_000, "1s"),
            (1_500_000_000, "1.5s"), (8_640_000_000, "8.64s"), (1_001_000_000, "1.001s"), (59_999_000_001, "1m0s"),
            (60_000_000_000, "1m0s"),
            (60_000_000_001, "1m1s"), (360_000_000_000, "6m0s"), (3_600_000_000_000, "1h0m0s"),
            (7_265_000_000_000, "2h1m5s"),
        ] as [(Int64, String)])
    func spans(nanoseconds: Int64, text: String) {
        let fields = RateLimitFields(requests: .init(limit: 1, remaining: 1, resetNanoseconds: nanoseconds))
        #expect(self.fields(fields, .openAI).last == "x-ratelimit-reset-requests: \(text)")
    }

    @Test(
        "say how long to wait, rounded up, and not to wait for long",
        arguments: [
            (0, ["retry-after: 0", "retry-after-ms: 0"]), (1, ["retry-after: 1", "retry-after-ms: 1"]),
            (1_500_000_000, ["retry-after: 2", "retry-after-ms: 1500"]),
            (60_000_000_000, ["retry-after: 60", "retry-after-ms: 60000"]),
            (60_000_000_001, ["retry-after: 61", "retry-after-ms: 60001", "x-should-retry: false"]),
            (Int64.max, ["retry-after: 9223372037", "retry-after-ms: 9223372036855", "x-should-retry: false"]),
        ] as [(Int64, [String])])
    func waits(nanoseconds: Int64, expected: [String]) {
        for format in WireFormat.allCases {
            #expect(self.fields(RateLimitFields(waitNanoseconds: nanoseconds), format) == expected)
        }
    }

    @Test("are absent where there is no limit")
    func nothing() {
        #expect(self.fields(RateLimitFields(), .openAI) == [])
    }

    @Test("do not overflow at the end of time")
    func overflow() {
        let fields = RateLimitFields(requests: .init(limit: 1, remaining: 0, resetNanoseconds: .max))
        #expect(
            self.fields(fields, .anthropic, now: .max)
                .contains { $0.hasPrefix("anthropic-ratelimit-requests-reset: 2262-") })
    }
}
