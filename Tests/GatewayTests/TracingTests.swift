import Foundation
import ReleaseModel
import Store
import Telemetry
import Testing

@testable import Gateway

private let answerBody =
    #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","#
    + #""content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#
private let question = #"{"model":"aurora","max_tokens":10,"messages":[{"role":"user","content":"hello"}]}"#

@Suite("Traces and counts of the gateway")
struct TracingTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    private func answer(_ body: String = answerBody) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func ask(_ gateway: RunningGateway, _ key: String, _ fields: String) async throws -> String {
        try await gateway.exchange(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\n\(fields)"
                + "Content-Type: application/json\r\nContent-Length: \(question.utf8.count)\r\n"
                + "Connection: close\r\n\r\n\(question)")
    }

    /// The value of a field that the upstream saw.
    private func field(_ name: String, in request: String) -> String? {
        request.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }

    @Test("a caller's trace goes on to the upstream, under a span of the gateway's, and is not sampled for asking")
    func goesOn() async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let text = try await self.ask(
                gateway, world.admitted.text,
                "traceparent: 00-\(Self.trace)-00f067aa0ba902b7-01\r\ntracestate: rojo=1\r\ntracestate: congo=2\r\n")
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            let seen = try #require(upstream.requests.first)
            let sent = try #require(self.field("traceparent", in: seen))
            #expect(sent.hasPrefix("00-\(Self.trace)-") && sent.hasSuffix("-00"))
            #expect(!sent.contains("00f067aa0ba902b7"))
            #expect(seen.contains("tracestate: rojo=1\r\ntracestate: congo=2\r\n"))
            try await eventually { gateway.log.size == 2 }
            try LogReader(directory: gateway.directory).entries(0..<2) { _, bytes in
                #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.trace), "entries hold no caller's text")
            }
        }
        try await upstream.close()
    }

    @Test("a trace that breaks the standard is ignored, and a new one begins without its state")
    func bad() async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let zeros = String(repeating: "0", count: 32)
            for value in ["00-\(Self.trace)-00f067aa0ba902b7", "nonsense", "00-\(zeros)-00f067aa0ba902b7-01"] {
                let text = try await self.ask(
                    gateway, world.admitted.text, "traceparent: \(value)\r\ntracestate: rojo=1\r\n")
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
            let sent = upstream.requests.compactMap { self.field("traceparent", in: $0) }
            #expect(sent.count == 3 && Set(sent).count == 3)
            #expect(sent.allSatisfy { TraceContext.Parent(Array($0.utf8).span) != nil && !$0.contains(Self.trace) })
            #expect(upstream.requests.allSatisfy { self.field("tracestate", in: $0) == nil })
        }
        try await upstream.close()
    }

    @Test("a sampled request leaves a span that names the request, and its counts stand under the registry's names")
    func span() async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld()
        let metrics = SluiceMetrics(version: "test")
        let queue = SpanQueue(capacity: 8, sampling: Sampling(ratio: 1), dropped: metrics.spans[.dropped])
        try await RunningGateway.with(world, upstreamPort: upstream.port, metrics: metrics, spans: queue) { gateway in
            let text = try await self.ask(gateway, world.admitted.text, "")
            try await eventually { queue.count == 1 }
            let span = try #require(queue.take(1).first)
            #expect(text.contains("x-request-id: \(span.request)\r\n"))
            #expect(span.usage == .init(input: 5, output: 7))
            #expect(span.context.parent == nil && span.end == .ended(.completed) && span.status == 200)
            #expect(span.attributes.requestModel == "aurora" && span.attributes.version == "aurora-1.0")
            let sent = self.field("traceparent", in: try #require(upstream.requests.first))
            #expect(sent == "00-\(span.context.trace)-\(span.context.span.hexadecimal)-01")
            let page = String(decoding: metrics.registry.render(), as: UTF8.self)
            let labels =
                #"{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="aurora","#
                + #"gen_ai_response_model="upstream-aurora",sluice_model_version="aurora-1.0""#
            #expect(page.contains("gen_ai_server_request_duration_seconds_count\(labels)} 1\n"))
            #expect(page.contains("gen_ai_client_token_usage_sum\(labels),gen_ai_token_type=\"output\"} 7\n"))
            #expect(metrics.usageUnknown[.completed].value == 0)
        }
        try await upstream.close()
    }

    /// A queue that every span comes into, and the metrics that it counts in.
    private func everySpan() -> (queue: SpanQueue, metrics: SluiceMetrics) {
        let metrics = SluiceMetrics(version: "test")
        return (SpanQueue(capacity: 64, sampling: Sampling(ratio: 1), dropped: metrics.spans[.dropped]), metrics)
    }

    @Test("a refusal leaves a span under the caller's, with its code, and without a model's name")
    func refusal() async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld()
        let (queue, metrics) = self.everySpan()
        try await RunningGateway.with(world, upstreamPort: upstream.port, metrics: metrics, spans: queue) { gateway in
            let parent = "traceparent: 00-\(Self.trace)-00f067aa0ba902b7-00\r\n"
            let text = try await self.ask(gateway, world.waiting.text, parent)
            let span = try #require(queue.take(1).first)
            #expect(text.contains("x-request-id: \(span.request)\r\n"))
            #expect(span.end == .refused(code: "stage_not_open") && span.status == 403)
            #expect(span.context.trace.description == Self.trace && span.context.parent == 0x00f0_67aa_0ba9_02b7)
            #expect(span.attributes.operation == "chat" && span.attributes.requestModel.isEmpty)
            _ = try await self.ask(gateway, "slk_nobody", "")
            _ = try await gateway.exchange("PUT /v1/secrets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let others = queue.take(9)
            #expect(others.map(\.end) == [.refused(code: "invalid_api_key"), .refused(code: "unknown_route")])
            #expect(others.map(\.attributes.operation) == ["chat", "unmatched"])
        }
        try await upstream.close()
    }

    @Test("a flood of refusals leaves few spans, and all of them are counted")
    func flood() async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld()
        let metrics = SluiceMetrics(
            version: "test",
            words: .init(refusalCodes: GatewayService.refusalCodes, failureReasons: [], operations: []))
        let queue = SpanQueue(capacity: 4_096, sampling: Sampling(ratio: 1), dropped: metrics.spans[.dropped])
        try await RunningGateway.with(
            world, upstreamPort: upstream.port, metrics: metrics, spans: queue, configure: { $0.loops = 1 }
        ) { gateway in
            let asked = "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"
            let begun = ContinuousClock.now
            _ = try await gateway.exchange(
                String(repeating: asked, count: 500)
                    + "GET /v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let seconds = Int((ContinuousClock.now - begun) / .seconds(1)) + 2
            #expect(metrics.refusals["invalid_api_key"].value == 501)
            #expect((1...(RefusalPace.most * seconds)).contains(queue.count))
        }
        try await upstream.close()
    }

    @Test("a request of an unlogged grant has no span and passes no trace on, be it served or refused")
    func unlogged() async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld(
            limits: Limits(requestsPerMinute: 1), entitlements: [Entitlement(.systemPrompt), Entitlement(.unlogged)])
        let (queue, metrics) = self.everySpan()
        try await RunningGateway.with(world, upstreamPort: upstream.port, metrics: metrics, spans: queue) { gateway in
            let trace = "traceparent: 00-\(Self.trace)-00f067aa0ba902b7-01\r\ntracestate: rojo=1\r\n"
            #expect(try await self.ask(gateway, world.admitted.text, trace).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await self.ask(gateway, world.admitted.text, trace).contains(#""code":"rate_limit_exceeded""#))
            let seen = try #require(upstream.requests.first)
            #expect(upstream.requests.count == 1 && self.field("traceparent", in: seen) == nil)
            #expect(self.field("tracestate", in: seen) == nil)
            try await eventually { gateway.log.size == 2 }
            #expect(queue.count == 0)
        }
        try await upstream.close()
    }

    @Test("a request that cannot be recorded goes to no upstream, and its span says why", arguments: [false, true])
    func unrecorded(isUnlogged: Bool) async throws {
        let upstream = try await FixedUpstream(answer: self.answer())
        let world = TestWorld(
            entitlements: [Entitlement(.systemPrompt)] + (isUnlogged ? [Entitlement(.unlogged)] : []))
        let (queue, metrics) = self.everySpan()
        try await RunningGateway.with(world, upstreamPort: upstream.port, metrics: metrics, spans: queue) { gateway in
            try gateway.log.close()
            let parent = "traceparent: 00-\(Self.trace)-00f067aa0ba902b7-01\r\n"
            let text = try await self.ask(gateway, world.admitted.text, parent)
            #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(upstream.requests.isEmpty)
            let spans = queue.take(9)
            #expect(spans.map(\.end) == (isUnlogged ? [] : [.refused(code: "audit_unavailable")]))
            #expect(spans.allSatisfy { $0.context.trace.description == Self.trace && $0.status == 503 })
        }
        try await upstream.close()
    }

    @Test("an answer without usage is counted as unknown, not as nothing")
    func unknown() async throws {
        let body =
            #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","#
            + #""content":"hi"},"finish_reason":"stop"}]}"#
        let upstream = try await FixedUpstream(answer: self.answer(body))
        let world = TestWorld()
        let metrics = SluiceMetrics(version: "test")
        try await RunningGateway.with(world, upstreamPort: upstream.port, metrics: metrics) { gateway in
            let text = try await self.ask(gateway, world.admitted.text, "")
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            try await eventually { metrics.usageUnknown[.completed].value == 1 }
            let page = String(decoding: metrics.registry.render(), as: UTF8.self)
            let usage = page.split(separator: "\n").filter { $0.hasPrefix("gen_ai_client_token_usage_count") }
            #expect(!usage.isEmpty && usage.allSatisfy { $0.hasSuffix(" 0") })
        }
        try await upstream.close()
    }

    @Test("an outcome has the same name in the access log and in metrics")
    func names() {
        #expect(Outcome.allCases.map(\.rawValue) == SluiceMetrics.Ending.allCases.map(\.rawValue))
        #expect(Outcome.allCases.allSatisfy { SluiceMetrics.Ending($0).rawValue == $0.rawValue })
    }
}
