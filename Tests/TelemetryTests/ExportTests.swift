import SluiceTesting
import StrictJSON
import Testing

@testable import Telemetry

@Suite("What a collector is sent")
struct ExportMessageTests {
    private let resource = OTLPResource(version: "1.2.3", instance: "00000000000000aa")

    private func span(_ end: RequestSpan.End, usage: RequestSpan.Usage?) -> RequestSpan {
        var generator = SeededGenerator(seed: 22)
        let parent = TraceContext.Parent(Array("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00".utf8).span)
        return RequestSpan(
            context: TraceContext(under: parent, sampling: Sampling(ratio: 1), using: &generator), request: "req_1",
            attributes: .example(1), startedAt: 1_700_000_000_123, duration: 2_000_000_001, firstToken: 5_000_000,
            end: end, status: 200, usage: usage)
    }

    private func first(_ value: JSONValue?, _ path: String...) -> JSONValue? {
        path.reduce(value) { value, key in value?[key].map { $0.arrayValue?.first ?? $0 } }
    }

    private func attributes(_ value: JSONValue?) -> [String: JSONValue] {
        let pairs = (value?["attributes"]?.arrayValue ?? []).map {
            ($0["key"]?.stringValue ?? "", $0["value"] ?? .null)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    @Test("has a span with the names, digits and numbers of the format")
    func spans() throws {
        let whole = self.span(.ended(.completed), usage: .init(input: 5, output: 7))
        let bytes = OTLPTraces.body([whole], from: self.resource)
        let span = self.first(try JSONValue(parsing: bytes), "resourceSpans", "scopeSpans", "spans")
        #expect(span?["traceId"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(span?["parentSpanId"] == "00f067aa0ba902b7")
        #expect(span?["spanId"]?.stringValue?.count == 16)
        #expect(span?["kind"] == 2 && span?["name"] == "chat aurora" && span?["status"] == nil)
        #expect(span?["startTimeUnixNano"] == "1700000000123000000")
        #expect(span?["endTimeUnixNano"] == "1700000002123000001")
        let attributes = self.attributes(span)
        #expect(attributes["gen_ai.usage.output_tokens"] == ["intValue": "7"])
        #expect(attributes["sluice.model_version"] == ["stringValue": "aurora-1.1"])
        #expect(attributes["error.type"] == nil)
    }

    @Test("says of an answer that was not whole how it ended, and no usage that nobody counted")
    func failure() throws {
        let bytes = OTLPTraces.body([self.span(.ended(.truncated), usage: nil)], from: self.resource)
        let span = self.first(try JSONValue(parsing: bytes), "resourceSpans", "scopeSpans", "spans")
        #expect(span?["status"] == ["code": 2, "message": "truncated"])
        let attributes = self.attributes(span)
        #expect(attributes["error.type"] == ["stringValue": "truncated"])
        #expect(!attributes.keys.contains { $0.hasPrefix("gen_ai.usage.") })
    }

    @Test(
        "says of a refusal its code, and calls it a fault only where the server has one",
        arguments: [("rate_limit_exceeded", 429, false), ("audit_unavailable", 503, true)])
    func refusal(code: String, status: Int, isFault: Bool) throws {
        var refused = self.span(.refused(code: code), usage: nil)
        refused.status = status
        refused.attributes = GenAIAttributes(
            operation: "chat", provider: "openai", requestModel: "", responseModel: "", version: "")
        let span = self.first(
            try JSONValue(parsing: OTLPTraces.body([refused], from: self.resource)),
            "resourceSpans", "scopeSpans", "spans")
        #expect(span?["name"] == "chat")
        #expect(span?["status"] == (isFault ? ["code": 2, "message": .string(code)] : nil))
        let attributes = self.attributes(span)
        #expect(attributes["error.type"] == ["stringValue": .string(code)])
        #expect(attributes["http.response.status_code"] == ["intValue": .string("\(status)")])
        #expect(attributes["gen_ai.request.model"] == nil && attributes["sluice.model_version"] == nil)
    }

    @Test("has refusals in the first quarter of its queue only, and the rest is for what was let in")
    func queue() {
        let dropped = Counter()
        let queue = SpanQueue(capacity: 8, sampling: .none, dropped: dropped)
        for _ in 0..<5 { queue.put(self.span(.refused(code: "invalid_api_key"), usage: nil)) }
        #expect(queue.count == 2 && dropped.value == 3)
        for _ in 0..<7 { queue.put(self.span(.ended(.completed), usage: nil)) }
        #expect(queue.count == 8 && dropped.value == 4)
    }

    @Test("has so many refusals of each second and loop, however many there are")
    func pace() {
        var pace = RefusalPace()
        let second: UInt64 = 1_000_000_000
        for start in [0, 5 * second, 6 * second, .max - second] as [UInt64] {
            let taken = (0..<1_000).count { _ in pace.allows(at: start) }
            #expect(taken == RefusalPace.most)
            let isTaken = pace.allows(at: start + second - 1)
            #expect(!isTaken)
        }
    }

    @Test("has every metric of the page, with sums since the start and one bucket more than bounds")
    func metrics() throws {
        let metrics = SluiceMetrics(version: "1")
        metrics.readSnapshotAge { .infinity }
        metrics.genAI.series(of: .example(1)).observe(.completed, nanoseconds: 30_000_000)
        let bytes = OTLPMetrics.body(metrics.registry.families, .init(start: 1, end: 2), from: self.resource)
        let scope = self.first(try JSONValue(parsing: bytes), "resourceMetrics", "scopeMetrics")
        let all = scope?["metrics"]?.arrayValue ?? []
        #expect(all.count == metrics.registry.families.count)
        let duration = try #require(all.first { $0["name"] == "gen_ai.server.request.duration" })
        #expect(duration["unit"] == "s")
        let points = duration["histogram"]?["dataPoints"]?.arrayValue ?? []
        let point = try #require(points.first { self.attributes($0)["sluice.stage"] == ["stringValue": "pilot"] })
        #expect(point["count"] == "1" && point["sum"]?.doubleValue == 0.03)
        #expect(point["startTimeUnixNano"] == "1" && point["timeUnixNano"] == "2")
        #expect(point["bucketCounts"]?.arrayValue?.count == (point["explicitBounds"]?.arrayValue?.count ?? 0) + 1)
        #expect(self.attributes(point)["error.type"] == nil, "what there is none of is left out")
        let age = all.first { $0["name"] == "sluice_snapshot_age_seconds" }
        #expect(self.first(age, "gauge", "dataPoints")?["asDouble"] == nil, "JSON has no infinity")
    }
}

@Suite("Waiting for a collector")
struct ExportBackoffTests {
    @Test("doubles up to the bound, is never longer than it, and ends")
    func doubling() {
        var backoff = ExportBackoff()
        let waits = (0..<8).map { _ in backoff.fail(retryAfterSeconds: nil, chance: 0) }
        #expect(waits == [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
        #expect(backoff.isOver)
        backoff.reset()
        #expect(!backoff.isOver && backoff.fail(retryAfterSeconds: nil, chance: 1) == 750)
    }

    @Test(
        "waits as long as the collector asks, within the bound",
        arguments: [(3, 3_000), (0, 1_000), (-5, 1_000), (.max, 30_000)] as [(Int64, Int64)])
    func asked(seconds: Int64, expected: Int64) {
        var backoff = ExportBackoff()
        #expect(backoff.fail(retryAfterSeconds: seconds, chance: 0) == expected)
    }

    @Test(
        "tries again only where the format says so",
        arguments: [
            (200, .taken), (202, .taken), (400, .refused), (401, .refused), (404, .refused), (429, .failed),
            (500, .refused), (502, .failed), (503, .failed), (504, .failed),
        ] as [(Int, SluiceMetrics.ExportResult)])
    func statuses(status: Int, expected: SluiceMetrics.ExportResult) {
        #expect(ExportBackoff.result(status: status) == expected)
    }
}
