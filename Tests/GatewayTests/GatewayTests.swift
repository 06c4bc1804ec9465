import AccessPolicy
import Foundation
import Ledger
import ReleaseModel
import Store
import StrictJSON
import Testing

@testable import Gateway

private let answerBody =
    #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","#
    + #""content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#
private let answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(answerBody.utf8.count)\r\n\r\n\(answerBody)"
private let question = #"{"model":"aurora","max_tokens":10,"messages":[{"role":"user","content":"hello"}]}"#

@Suite("A gateway")
struct GatewayTests {
    @Test("lets the admitted application in, under the upstream's name for the version, and records it")
    func admits() async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let text = try await gateway.chat(world.admitted.text, body: question)
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.hasSuffix(answerBody))
            #expect(text.contains("\r\nx-request-id: req_"))
            let seen = try #require(upstream.requests.first)
            #expect(seen.contains(#""model":"upstream-aurora""#))
            #expect(!seen.lowercased().contains("slk_"), "the caller's key is not the upstream's to know")

            try await eventually { gateway.log.size == 2 }
            let entries = try Self.entries(gateway)
            #expect(entries.map { $0["kind"] } == ["request.admitted", "request.completed"])
            #expect(entries[0]["grant"] == .string(world.grant.id.description))
            #expect(entries[1]["input"] == 5 && entries[1]["output"] == 7)
            #expect(entries[1]["finish"] == "stop")
            #expect(entries[0]["request"] == entries[1]["request"])
        }
        try await upstream.close()
    }

    @Test("hands a large body on whole, and each of a connection by itself", arguments: [10_000, 20_000, 300_000])
    func large(size: Int) async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let texts = ["a", "b"].map { String(repeating: $0, count: size) }
            let requests = texts.map { text in
                let body = #"{"model":"aurora","messages":[{"role":"user","content":"\#(text)"}]}"#
                return "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(world.admitted.text)"
                    + "\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            let answers = try await gateway.exchange(requests.joined(), answers: 2)
            #expect(answers.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            let bodies = upstream.requests.compactMap { $0.components(separatedBy: "\r\n\r\n").last }
            #expect(
                bodies
                    == texts.map { #"{"model":"upstream-aurora","messages":[{"role":"user","content":"\#($0)"}]}"# })
        }
        try await upstream.close()
    }

    @Test("refuses the waiting application, says why, calls nobody and records nothing")
    func refuses() async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let text = try await gateway.chat(world.waiting.text, body: question)
            #expect(text.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
            #expect(text.contains(#""code":"stage_not_open""#))
            #expect(upstream.requests.isEmpty)
            #expect(gateway.log.size == 0)
        }
        try await upstream.close()
    }

    @Test("serves nothing that it cannot record, and does not call the upstream")
    func auditUnavailable() async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld(limits: Limits(requestsPerMinute: 1))
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            try gateway.log.close()  // from here on every append is refused
            for _ in 0..<3 {
                let text = try await gateway.chat(world.admitted.text, body: question)
                #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
                #expect(text.contains(#""code":"audit_unavailable""#), "and the limit of one a minute was not consumed")
            }
            #expect(upstream.requests.isEmpty)
            #expect(gateway.gateway.inFlight == 0)
        }
        try await upstream.close()
    }

    @Test("closes the staged populations when its rules are older than five seconds")
    func staleRules() async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port, keepsFresh: false) { gateway in
            var stale = world.snapshot
            stale.asOf = stale.asOf.advanced(milliseconds: -6_000)
            gateway.rules.replace(with: stale)
            let text = try await gateway.chat(world.admitted.text, body: question)
            #expect(text.hasPrefix("HTTP/1.1 503 "))
            #expect(text.contains(#""code":"rules_stale""#))
        }
        try await upstream.close()
    }

    @Test("admits exactly the limit under concurrency, and in flight ends at nothing")
    func exactLimit() async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld(limits: Limits(requestsPerMinute: 25))
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let statuses = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<120 {
                    group.addTask {
                        String(try await gateway.chat(world.admitted.text, body: question).prefix(12))
                    }
                }
                return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == ["HTTP/1.1 200": 25, "HTTP/1.1 429": 95])
            #expect(upstream.requests.count == 25)
            try await eventually { gateway.gateway.inFlight == 0 }
        }
        try await upstream.close()
    }

    @Test("answers requests of one connection in their order")
    func pipelining() async throws {
        let upstream = try await FixedUpstream(answer: answer)
        let world = TestWorld()
        try await RunningGateway.with(world, upstreamPort: upstream.port) { gateway in
            let request =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nx-api-key: \(world.admitted.text)\r\n"
                + "Content-Length: \(question.utf8.count)\r\n\r\n\(question)"
            let text = try await gateway.exchange(
                request + "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" + request, answers: 3)
            let statuses = text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["200", "404", "200"])
        }
        try await upstream.close()
    }

    private static func entries(_ gateway: RunningGateway) throws -> [JSONValue] {
        var entries: [JSONValue] = []
        try LogReader(directory: gateway.directory).entries(0..<gateway.log.size) { _, bytes in
            entries.append(try JSONValue(parsing: bytes))
        }
        return entries
    }
}

/// Waits for something that happens soon, but not at once.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<500 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not happen within five seconds")
}
