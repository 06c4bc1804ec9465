import ChatWire
import NIOCore
import StrictJSON
import Testing

@Suite("An error on the wire")
struct WireErrorTests {
    private let error = WireError(
        status: 403, code: "stage_not_open", message: "The stage \"beta\" is not open.", param: "model",
        details: ["stage": "beta"])

    @Test("has OpenAI's shape")
    func openAI() {
        #expect(
            String(buffer: self.error.body(format: .openAI, requestID: "req_1"))
                == #"{"error":{"message":"The stage \"beta\" is not open.","type":"permission_error","#
                + #""param":"model","code":"stage_not_open"}}"#
        )
        let bare = WireError(status: 404, code: "model_not_found", message: "x")
        #expect(
            String(buffer: bare.body(format: .openAI, requestID: ""))
                == #"{"error":{"message":"x","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#)
    }

    @Test("has Anthropic's shape")
    func anthropic() {
        #expect(
            String(buffer: self.error.body(format: .anthropic, requestID: "req_1"))
                == #"{"type":"error","error":{"type":"permission_error","message":"The stage \"beta\" is not open.","#
                + #""details":{"error_code":"stage_not_open","param":"model","stage":"beta"}},"request_id":"req_1"}"#)
    }

    @Test("is one event in a stream, which the stream's meter sees", arguments: ModelCall.allCases.filter(\.canStream))
    func events(call: ModelCall) throws {
        let event = self.error.event(call: call, requestID: "req_1")
        let text = String(buffer: event)
        let isNamed = call == .messages || call == .responses
        #expect(text.hasPrefix(isNamed ? "event: error\ndata: {\"type\":\"error\"," : "data: {\"error\":"))
        #expect(text.hasSuffix("}\n\n"))
        #expect(!text.dropLast(2).contains("\n\n"))
        let end = Streams.run(text, call: call)
        #expect(end.sawError && end.contentEvents == 0)
        let answer = PlainAnswer.scan(
            self.error.body(format: call.format, requestID: "r"), call: call, names: OutwardNames(model: "m"))
        #expect(answer.isJSON && answer.isErrorShape)
    }

    @Test(
        "has a type that follows from the status",
        arguments: [
            (400, "invalid_request_error", "invalid_request_error"),
            (401, "authentication_error", "authentication_error"),
            (402, "invalid_request_error", "billing_error"), (403, "permission_error", "permission_error"),
            (404, "invalid_request_error", "not_found_error"), (408, "invalid_request_error", "timeout_error"),
            (409, "invalid_request_error", "conflict_error"), (413, "invalid_request_error", "invalid_request_error"),
            (429, "rate_limit_error", "rate_limit_error"), (500, "server_error", "api_error"),
            (502, "server_error", "api_error"),
            (503, "server_error", "overloaded_error"), (504, "server_error", "timeout_error"),
            (529, "server_error", "overloaded_error"),
        ])
    func types(status: Int, openAI: String, anthropic: String) {
        let error = WireError(status: status, code: "x", message: "x")
        #expect(error.type(format: .openAI) == openAI)
        #expect(error.type(format: .anthropic) == anthropic)
        #expect(
            WireError(status: 429, code: "insufficient_quota", message: "").type(format: .openAI)
                == "insufficient_quota")
    }

    @Test("is made of a body's fault with all that it says")
    func faults() throws {
        let fault = try #require(ChatRequestTests.fault(#"{"model":"m","stream":1}"#))
        let error = WireError(fault)
        #expect(
            error
                == WireError(
                    status: 400, code: "invalid_type", message: "'stream' must be true or false.", param: "stream"))
        let json = WireError(try #require(ChatRequestTests.fault(#"{"a":1,"a":2}"#)))
        #expect(json.code == "invalid_json")
        #expect(
            json.message == "The request body is refused: An object has the same key twice; keep one of them (byte 7).")
    }

    @Test("keeps control characters and quotes inside its JSON")
    func escapes() throws {
        let error = WireError(status: 400, code: "x", message: "a\n\n\"\\\u{1}\r", param: "p\"")
        for call in ModelCall.allCases {
            let text = String(buffer: error.event(call: call, requestID: "\"\n"))
            let data = try #require(text.split(separator: "data: ", maxSplits: 1).last)
            let value = try JSONValue(parsing: Array(data.utf8))
            #expect(value["error"]?["message"] == .string(error.message))
        }
    }

    @Test("is not what keeps a stream alive")
    func keepAlive() {
        #expect(String(buffer: KeepAlive.bytes(for: .openAI)) == ": keep-alive\n\n")
        for call in ModelCall.allCases where call.canStream {
            let end = Streams.run(String(buffer: KeepAlive.bytes(for: call.format)), call: call)
            #expect(!end.sawError && !end.isComplete && end.contentEvents == 0 && !end.endsInsideEvent)
        }
    }
}
