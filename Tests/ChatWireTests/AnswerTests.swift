import ChatWire
import NIOCore
import Testing

@Suite("A plain answer")
struct PlainAnswerTests {
    private func scan(_ text: String, _ call: ModelCall = .chatCompletions) -> PlainAnswer {
        PlainAnswer.scan(ByteBuffer(string: text), call: call, names: OutwardNames(model: "m"))
    }

    @Test("of OpenAI says usage and finish")
    func openAI() {
        let answer = self.scan(
            #"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"#
                + #""finish_reason":"length"}],"#
                + #""usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"#
                + #""completion_tokens_details":{"reasoning_tokens":0}}}"#
        )
        #expect(answer.usage == Usage(input: 9, output: 12))
        #expect(answer.finish == Finish(reason: "length", isRefusal: false))
        #expect(answer.isJSON && !answer.isErrorShape)
    }

    @Test("of Anthropic says usage and finish")
    func anthropic() {
        let answer = self.scan(
            #"{"id":"msg","type":"message","role":"assistant","content":[{"type":"text","text":"hi"}],"#
                + #""stop_reason":"refusal","#
                + #""usage":{"input_tokens":9,"cache_read_input_tokens":100,"cache_creation_input_tokens":null,"#
                + #""output_tokens":2}}"#,
            .messages)
        #expect(answer.usage == Usage(input: 109, output: 2))
        #expect(answer.finish == Finish(reason: "refusal", isRefusal: true))
        #expect(answer.isJSON && !answer.isErrorShape)
    }

    @Test("with a refusal is one, whatever it gives as its reason")
    func refusals() {
        let message = #"{"choices":[{"message":{"refusal":"no","content":null},"finish_reason":"stop"}]}"#
        #expect(self.scan(message).finish?.isRefusal == true)
        #expect(self.scan(#"{"choices":[{"finish_reason":"content_filter"}]}"#).finish?.isRefusal == true)
    }

    @Test(
        "that is an error is seen as one",
        arguments: [
            (#"{"error":{"message":"x","type":"y","param":null,"code":null}}"#, ModelCall.chatCompletions, true),
            (#"{"error":null}"#, .chatCompletions, false),
            (#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#, .messages, true),
            (#"{"error":"text"}"#, .chatCompletions, false),
            (#"{"detail":"Not Found"}"#, .chatCompletions, false),
        ])
    func errors(text: String, call: ModelCall, isError: Bool) {
        #expect(self.scan(text, call).isErrorShape == isError)
    }

    @Test("that is an error of one text has that text")
    func errorText() {
        #expect(self.scan(#"{"error":"too hot\u0021"}"#).errorText == "too hot!")
        #expect(self.scan(#"{"error":{"message":"x"}}"#).errorText == nil)
    }

    @Test(
        "that cannot be read says so, and nothing else",
        arguments: ["", "<html>", "[]", "null", #"{"a":1"#, #"{"usage":"#, "{} {}"])
    func unreadable(text: String) {
        let answer = self.scan(text)
        #expect(!answer.isJSON && !answer.isErrorShape)
        #expect(answer.usage == nil && answer.finish == nil)
    }

    @Test(
        "of the wrong types costs only its facts",
        arguments: [
            #"{"choices":{},"usage":[],"error":null}"#, #"{"choices":[1,null,[]],"usage":{"prompt_tokens":null}}"#,
            #"{"choices":[{"message":"x","delta":[],"finish_reason":5,"text":{}}],"usage":null}"#,
        ])
    func wrongTypes(text: String) {
        for call in [ModelCall.chatCompletions, .messages] {
            let answer = self.scan(text, call)
            #expect(answer.isJSON)
            #expect(answer.usage == nil && answer.finish == nil)
        }
    }
}
