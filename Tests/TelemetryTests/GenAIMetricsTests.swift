import SluiceTesting
import Telemetry
import Testing

extension GenAIAttributes {
    /// Attributes that differ by a number.
    static func example(_ number: Int) -> Self {
        Self(
            operation: "chat", provider: "openai", requestModel: "aurora", responseModel: "aurora-q4",
            version: "aurora-1.\(number)", stage: "pilot", arm: "candidate")
    }
}

@Suite("The metrics of the GenAI conventions")
struct GenAIMetricsTests {
    private let metrics = SluiceMetrics(version: "1")

    private func samples(_ name: String) -> [Substring] {
        String(decoding: self.metrics.registry.render(), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix(name) }
    }

    @Test("give the same series for the same attributes, and others for others")
    func same() {
        let series = self.metrics.genAI.series(of: .example(1))
        #expect(series === self.metrics.genAI.series(of: .example(1)))
        #expect(series !== self.metrics.genAI.series(of: .example(2)))
    }

    @Test("count every combination beyond the bound as other, and never forget one within it")
    func bounded() {
        let most = GenAIMetrics.mostCombinations
        for number in 0..<(most * 3) {
            self.metrics.genAI.series(of: .example(number)).observe(.completed, nanoseconds: 1)
        }
        let counts = self.samples("gen_ai_server_request_duration_seconds_count")
        #expect(counts.count == most + 1)
        #expect(counts.contains { $0.contains("sluice_model_version=\"other\"") && $0.hasSuffix(" \(most * 2)") })
        #expect(self.metrics.genAI.series(of: .example(0)) !== self.metrics.genAI.other)
        // Each ending may come in each combination: the page still has a bound that the registry knows.
        for number in 0..<(most * 2) {
            for ending in SluiceMetrics.Ending.allCases {
                self.metrics.genAI.series(of: .example(number)).observe(ending, nanoseconds: 1)
            }
        }
        let endings = SluiceMetrics.Ending.allCases.count
        #expect(self.samples("gen_ai_server_request_duration_seconds_count").count == (most + 1) * endings)
    }

    @Test("say how a request ended only if it was not whole")
    func endings() {
        let series = self.metrics.genAI.series(of: .example(1))
        series.observe(.completed, nanoseconds: 1)
        series.observe(.cancelled, nanoseconds: 1)
        let counts = self.samples("gen_ai_server_request_duration_seconds_count").filter { $0.contains("aurora-1.1") }
        #expect(counts.count == 2)
        #expect(counts.filter { $0.contains("error_type=") }.allSatisfy { $0.contains("error_type=\"cancelled\"") })
    }

    @Test("have no time for tokens after the first where there was one or none")
    func oneToken() {
        let series = self.metrics.genAI.series(of: .example(1))
        for tokens in [0, -1] { series.observe(nanoseconds: 5, forTokensAfterFirst: tokens) }
        let name = "gen_ai_server_time_per_output_token_seconds_count"
        #expect(self.samples(name).allSatisfy { $0.hasSuffix(" 0") })
    }

    @Test("count tokens as whole numbers")
    func tokens() {
        self.metrics.genAI.series(of: .example(1)).observe(inputTokens: 17, outputTokens: 64)
        let sums = self.samples("gen_ai_client_token_usage_sum").filter { $0.contains("aurora-1.1") }
        #expect(sums.contains { $0.contains("gen_ai_token_type=\"input\"") && $0.hasSuffix(" 17") })
        #expect(sums.contains { $0.contains("gen_ai_token_type=\"output\"") && $0.hasSuffix(" 64") })
        let bucket = self.samples("gen_ai_client_token_usage_bucket").filter { $0.contains("le=\"64\"") }
        #expect(bucket.filter { $0.contains("aurora-1.1") }.allSatisfy { $0.hasSuffix(" 1") })
    }
}
