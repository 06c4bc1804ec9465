import ChatWire
import HTTPWire
import NIOCore
import Testing

@testable import Gateway

@Suite("A route")
struct RouteTests {
    /// Every route there is, with a request for it. The switch makes a new route fail to compile until it is here.
    private static let requests: [(Route, String)] =
        ModelCall.allCases.map { (.call($0), "POST \($0.path)") }
        + KeptAnswerUse.allCases.map { use in
            (.kept(use, of: "resp_1"), "\(use.method.rawValue) /v1/responses/resp_1\(use.pathEnd)")
        }
        + [
            (.feedback, "POST /v1/feedback"), (.models, "GET /v1/models"),
            (.model("aurora"), "GET /v1/models/aurora"), (.health, "GET /healthz"),
        ]

    private static func isOpenToEverybody(_ route: Route) -> Bool {
        switch route {
        case .health: true
        case .call, .kept, .feedback, .models, .model: false
        }
    }

    @Test("is behind the one admission, but for health")
    func admission() async throws {
        let upstream = try await FixedUpstream(answer: "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        try await RunningGateway.with(TestWorld(), upstreamPort: upstream.port) { gateway in
            for (route, line) in Self.requests {
                let body = line.hasPrefix("POST") ? "Content-Length: 2\r\n" : ""
                let text = try await gateway.exchange(
                    "\(line) HTTP/1.1\r\nHost: localhost\r\n\(body)Connection: close\r\n\r\n"
                        + (body.isEmpty ? "" : "{}"))
                let expected = Self.isOpenToEverybody(route) ? "HTTP/1.1 200" : "HTTP/1.1 401"
                #expect(text.hasPrefix(expected), "\(line)")
                #expect((route.modality == nil) == Self.isOpenToEverybody(route))
            }
            #expect(upstream.requests.isEmpty)
        }
        try await upstream.close()
    }

    @Test(
        "is found by the path alone, and by nothing that looks like it",
        arguments: [
            "POST /v1/chat/completions/", "POST /V1/chat/completions", "GET /v1/models/", "POST /v1/messages/batches",
            "GET /", "POST /v1//chat/completions", "POST /v1/embeddings/", "GET /v1/responses/",
            "GET /v1/responses/r/x",
            "POST /v1/responses/r/cancel/", "GET /v1/responses/r/input_items/x", "GET /v1/responses//input_items",
        ])
    func unknown(line: String) throws {
        let head = try Self.head(line)
        guard case .unknown = Route.resolve(head) else {
            Issue.record("\(line) was taken for a route")
            return
        }
    }

    @Test("refuses another method and names its own")
    func method() throws {
        guard case .methodNotAllowed(let allowed) = Route.resolve(try Self.head("GET /v1/messages")) else {
            Issue.record("GET was taken")
            return
        }
        #expect("\(allowed)" == "POST")
    }

    @Test("names all methods of an answer that is kept")
    func methods() throws {
        for (line, expected) in [
            ("POST /v1/responses/r", "GET, DELETE"), ("GET /v1/responses/r/cancel", "POST"),
            ("DELETE /v1/responses/r/input_items", "GET"), ("GET /v1/responses/compact", "POST"),
        ] {
            guard case .methodNotAllowed(let allowed) = Route.resolve(try Self.head(line)) else {
                Issue.record("\(line) was taken")
                continue
            }
            #expect("\(allowed)" == expected)
        }
    }

    @Test("has a name in entries that no other has, and the same as its call's")
    func names() {
        let names = Self.requests.map { "\($0.0.name)" }
        #expect(Set(names).count == names.count)
        for call in ModelCall.allCases { #expect("\(call.name)" == call.rawValue) }
    }

    private static func head(_ line: String) throws -> RequestHead {
        var parser = RequestParser()
        let length = line.hasPrefix("POST") ? "Content-Length: 0\r\n" : ""
        parser.append(ByteBuffer(string: "\(line) HTTP/1.1\r\nHost: h\r\n\(length)\r\n"))
        guard case .head(let head) = try parser.next() else { throw NoHead() }
        return head
    }

    private struct NoHead: Error {}
}
