import ChatWire
import NIOCore
import ReleaseModel
import StrictJSON
import Testing

@Suite("The scan of a request body")
struct ChatRequestTests {
    static func scan(_ text: String, _ call: ModelCall = .chatCompletions) throws(BodyFault) -> ChatRequest {
        try ChatRequest.scan(ByteBuffer(string: text), call: call)
    }

    static func fault(_ text: String, _ call: ModelCall = .chatCompletions) -> BodyFault? {
        do {
            _ = try Self.scan(text, call)
            return nil
        } catch {
            return error
        }
    }

    @Test("finds the fields that matter, wherever they stand")
    func finds() throws {
        let text = #"""
            {"messages":[{"content":"{\"model\":\"no\"}","role":"user","n":9}],"temperature":0.5,
             "stream_options":{"x":[1],"include_usage":true},"n":2,"best_of":5,"max_tokens":10,"n_predict":15,
             "max_completion_tokens":20,"metadata":{"model":"no","stream":false},"stream":true,"model":"open-small"}
            """#
        let request = try Self.scan(text)
        #expect(request.model == "open-small")
        #expect(request.stream)
        #expect(request.maximumOutputTokens == 20)
        #expect(request.choices == 5)
        #expect(request.includesUsage)
        #expect(request.guarded == [])
    }

    @Test(
        "has the API's defaults for what is absent or null",
        arguments: [
            #"{"model":"m"}"#,
            #"{"model":"m","stream":null,"max_tokens":null,"stream_options":null,"logprobs":null,"seed":null}"#,
            #"{"model":"m","stream":false,"logprobs":false,"stream_options":{"include_usage":null}}"#,
        ])
    func defaults(text: String) throws {
        let request = try Self.scan(text)
        #expect(!request.stream && !request.includesUsage)
        #expect(request.maximumOutputTokens == nil)
        #expect(request.choices == 1)
        #expect(request.guarded == [])
    }

    @Test("reads Anthropic's fields")
    func anthropic() throws {
        let text =
            #"{"model":"m","max_tokens":64,"system":"be kind","messages":[{"role":"user","content":[]}],"stream":true}"#
        let request = try Self.scan(text, .messages)
        #expect(request.maximumOutputTokens == 64)
        #expect(request.stream)
        #expect(request.guarded.fields == [.systemPrompt])
    }

    @Test("names fields and models by their text, however it is escaped")
    func escaped() throws {
        let request = try Self.scan(#"{"\u006dodel":"open\u002dsmall\u00e9","\u006c\u006fgprobs":true}"#)
        #expect(request.model == "open-smallé")
        #expect(request.guarded.fields == [.logprobs])
    }

    @Test(
        "reports each field that needs a right",
        arguments: [
            ("logprobs", "true", GuardedField.logprobs), ("logprobs", "0", .logprobs), ("logprobs", "5", .logprobs),
            ("prompt_logprobs", "1", .logprobs), ("n_probs", "3", .logprobs), ("top_logprobs", "0", .topLogprobs),
            ("logit_bias", "{}", .logitBias), ("logit_bias", #"{"50256":-100}"#, .logitBias), ("seed", "7", .seed),
            ("top_k", "40", .topK), ("min_p", "0.1", .minP), ("typical_p", "1", .typicalP),
            ("frequency_penalty", "0", .frequencyPenalty), ("presence_penalty", "-1.5", .presencePenalty),
            ("repetition_penalty", "1.1", .repetitionPenalty), ("repeat_penalty", "1.1", .repetitionPenalty),
        ])
    func guarded(name: String, value: String, field: GuardedField) throws {
        for call in [ModelCall.chatCompletions, .messages] {
            let text = #"{"model":"m","max_tokens":1,"\#(name)":\#(value),"messages":[]}"#
            #expect(try Self.scan(text, call).guarded.fields == [field])
            let nested = #"{"model":"m","max_tokens":1,"metadata":{"\#(name)":\#(value)}}"#
            #expect(try Self.scan(nested, call).guarded == [])
        }
    }

    @Test(
        "sees who speaks above the conversation",
        arguments: [
            (#"[{"role":"system","content":"x"}]"#, true), (#"[{"role":"developer","content":"x"}]"#, true),
            (#"[{"role":"user","content":"x"},{"content":"x","role":"syste\u006d"}]"#, true),
            (#"[{"role":"user","content":"system"},{"role":"assistant"},{"role":"tool"}]"#, false), ("[]", false),
            (#"[{"role":"user","content":[{"role":"system"}]}]"#, false),
        ])
    func systemPrompts(messages: String, isGuarded: Bool) throws {
        for call in [ModelCall.chatCompletions, .messages] {
            let text = #"{"model":"m","max_tokens":1,"messages":\#(messages)}"#
            #expect(try Self.scan(text, call).guarded.contains(GuardedFields(.systemPrompt)) == isGuarded)
        }
        #expect(try Self.scan(#"{"model":"m","system":"x"}"#, .chatCompletions).guarded == [])
        #expect(try Self.scan(#"{"model":"m","max_tokens":1,"system":null}"#, .messages).guarded == [])
    }

    @Test(
        "names the field that has the wrong type, value or is missing",
        arguments: [
            (#"{"messages":[]}"#, BodyFault.Code.missingRequiredParameter, "model"),
            (#"{"model":null}"#, .invalidType, "model"), (#"{"model":["m"]}"#, .invalidType, "model"),
            (#"{"model":"m","stream":"true"}"#, .invalidType, "stream"),
            (#"{"model":"m","stream":1}"#, .invalidType, "stream"),
            (#"{"model":"m","max_tokens":"9"}"#, .invalidType, "max_tokens"),
            (#"{"model":"m","max_tokens":9.0}"#, .invalidType, "max_tokens"),
            (#"{"model":"m","max_tokens":1e3}"#, .invalidType, "max_tokens"),
            (#"{"model":"m","max_tokens":-1}"#, .invalidValue, "max_tokens"),
            (#"{"model":"m","max_completion_tokens":99999999999}"#, .invalidValue, "max_completion_tokens"),
            (#"{"model":"m","max_tokens":99999999999999999999999}"#, .invalidValue, "max_tokens"),
            (#"{"model":"m","n":0}"#, .invalidValue, "n"), (#"{"model":"m","n":true}"#, .invalidType, "n"),
            (#"{"model":"m","best_of":{}}"#, .invalidType, "best_of"),
            (#"{"model":"m","stream_options":[]}"#, .invalidType, "stream_options"),
            (#"{"model":"m","stream_options":{"include_usage":1}}"#, .invalidType, "stream_options.include_usage"),
            (#"{"model":"m","logprobs":"yes"}"#, .invalidType, "logprobs"),
            (#"{"model":"m","logprobs":{}}"#, .invalidType, "logprobs"),
            (#"{"model":"m","messages":{}}"#, .invalidType, "messages"),
            (#"{"model":"m","messages":null}"#, .invalidType, "messages"),
            (#"{"model":"m","messages":[{},"x"]}"#, .invalidType, "messages[1]"),
            (#"{"model":"m","messages":[{"role":["system"]}]}"#, .invalidType, "messages[0].role"),
        ])
    func faults(text: String, code: BodyFault.Code, param: String) {
        let fault = Self.fault(text)
        #expect(fault?.code == code)
        #expect(fault?.param == param)
        #expect(fault?.message.contains("'\(param)'") == true)
        #expect(fault?.status == 400)
    }

    @Test("asks for max_tokens where Anthropic does")
    func anthropicMaximum() {
        #expect(Self.fault(#"{"model":"m"}"#, .messages)?.param == "max_tokens")
        #expect(Self.fault(#"{"model":"m","max_tokens":null}"#, .messages)?.code == .missingRequiredParameter)
    }

    @Test(
        "refuses what is not strict JSON, even where no field matters",
        arguments: [
            (#"{"model":"open-small","model":"gated-large"}"#, JSONFault.Reason.duplicateKey),
            (#"{"model":"m","messages":[{"role":"user","content":{"a":1,"\u0061":2}}]}"#, .duplicateKey),
            (#"{"model":"m","metadata":{"x":[{"k":1,"k":1}]}}"#, .duplicateKey), (#"{"model":"m",}"#, .trailingComma),
            ("\u{FEFF}{\"model\":\"m\"}", .byteOrderMark), (#"{"model":"m"} {"#, .trailingData),
            (#"{"model":"m""#, .unexpectedEnd),
            (#"{"model":"m","x":"\#(String(repeating: "[", count: 3))\ud800"}"#, .loneSurrogate), ("", .unexpectedEnd),
            (
                "{\"model\":\"m\",\"x\":\(String(repeating: "[", count: 64))\(String(repeating: "]", count: 64))}",
                .depthExceeded
            ),
        ])
    func strict(text: String, reason: JSONFault.Reason) {
        let fault = Self.fault(text)
        #expect(fault?.code == .invalidJSON)
        #expect(fault?.json?.reason == reason)
    }

    @Test("refuses a body that is no object, and one that is too large")
    func shapes() throws {
        #expect(Self.fault("[]")?.code == .invalidType)
        let body = ByteBuffer(string: #"{"model":"m"}"#)
        let fault = #expect(throws: BodyFault.self) {
            try ChatRequest.scan(body, call: .chatCompletions, limits: JSONLimits(maximumBytes: 5))
        }
        #expect(fault?.code == .bodyTooLarge)
        #expect(fault?.status == 413)
    }

    @Test("does not depend on where in a buffer the body lies")
    func offsets() throws {
        var body = ByteBuffer(string: #"xxxx{"model":"m","stream":true}yy"#)
        body.moveReaderIndex(forwardBy: 4)
        body.moveWriterIndex(to: body.writerIndex - 2)
        let request = try ChatRequest.scan(body, call: .chatCompletions)
        let changed = request.rewritten(body, .init(model: "long-name", requestsUsage: true))
        #expect(
            String(buffer: changed) == #"{"stream_options":{"include_usage":true},"model":"long-name","stream":true}"#)
    }
}
