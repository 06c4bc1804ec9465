import ChatWire
import NIOCore
import StrictJSON
import Testing

@Suite("The names in an answer")
struct NamingTests {
    private static let names = OutwardNames(model: "aurora") { "resp_for_\($0)" }

    private func renamed(_ text: String, _ call: ModelCall) -> String {
        let body = ByteBuffer(string: text)
        let answer = PlainAnswer.scan(body, call: call, names: Self.names)
        var output = ByteBuffer()
        answer.edits.write(body, to: &output)
        #expect(output.readableBytes == body.readableBytes + answer.edits.growth)
        return String(buffer: output)
    }

    @Test(
        "are the caller's in plain answers",
        arguments: [
            (ModelCall.chatCompletions, #"{"id":"c","model":"up/1"}"#, #"{"id":"c","model":"aurora"}"#),
            (
                .chatCompletions, #"{"usage":[{"model":"x"}],"model":""}"#,
                #"{"usage":[{"model":"x"}],"model":"aurora"}"#
            ),
            (.embeddings, #"{"data":[{"model":1}],"model":"up"}"#, #"{"data":[{"model":1}],"model":"aurora"}"#),
            (.messages, #"{"model":"up","content":[{"model":"x"}]}"#, #"{"model":"aurora","content":[{"model":"x"}]}"#),
            (
                .responses, #"{"previous_response_id":"p","model":"up","id":"r","output":[{"id":"msg_1"}]}"#,
                #"{"previous_response_id":"resp_for_p","model":"aurora","id":"resp_for_r","output":[{"id":"msg_1"}]}"#
            ),
            (.responses, #"{"id":"r","model":null}"#, #"{"id":"resp_for_r","model":null}"#),
            (.tokenCount, #"{"input_tokens":9}"#, #"{"input_tokens":9}"#),
            (.chatCompletions, #"{"model":"up""#, #"{"model":"up""#),
        ])
    func plain(call: ModelCall, text: String, expected: String) {
        #expect(self.renamed(text, call) == expected)
    }

    private static let response = """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"r","model":"up","status":"in_progress"}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_1","delta":"Hi"}

        event: response.completed
        data: {"type":"response.completed","sequence_number":2,"response":{"id":"r","model":"up",\
        "previous_response_id":"p","status":"completed","error":null,"usage":{"input_tokens":7,"output_tokens":2}}}


        """

    /// Passes bytes in these pieces through a meter.
    private func passed(_ pieces: [ArraySlice<UInt8>], _ call: ModelCall) -> (text: String, end: StreamEnd) {
        var meter = StreamMeter(call: call, hidesUsage: true, names: Self.names)
        var passed: [UInt8] = []
        for piece in pieces {
            if let output = meter.receive(ByteBuffer(bytes: piece)) { passed += Array(output.readableBytesView) }
        }
        return (String(decoding: passed, as: UTF8.self), meter.finish())
    }

    @Test("are the caller's in events, however the bytes are cut", arguments: 0..<40 as Range<UInt64>)
    func events(seed: UInt64) {
        var random = TestRandom(seed: 0xA11A &+ seed)
        let streams: [(ModelCall, String)] = [
            (.chatCompletions, Streams.events(Streams.openAI).replacing(#""model":"m""#, with: #""model":"up""#)),
            (.responses, Self.response),
            (
                .messages,
                Streams.anthropic.replacing(#""type":"message","role""#, with: #""type":"message","model":"up","role""#)
            ),
        ]
        for (call, text) in streams {
            for end in ["\n", "\r\n"] {
                let bytes = Array(text.replacing("\n", with: end).utf8)
                var (pieces, start): ([ArraySlice<UInt8>], Int) = ([], 0)
                while start < bytes.count {
                    let next = min(bytes.count, start + 1 + random.below(seed == 0 ? 1 : 200))
                    pieces.append(bytes[start..<next])
                    start = next
                }
                let expected = text.replacing(Streams.usageEvent, with: "").replacing("\n", with: end)
                    .replacing(#""model":"up""#, with: #""model":"aurora""#)
                    .replacing(#""id":"r""#, with: #""id":"resp_for_r""#)
                    .replacing(#""previous_response_id":"p""#, with: #""previous_response_id":"resp_for_p""#)
                let result = self.passed(pieces, call)
                #expect(result.text == expected, "seed \(seed), \(call)")
                #expect(result.end.isComplete)
            }
        }
    }

    @Test("are the caller's in events whose data stands in several lines")
    func severalLines() throws {
        let text =
            "event: response.created\ndata: {\"type\":\"response.created\",\ndata: \"response\":{\"id\":\"r\",\n"
            + "id: 5\ndata: \"model\":\"up\"}}\n\n"
        for size in [1, 7, 500] {
            let bytes = Array(text.utf8)
            let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min(bytes.count, $0 + size)] }
            let passed = self.passed(pieces, .responses).text
            #expect(passed.hasPrefix("event: response.created\nid: 5\ndata: ") && passed.hasSuffix("\n\n"))
            let data = try #require(passed.split(separator: "data: ").last)
            let value = try JSONValue(parsing: Array(data.utf8))
            #expect(value["response"]?["id"] == "resp_for_r" && value["response"]?["model"] == "aurora")
        }
    }

    @Test("do not hide what a response's stream says")
    func meaning() {
        let whole = self.passed([Array(Self.response.utf8)[...]], .responses).end
        #expect(whole.usage == Usage(input: 7, output: 2) && whole.contentEvents == 1 && whole.nextSequence == 3)
        #expect(whole.finish == Finish(reason: "completed", isRefusal: false) && !whole.sawError)
        let cut = self.passed([Array(Self.response.prefix(300).utf8)[...]], .responses).end
        #expect(!cut.isComplete)
        let done = self.passed([Array("data: [DONE]\n\n".utf8)[...]], .responses).end
        #expect(!done.isComplete, "a response ends by its last state")
        let failed = self.passed(
            [Array("data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"x\"}}}\n\n".utf8)[...]],
            .responses
        ).end
        #expect(failed.isComplete && failed.sawError)
    }

    @Test(
        "do not hide that a response declined",
        arguments: [
            (#"{"output":[{"content":[{"type":"refusal","refusal":"no"}]}],"status":"completed"}"#, "completed"),
            (#"{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}"#, "content_filter"),
        ])
    func refusals(text: String, reason: String) {
        let answer = PlainAnswer.scan(ByteBuffer(string: text), call: .responses, names: Self.names)
        #expect(answer.finish == Finish(reason: reason, isRefusal: true))
    }
}

extension Streams {
    fileprivate static let usageEvent = "data: \(Self.usageChunk)\n\n"
}
