import ChatWire
import NIOCore
import Testing

/// Streams as the two APIs send them.
enum Streams {
    static let usageChunk =
        #"{"id":"c1","object":"chat.completion.chunk","choices":[],"#
        + #""usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14}}"#

    static func chunk(_ delta: String, finish: String = "null") -> String {
        #"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","#
            + #""choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}],"usage":null}"#
    }

    static let openAI: [String] = [
        Self.chunk(#"{"role":"assistant","content":""}"#), Self.chunk(#"{"content":"Hel"}"#),
        Self.chunk(#"{"content":"lo é😀"}"#),
        Self.chunk("{}", finish: #""stop""#), Self.usageChunk, "[DONE]",
    ]

    static let anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],\
        "stop_reason":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":3,\
        "cache_read_input_tokens":4,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
        "usage":{"output_tokens":15}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    /// Sends the bytes in these pieces and answers with what came through, and the end.
    static func run(
        _ pieces: [[UInt8]], call: ModelCall = .chatCompletions, hidesUsage: Bool = false
    ) -> (passed: [UInt8], end: StreamEnd) {
        var meter = StreamMeter(call: call, hidesUsage: hidesUsage, names: OutwardNames(model: "m"))
        var passed: [UInt8] = []
        for piece in pieces {
            if let output = meter.receive(ByteBuffer(bytes: piece)) { passed += Array(output.readableBytesView) }
        }
        return (passed, meter.finish())
    }

    static func run(_ text: String, call: ModelCall = .chatCompletions, hidesUsage: Bool = false) -> StreamEnd {
        Self.run([Array(text.utf8)], call: call, hidesUsage: hidesUsage).end
    }

    /// A stream of events with this line end.
    static func events(_ data: [String], lineEnd: String = "\n") -> String {
        data.map { "data: \($0)\(lineEnd)\(lineEnd)" }.joined()
    }
}

@Suite("A stream's meter")
struct StreamMeterTests {
    @Test("reads usage and end of an OpenAI stream")
    func openAI() {
        let end = Streams.run(Streams.events(Streams.openAI))
        #expect(end.usage == Usage(input: 11, output: 3))
        #expect(end.finish == Finish(reason: "stop", isRefusal: false))
        #expect(end.contentEvents == 2)
        #expect(end.sawEndMark && end.isComplete && !end.sawError && !end.endsInsideEvent)
    }

    @Test("reads usage and end of an Anthropic stream")
    func anthropic() {
        let end = Streams.run(Streams.anthropic, call: .messages)
        #expect(end.usage == Usage(input: 32, output: 15))
        #expect(end.finish == Finish(reason: "end_turn", isRefusal: false))
        #expect(end.contentEvents == 2)
        #expect(end.sawEndMark && end.isComplete && !end.sawError && !end.endsInsideEvent)
    }

    @Test("sees that a stream is not whole")
    func truncated() {
        let cut = Streams.run(Streams.events(Array(Streams.openAI[..<3])))
        #expect(!cut.isComplete && cut.usage == nil && cut.finish == nil && cut.contentEvents == 2)
        let inside = Streams.run(Streams.events(Array(Streams.openAI[..<2])) + #"data: {"id":"c1","cho"#)
        #expect(inside.endsInsideEvent && !inside.isComplete)
        let withoutMark = Streams.run(Streams.events(Array(Streams.openAI[..<4])))
        #expect(!withoutMark.isComplete && withoutMark.finish != nil)
        let early = Streams.run(String(Streams.anthropic.prefix(700)), call: .messages)
        #expect(!early.isComplete && early.usage == Usage(input: 32, output: 1))
        #expect(!Streams.run("").isComplete)
    }

    @Test(
        "sees errors in band",
        arguments: [
            ("data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n", ModelCall.chatCompletions),
            ("event: error\ndata: {\"error\":{\"message\":\"x\"}}\n\n", .chatCompletions),
            ("data: {\"error\":\"text\"}\n\n", .chatCompletions),
            ("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n", .messages),
        ])
    func errors(text: String, call: ModelCall) {
        #expect(Streams.run(text, call: call).sawError)
    }

    @Test(
        "sees refusals",
        arguments: [
            (Streams.events([Streams.chunk("{}", finish: #""content_filter""#)]), ModelCall.chatCompletions),
            (
                Streams.events([Streams.chunk(#"{"refusal":"I will not"}"#), Streams.chunk("{}", finish: #""stop""#)]),
                .chatCompletions
            ),
            ("data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\n", .messages),
        ])
    func refusals(text: String, call: ModelCall) {
        #expect(Streams.run(text, call: call).finish?.isRefusal == true)
    }

    @Test(
        "counts calls, reasoning and unreadable events as content, and empty ones not",
        arguments: [
            (#"{"tool_calls":[{"index":0}]}"#, 1), (#"{"reasoning_content":"hm"}"#, 1), (#"{"role":"assistant"}"#, 0),
            ("{}", 0),
            (#"{"content":null}"#, 0), (#"{"content":""}"#, 0),
        ])
    func content(delta: String, count: Int) {
        #expect(Streams.run(Streams.events([Streams.chunk(delta)])).contentEvents == count)
        #expect(Streams.run("data: {broken\n\n").contentEvents == 1)
        #expect(Streams.run(": comment\n\nevent: x\n\nid: 1\nretry: 5\n\n").contentEvents == 0)
        #expect(Streams.run("data: {\"choices\":[{\"text\":\"a\"}]}\n\n").contentEvents == 1)
    }

    @Test(
        "does not take a count for one that cannot be",
        arguments: ["-1", "1.5", "1e9", "99999999999999999999", #""5""#, "null", "{}"])
    func oddCounts(count: String) {
        let end = Streams.run(
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":\(count)}}\n\n")
        #expect(end.usage == Usage(input: 4, output: 0))
    }

    @Test("passes on what it was given, to the byte, when nothing is hidden")
    func whole() {
        var meter = StreamMeter(call: .chatCompletions, hidesUsage: false, names: OutwardNames(model: "m"))
        var passed = ByteBuffer()
        for byte in Streams.events(Streams.openAI).utf8 {
            if var piece = meter.receive(ByteBuffer(bytes: [byte])) { passed.writeBuffer(&piece) }
        }
        #expect(String(buffer: passed) == Streams.events(Streams.openAI))
        #expect(meter.finish().held == nil)
    }

    @Test("holds back half an event, which nobody could read")
    func half() {
        var meter = StreamMeter(call: .messages, hidesUsage: false, names: OutwardNames(model: "m"))
        #expect(meter.receive(ByteBuffer(string: "event: ping\ndata: {\"ty")) == nil)
        #expect(meter.finish().held != nil)
    }

    @Test("drops an event without data for OpenAI's clients, and keeps comments")
    func dataless() {
        var meter = StreamMeter(call: .chatCompletions, hidesUsage: false, names: OutwardNames(model: "m"))
        let passed = meter.receive(ByteBuffer(string: ": keep-alive\n\nevent: ping\n\ndata: {}\n\n"))
        #expect(passed.map { String(buffer: $0) } == ": keep-alive\n\ndata: {}\n\n")
    }

    @Test("passes each event on with its last byte when usage is hidden")
    func eventByEvent() {
        var meter = StreamMeter(call: .chatCompletions, hidesUsage: true, names: OutwardNames(model: "m"))
        for data in Streams.openAI {
            let event = Streams.events([data])
            let output = meter.receive(ByteBuffer(string: event)).map { String(buffer: $0) }
            #expect(output == (data == Streams.usageChunk ? nil : event))
        }
        #expect(meter.finish().usage == Usage(input: 11, output: 3))
    }

    @Test("hides only the usage chunk, with any line ends", arguments: ["\n", "\r", "\r\n"])
    func hides(lineEnd: String) {
        let other = Streams.openAI.filter { $0 != Streams.usageChunk }
        let text = Streams.events(Streams.openAI, lineEnd: lineEnd)
        let (passed, end) = Streams.run([Array(text.utf8)], hidesUsage: true)
        #expect(String(decoding: passed, as: UTF8.self) == Streams.events(other, lineEnd: lineEnd))
        #expect(end.usage == Usage(input: 11, output: 3))
        let shown = Streams.run([Array(text.utf8)], hidesUsage: false)
        #expect(String(decoding: shown.passed, as: UTF8.self) == text)
    }

    @Test(
        "does not hide usage that stands with a choice, an error, or no usage",
        arguments: [
            #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
            #"{"choices":[],"usage":null}"#, #"{"choices":[],"prompt_filter_results":[]}"#,
            #"{"usage":{"prompt_tokens":1}}"#,
            #"{"choices":[],"usage":{"prompt_tokens":1},"error":{"message":"x"}}"#,
        ])
    func doesNotHide(data: String) {
        let text = Streams.events([data])
        #expect(String(decoding: Streams.run([Array(text.utf8)], hidesUsage: true).passed, as: UTF8.self) == text)
    }

    @Test("gives back at the end what it held, unless that is to be hidden")
    func heldBytes() {
        let cut = Streams.run([Array(#"data: {"id":"c1","cho"#.utf8)], hidesUsage: true)
        #expect(cut.passed.isEmpty)
        #expect(cut.end.held.map { String(buffer: $0) } == #"data: {"id":"c1","cho"#)
        let mark = Streams.run([Array("data: [DONE]\n".utf8)], hidesUsage: true)
        #expect(mark.end.sawEndMark)
        #expect(mark.end.held.map { String(buffer: $0) } == "data: [DONE]\n")
        let usage = Streams.run([Array("data: \(Streams.usageChunk)\n".utf8)], hidesUsage: true)
        #expect(usage.end.held == nil)
        #expect(usage.end.usage == Usage(input: 11, output: 3))
    }
}
