import NIOCore
import StrictJSON
import Testing

@testable import SampleModel

@Suite("A streamed answer")
struct EventsTests {
    private static let model = ServedModel.auroraTwo()

    private func reply(
        to text: String = "The river", seed: Int64 = 3, _ more: [String: JSONValue] = [:]
    ) throws -> Reply {
        let body: [String: JSONValue] = [
            "model": "aurora-2.0", "messages": [["role": "user", "content": .string(text)]], "max_tokens": 30,
            "seed": .integer(seed),
        ]
        let request = try AnswerRequest(openAI: .object(body.merging(more) { $1 }))
        return Reply(to: request, by: Self.model, seed: 0, id: "id", created: 0)
    }

    private func all(_ events: some IteratorProtocol<ServerSentEvent>) -> [ServerSentEvent] {
        var events = events
        var all: [ServerSentEvent] = []
        while let event = events.next() { all.append(event) }
        return all
    }

    private func values(_ events: [ServerSentEvent]) throws -> [JSONValue] {
        try events.filter { $0 != .done }.map { try JSONValue(parsing: $0.data) }
    }

    @Test("is in OpenAI's format the plain answer in pieces", arguments: 0..<25 as Range<Int64>)
    func openAI(seed: Int64) throws {
        let more: [String: JSONValue] = ["n": 2, "logprobs": true, "stream_options": ["include_usage": true]]
        var reply = try self.reply(seed: seed, more)
        let events = self.all(OpenAIEvents(reply))
        let chunks = try self.values(events)
        let whole = OpenAIAnswer.completion(&reply)
        #expect(events.last == .done)
        #expect(events.map(\.tokens).reduce(0, +) == reply.completionTokens)
        #expect(chunks.last?["usage"] == whole["usage"])
        #expect(chunks.last?["choices"] == [])
        for index in 0..<2 {
            let own = chunks.compactMap { $0["choices"]?.arrayValue?.first }
                .filter { $0["index"]?.integerValue == Int64(index) }
            let text = own.compactMap { $0["delta"]?["content"]?.stringValue }.joined()
            let plain = whole["choices"]?.arrayValue?[index]
            #expect(text == plain?["message"]?["content"]?.stringValue)
            let tokens = own.flatMap { $0["logprobs"]?["content"]?.arrayValue ?? [] }
            #expect(tokens == plain?["logprobs"]?["content"]?.arrayValue)
            #expect(own.compactMap { $0["finish_reason"]?.stringValue } == [plain?["finish_reason"]?.stringValue])
            #expect(own.first?["delta"]?["role"] == "assistant")
        }
    }

    @Test("says nothing of usage to those who did not ask")
    func noUsage() throws {
        let chunks = try self.values(self.all(OpenAIEvents(try self.reply())))
        #expect(chunks.allSatisfy { $0["usage"] == nil && $0["choices"] != [] })
    }

    @Test("is in Anthropic's format one block between start and stop", arguments: 0..<25 as Range<Int64>)
    func anthropic(seed: Int64) throws {
        var reply = try self.reply(seed: seed)
        let events = self.all(AnthropicEvents(reply))
        let values = try self.values(events)
        let whole = AnthropicAnswer.message(&reply)
        #expect(events.map(\.name) == values.map { $0["type"]?.stringValue })
        let kinds = events.compactMap(\.name).filter { $0 != "content_block_delta" }
        #expect(
            kinds == [
                "message_start", "content_block_start", "ping", "content_block_stop", "message_delta", "message_stop",
            ])
        let text = values.compactMap { $0["delta"]?["text"]?.stringValue }.joined()
        #expect(text == whole["content"]?.arrayValue?.first?["text"]?.stringValue)
        let delta = values.first { $0["type"] == "message_delta" }
        #expect(delta?["usage"] == whole["usage"])
        #expect(delta?["delta"]?["stop_reason"] == whole["stop_reason"])
        #expect(events.map(\.tokens).reduce(0, +) == reply.completionTokens)
        #expect(values.first?["message"]?["usage"]?["output_tokens"] == 0)
    }

    @Test("is written as the event stream format wants it")
    func bytes() {
        var buffer = ByteBuffer()
        ServerSentEvent(name: "ping", ["a": "\n"]).write(to: &buffer)
        ServerSentEvent.done.write(to: &buffer)
        #expect(String(buffer: buffer) == "event: ping\ndata: {\"a\":\"\\n\"}\n\ndata: [DONE]\n\n")
    }
}

@Suite("An error on the wire")
struct WireFormatTests {
    @Test("has OpenAI's four members, the field at fault among them")
    func openAI() {
        let error = WireFormat.openAI.error(.invalid(field: "n", expected: "1"), requestID: "req_1")
        #expect(
            error == [
                "error": [
                    "message": "'n' must be 1.", "type": "invalid_request_error", "code": "invalid_value", "param": "n",
                ]
            ])
    }

    @Test("has Anthropic's type and the request id")
    func anthropic() {
        let error = WireFormat.anthropic.error(.unknownModel("x"), requestID: "req_1")
        #expect(error["type"] == "error" && error["request_id"] == "req_1")
        #expect(error["error"]?["type"] == "not_found_error")
    }

    @Test("has a status that fits, for every fault")
    func statuses() {
        let faults: [RequestFault] = [
            .malformed(JSONFault(.duplicateKey, at: 3)), .invalid(field: "a", expected: "b"), .unknownModel("m"),
            .unknownPath("/"), .tooLarge(maximumBytes: 1), .unexpected,
        ]
        #expect(faults.map(\.status) == [400, 400, 404, 404, 413, 500])
        for fault in faults {
            #expect(!fault.message.isEmpty)
            for format in [WireFormat.openAI, .anthropic] {
                #expect(format.error(fault, requestID: "r")["error"]?["message"] == .string(fault.message))
            }
        }
    }
}
