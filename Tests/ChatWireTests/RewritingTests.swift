import ChatWire
import NIOCore
import ReleaseModel
import StrictJSON
import Testing

@Suite("A rewritten request body")
struct RewritingTests {
    private func rewritten(
        _ text: String, model: String, requestingUsage: Bool = true, call: ModelCall = .chatCompletions
    ) throws -> String {
        let body = ByteBuffer(string: text)
        let request = try ChatRequest.scan(body, call: call)
        return String(buffer: request.rewritten(body, .init(model: model, requestsUsage: requestingUsage)))
    }

    @Test(
        "differs in the model's name only",
        arguments: [
            (#"{"model":"m"}"#, "up", #"{"model":"up"}"#),
            (#" { "a" : 1 , "model" : "m\u0031" } "#, "x/y-7b", #" { "a" : 1 , "model" : "x/y-7b" } "#),
            (#"{"model":"m"}"#, "a\"b\\c\n", #"{"model":"a\"b\\c\n"}"#), (#"{"model":""}"#, "é😀", #"{"model":"é😀"}"#),
        ])
    func models(text: String, model: String, expected: String) throws {
        #expect(try self.rewritten(text, model: model) == expected)
    }

    @Test(
        "bounds the answer of who names no bound, and of nobody else",
        arguments: [
            (#"{"model":"m"}"#, #"{"max_tokens":100,"model":"m"}"#),
            (#"{"model":"m","max_tokens":null}"#, #"{"model":"m","max_tokens":100}"#),
            (#"{"model":"m","max_tokens":7}"#, #"{"model":"m","max_tokens":7}"#),
            (#"{"model":"m","max_completion_tokens":7}"#, #"{"model":"m","max_completion_tokens":7}"#),
            (#"{"model":"m","n_predict":7}"#, #"{"model":"m","n_predict":7}"#),
        ])
    func bound(text: String, expected: String) throws {
        let body = ByteBuffer(string: text)
        let request = try ChatRequest.scan(body, call: .chatCompletions)
        let rewritten = request.rewritten(
            body, .init(model: "m", requestsUsage: false, outputBound: 100))
        #expect(String(buffer: rewritten) == expected)
        #expect(request.rewritten(body, .init(model: "m", requestsUsage: false)) == body)
    }

    @Test(
        "asks for usage in whatever way the caller wrote the options",
        arguments: [
            (#"{"model":"m","stream":true}"#, #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#),
            (
                #"{"stream_options":null,"model":"m","stream":true}"#,
                #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#
            ),
            (
                #"{"stream_options":{},"model":"m","stream":true}"#,
                #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#
            ),
            (
                #"{"stream_options":{"a":1},"model":"m","stream":true}"#,
                #"{"stream_options":{"include_usage":true,"a":1},"model":"m","stream":true}"#
            ),
            (
                #"{"model":"m","stream":true,"stream_options":{"include_usage": false }}"#,
                #"{"model":"m","stream":true,"stream_options":{"include_usage": true }}"#
            ),
            (
                #"{"model":"m","stream":true,"stream_options":{"a":{},"include_usage":null}}"#,
                #"{"model":"m","stream":true,"stream_options":{"a":{},"include_usage":true}}"#
            ),
        ])
    func usage(text: String, expected: String) throws {
        #expect(try self.rewritten(text, model: "m") == expected)
        #expect(try self.rewritten(text, model: "m", requestingUsage: false) == text)
    }

    @Test(
        "is the very same buffer if nothing changes",
        arguments: [
            (#"{"model":"m"}"#, ModelCall.chatCompletions), (#"{"model":"m","stream":false}"#, .chatCompletions),
            (#"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#, .chatCompletions),
            (#"{"model":"m","stream":true,"max_tokens":1}"#, .messages),
        ])
    func same(text: String, call: ModelCall) throws {
        let body = ByteBuffer(string: text)
        let request = try ChatRequest.scan(body, call: call)
        let result = request.rewritten(body, .init(model: "m"))
        #expect(result == body)
        #expect(result.storageCapacity == body.storageCapacity)
        #expect(result.readerIndex == body.readerIndex)
    }

    @Test("leaves a long end where it lies, and writes a short one", arguments: [20, 16_384, 16_385, 100_000])
    func longEnd(length: Int) throws {
        let end = #"","x":""# + String(repeating: "a", count: length - 9) + #""}"#
        let body = ByteBuffer(string: #"{"model":"m"# + end)
        let request = try ChatRequest.scan(body, call: .chatCompletions)
        let spliced = request.spliced(body, .init(model: "upstream"))
        var written = ByteBuffer(string: "head ")
        spliced.write(to: &written)
        #expect(spliced.count == body.readableBytes + 7)
        #expect(written.readableBytes == 5 + spliced.writtenCount)
        #expect(spliced.end.readableBytes == (length - 1 < 16_384 ? 0 : length - 1))
        written.writeImmutableBuffer(spliced.end)
        #expect(String(buffer: written) == #"head {"model":"upstream"# + end)
    }

    @Test("says the same as before, but for what is changed or taken out", arguments: 0..<50 as Range<UInt64>)
    func property(seed: UInt64) throws {
        var random = TestRandom(seed: 0xB0D1 &+ seed)
        for _ in 0..<100 {
            let text = random.chatBody()
            let body = ByteBuffer(string: text)
            let model = ["m", "upstream/x", "a\"\\\u{1}é", ""][random.below(4)]
            let requestsUsage = random.chance(70)
            let request = try ChatRequest.scan(body, call: .chatCompletions)
            let stripped = random.chance(50) ? request.removable : []
            let rewriting = ChatRequest.Rewriting(model: model, requestsUsage: requestsUsage, stripped: stripped)
            let result = request.rewritten(body, rewriting)

            var expected = try #require(try JSONValue(parsing: Array(text.utf8)).objectValue)
            expected["model"] = .string(model)
            if requestsUsage && expected["stream"] == true {
                var options = expected["stream_options"]?.objectValue ?? [:]
                options["include_usage"] = true
                expected["stream_options"] = .object(options)
            }
            for field in stripped.fields { expected[field.name] = nil }
            let found = try JSONValue(parsing: Array(result.readableBytesView))
            #expect(found == .object(expected), "seed \(seed): \(text)")
            // And what was rewritten is scanned as what was meant.
            let again = try ChatRequest.scan(result, call: .chatCompletions)
            #expect(again.model == model, "seed \(seed): \(text)")
            #expect(again.includesUsage == (request.includesUsage || (requestsUsage && request.stream)))
            #expect(again.guarded == request.guarded.subtracting(stripped) && again.choices == request.choices)
            #expect(again.rewritten(result, rewriting) == result)
        }
    }
}

extension TestRandom {
    /// A body as a client may write it: members in any order, white space, escapes, and things that look alike inside.
    fileprivate mutating func chatBody() -> String {
        var members = [self.escaped("model") + self.space() + ":" + self.space() + self.escaped("small")]
        if self.chance(80) { members.append(#""stream":\#(["true", "false", "null", " true "][self.below(4)])"#) }
        if self.chance(60) {
            let options = [
                "null", "{}", "{ }", #"{"include_usage":true}"#, #"{"include_usage":false}"#,
                #"{"a":{"include_usage":1}}"#,
                #"{"a":[],"include_usage":null }"#, "{\n\"include_obfuscation\" : false}",
            ]
            members.append(self.escaped("stream_options") + ":" + options[self.below(options.count)])
        }
        if self.chance(50) { members.append(#""n":\#(self.below(9) + 1)"#) }
        if self.chance(50) { members.append(#""seed":\#(self.below(9))"#) }
        if self.chance(40) { members.append(#""logprobs" : \#(["true", "false", "null", "3"][self.below(4)])"#) }
        let bias = ["{}", "null", #"{"5":[1,{"a":","}]}"#][self.below(3)]
        if self.chance(40) { members.append(#""logit_bias":\#(bias)"#) }
        if self.chance(30) { members.append(#""top_k": 4 "#) }
        if self.chance(80) {
            let messages = (0..<self.below(5)).map { _ in
                let role = ["user", "system", "assistant"][self.below(3)]
                return #"{"role":\#(self.escaped(role)),"content":"{\"model\":\"x\",\\\"stream\\\":true} é\n"}"#
            }
            members.append(#""messages":[\#(messages.joined(separator: ","))]"#)
        }
        if self.chance(30) { members.append(#""metadata":{"model":"no","stream_options":{"include_usage":false}}"#) }
        members.shuffle(using: &self)
        return self.space() + "{" + self.space() + members.joined(separator: self.space() + ",") + self.space() + "}"
    }

    private mutating func space() -> String { ["", "", " ", "\n  ", "\t"][self.below(5)] }

    private mutating func escaped(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            output += self.chance(10) ? "\\u00" + String(scalar.value, radix: 16) : String(scalar)
        }
        return output + "\""
    }
}
