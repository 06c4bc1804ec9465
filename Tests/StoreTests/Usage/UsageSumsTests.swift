import ReleaseModel
import SluiceTesting
import Testing

@testable import Store

@Suite("The sums of usage")
struct UsageSumsTests {
    private func add(_ text: String, to sums: inout UsageSums) -> Bool {
        sums.add(Array(text.utf8).span)
    }

    @Test("are those of every grant and day, in whatever order entries come")
    func mixed() {
        repeated(seeds: 30) { _, generator in
            let grants = (1...20).map { GrantID(bits: UInt128($0) << UInt128(3 * $0)) }
            let outcomes = ["completed", "cancelled", "truncated", "upstream\u{5F}error", "caf\u{e9}"]
            var sums = UsageSums()
            for _ in 0..<2 {
                var expected: [String: Usage] = [:]
                for _ in 0..<300 {
                    let grant = grants.randomElement(using: &generator) ?? grants[0]
                    let day = Day(number: Int.random(in: 19_000..<19_003, using: &generator))
                    let tokens = Int.random(in: 0..<500, using: &generator)
                    let outcome = outcomes.randomElement(using: &generator) ?? ""
                    let begin = "{\"at\":\(day.number * 86_400_000 + tokens),\"grant\":\"\(grant)\""
                    let (text, usage) =
                        switch Int.random(in: 0..<4, using: &generator) {
                        case 0:
                            (
                                begin + ",\"key\":\"k\",\"kind\":\"request.admitted\",\"reserved\":9,\"v\":1}",
                                Usage(grant: grant, day: day, requests: 1)
                            )
                        case 1:
                            (
                                begin + ",\"kind\":\"request.counted\",\"v\":1}",
                                Usage(grant: grant, day: day, requests: 1)
                            )
                        case 2:
                            (
                                begin + ",\"input\":\(tokens),\"kind\":\"tokens.counted\",\"output\":7,\"v\":1}",
                                Usage(grant: grant, day: day, inputTokens: tokens, outputTokens: 7)
                            )
                        default:
                            (
                                begin + ",\"input\":\(tokens),\"kind\":\"request.completed\",\"outcome\":\"\(outcome)\""
                                    + ",\"output\":3,\"v\":1}",
                                Usage(
                                    grant: grant, day: day, inputTokens: tokens, outputTokens: 3,
                                    outcomes: [outcome: 1])
                            )
                        }
                    try #require(self.add(text, to: &sums))
                    expected["\(grant) \(day.number)", default: Usage(grant: grant, day: day)].add(usage)
                }
                try #require(Set(sums.take()) == Set(expected.values))
            }
            try #require(sums.take().isEmpty)
        }
    }

    @Test(
        "refuse what is no entry of the access log",
        arguments: [
            "", "[]", "{}", "{\"at\":1}", "{\"at\":1,\"kind\":\"request.admitted\"}",
            "{\"at\":1,\"grant\":\"grt_1\",\"kind\":\"request.admitted\"}",
            "{\"at\":1.5,\"grant\":\"\(GrantID(bits: 5))\",\"kind\":\"request.admitted\"}",
            "{\"at\":1,\"grant\":\"\(GrantID(bits: 5))\",\"kind\":\"grant.issued\"}",
            "{\"at\":1,\"at\":1,\"grant\":\"\(GrantID(bits: 5))\",\"kind\":\"request.admitted\"}",
            "{\"at\":1,\"grant\":\"\(GrantID(bits: 5))\",\"kind\":\"request.admitted",
        ])
    func foreign(_ text: String) {
        var sums = UsageSums()
        #expect(!self.add(text, to: &sums))
        #expect(sums.take().isEmpty)
    }
}
