import ChatWire
import NIOCore
import ReleaseModel
import StrictJSON
import Testing

@Suite("The body of each call")
struct CallTests {
    private func scan(_ call: ModelCall, _ text: String) throws(BodyFault) -> ChatRequest {
        try ChatRequest.scan(ByteBuffer(string: text), call: call)
    }

    private func fault(_ call: ModelCall, _ text: String) -> BodyFault? {
        do {
            _ = try self.scan(call, text)
            return nil
        } catch {
            return error
        }
    }

    @Test("is bounded by the field that its upstream knows, and by no other")
    func bounds() throws {
        let all = #"{"model":"m","max_tokens":1,"max_completion_tokens":2,"max_output_tokens":3,"n_predict":4}"#
        let expected: [ModelCall: (Int?, String)] = [
            .chatCompletions: (4, "n_predict"), .completions: (4, "n_predict"), .responses: (3, "max_output_tokens"),
            .messages: (1, "max_tokens"),
        ]
        for call in ModelCall.allCases {
            let request = try self.scan(call, all)
            #expect(request.maximumOutputTokens == expected[call]?.0, "\(call)")
            if let field = expected[call]?.1 { #expect(request.maximumOutputField == field, "\(call)") }
        }
    }

    @Test("is told of a bound in its own field")
    func boundField() throws {
        for (call, expected) in [
            (ModelCall.responses, #"{"max_output_tokens":9,"model":"m"}"#),
            (.completions, #"{"max_tokens":9,"model":"m"}"#), (.embeddings, #"{"model":"m"}"#),
            (.compaction, #"{"model":"m"}"#),
        ] {
            let body = ByteBuffer(string: #"{"model":"m"}"#)
            let request = try ChatRequest.scan(body, call: call)
            #expect(String(buffer: request.rewritten(body, .init(model: "m", outputBound: 9))) == expected)
        }
        let null = ByteBuffer(string: #"{"model":"m","max_output_tokens":null}"#)
        let request = try ChatRequest.scan(null, call: .responses)
        #expect(
            String(buffer: request.rewritten(null, .init(model: "m", outputBound: 9)))
                == #"{"model":"m","max_output_tokens":9}"#)
    }

    @Test("asks for as many answers as there are prompts, times the choices of each")
    func prompts() throws {
        for (prompt, choices) in [
            (#""a""#, 3), ("null", 3), ("[]", 3), (#"["a","b"]"#, 6), ("[1,2,3,4]", 3), ("[[1,2],[3]]", 6),
        ] {
            let request = try self.scan(.completions, #"{"model":"m","n":2,"best_of":3,"prompt":\#(prompt)}"#)
            #expect(request.choices == choices, "\(prompt)")
        }
    }

    @Test("needs the right to speak above the conversation wherever one can")
    func above() throws {
        let cases: [(ModelCall, String, GuardedField?)] = [
            (.completions, #""prompt":"a""#, .rawPrompt), (.completions, #""prompt":[[1]]"#, .rawPrompt),
            (.chatCompletions, #""prompt":"a""#, nil), (.chatCompletions, #""chat_template":"x""#, .chatTemplate),
            (.responses, #""instructions":"be kind""#, .instructions), (.responses, #""instructions":null"#, nil),
            (.chatCompletions, #""instructions":"x""#, nil),
            (.responses, #""input":[{"role":"developer","content":"x"}]"#, .systemPrompt),
            (.responses, #""input":[{"type":null,"role":"user"}]"#, nil), (.responses, #""input":"system""#, nil),
            (.compaction, #""instructions":"x""#, .instructions),
            (.compaction, #""input":[{"content":[{"role":"system"}],"role":"system"}]"#, .systemPrompt),
            (.embeddings, #""input":[{"role":"system"}]"#, nil),
            (.tokenCount, #""system":"x""#, .systemPrompt),
        ]
        for (call, member, field) in cases {
            let request = try self.scan(call, #"{"model":"m",\#(member)}"#)
            #expect(request.guarded.fields == (field.map { [$0] } ?? []), "\(call) \(member)")
            #expect(request.removable == [], "\(call) \(member)")
        }
    }

    @Test("needs the right to probabilities also where they are asked for by a value")
    func include() throws {
        let request = try self.scan(
            .responses, #"{"model":"m","include":["file_search_call.results","message.output_text.logprobs"]}"#)
        #expect(request.guarded.fields == [.include] && request.removable == [])
        #expect(try self.scan(.responses, #"{"model":"m","include":["reasoning.encrypted_content"]}"#).guarded == [])
    }

    @Test("names nothing that an upstream keeps for everybody")
    func kept() {
        let cases = [
            (#""conversation":"conv_1""#, "conversation"), (#""prompt":{"id":"pmpt_1"}"#, "prompt"),
            (#""input":[{"role":"user"},{"type":"item_reference","id":"msg_1"}]"#, "input[1]"),
            (#""input":[{"id":"msg_1","type":"item\u005freference"}]"#, "input[0]"),
        ]
        for (member, param) in cases {
            let fault = self.fault(.responses, #"{"model":"m",\#(member)}"#)
            #expect(fault?.code == .invalidValue && fault?.param == param, "\(member)")
        }
        #expect(self.fault(.responses, #"{"model":"m","conversation":null,"prompt":null}"#) == nil)
    }

    @Test("goes on from an answer by the upstream's name for it")
    func previous() throws {
        let body = ByteBuffer(string: #"{"previous_response_id": "resp_\u0061", "model":"m"}"#)
        let request = try ChatRequest.scan(body, call: .responses)
        #expect(request.previous == "resp_a")
        #expect(
            String(buffer: request.rewritten(body, .init(model: "up", previous: "r-1")))
                == #"{"previous_response_id": "r-1", "model":"up"}"#)
        #expect(try self.scan(.responses, #"{"model":"m","previous_response_id":null}"#).previous == nil)
        #expect(self.fault(.responses, #"{"model":"m","previous_response_id":7}"#)?.code == .invalidType)
        #expect(try self.scan(.chatCompletions, #"{"model":"m","previous_response_id":"x"}"#).previous == nil)
    }

    @Test("streams only where there is a stream")
    func streams() throws {
        for call in ModelCall.allCases {
            let request = try self.scan(call, #"{"model":"m","max_tokens":1,"stream":true}"#)
            #expect(request.stream == call.canStream, "\(call)")
        }
    }

    @Test(
        "loses exactly the fields that are taken out",
        arguments: [
            (#"{"seed":1,"model":"m"}"#, #"{"model":"m"}"#), (#"{"model":"m","seed":1}"#, #"{"model":"m"}"#),
            (#"{"model":"m", "seed" : 1 , "n":2}"#, #"{"model":"m" , "n":2}"#),
            (#"{ "seed":1 , "logprobs":true, "model":"m"}"#, #"{ "model":"m"}"#),
            (#"{"seed":1,"model":"m","top_k":2,"logit_bias":{"a":[1,2]}}"#, #"{"model":"m"}"#),
            (#"{"seed":1,"user":"u","top_k":2,"model":"m"}"#, #"{"user":"u","model":"m"}"#),
            (#"{"seed":null,"model":"m"}"#, #"{"seed":null,"model":"m"}"#),
        ])
    func removals(text: String, expected: String) throws {
        let body = ByteBuffer(string: text)
        let request = try ChatRequest.scan(body, call: .chatCompletions)
        let rewritten = request.rewritten(body, .init(model: "m", stripped: request.removable))
        #expect(String(buffer: rewritten) == expected)
    }

    @Test("may lose a field of one right and keep that of another")
    func some() throws {
        let body = ByteBuffer(string: #"{"seed":1,"logprobs":true,"model":"m","top_k":2}"#)
        let request = try ChatRequest.scan(body, call: .chatCompletions)
        #expect(request.removable.fields == [.logprobs, .seed, .topK])
        let rewritten = request.rewritten(body, .init(model: "m", stripped: GuardedFields(.logprobs)))
        #expect(String(buffer: rewritten) == #"{"seed":1,"model":"m","top_k":2}"#)
    }
}
