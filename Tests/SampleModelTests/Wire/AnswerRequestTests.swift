import StrictJSON
import Testing

@testable import SampleModel

@Suite("A request for an answer")
struct AnswerRequestTests {
    private let minimal: [String: JSONValue] = [
        "model": "aurora-1.0", "messages": [["role": "user", "content": "The river"]], "max_tokens": 5,
    ]

    private func body(_ changes: [String: JSONValue]) -> JSONValue {
        .object(self.minimal.merging(changes) { $1 })
    }

    /// The field that reading `body` finds at fault.
    private func fault(_ body: JSONValue, _ read: (JSONValue) throws(RequestFault) -> AnswerRequest) -> String? {
        do {
            _ = try read(body)
            return nil
        } catch {
            return error.field
        }
    }

    @Test("has plain defaults in OpenAI's format")
    func defaults() throws {
        let request = try AnswerRequest(openAI: self.body(["max_tokens": .null]))
        #expect(request.maximumTokens == AnswerRequest.usualTokens)
        #expect(request.choices == 1 && !request.streams && !request.includesUsage && !request.reportsLogprobs)
        #expect(request.temperature == nil && request.topP == 1 && request.seed == nil && request.stops.isEmpty)
    }

    @Test("prefers max_completion_tokens, takes text blocks, and one stop or several")
    func variants() throws {
        let blocks: JSONValue = [["type": "text", "text": "The"], ["type": "text", "text": "river"]]
        let request = try AnswerRequest(
            openAI: self.body([
                "max_completion_tokens": 9, "stop": "x", "messages": [["role": "user", "content": blocks]], "seed": -1,
                "stream": true, "stream_options": ["include_usage": true],
            ]))
        #expect(request.maximumTokens == 9)
        #expect(request.stops == ["x"])
        #expect(request.messages == [.init(role: "user", text: "The\nriver")])
        #expect(request.seed == .max)
        #expect(request.streams && request.includesUsage)
        #expect(try AnswerRequest(openAI: self.body(["stop": ["x", "y"]])).stops == ["x", "y"])
    }

    @Test(
        "names the field at fault in OpenAI's format",
        arguments: [
            ("model", 1), ("messages", "text"), ("messages", []), ("temperature", 2.5), ("temperature", "warm"),
            ("top_p", -0.1), ("n", 0), ("n", 129), ("max_tokens", 0), ("max_tokens", 1.5), ("stream", 1),
            ("stop", 3), ("stop", ["a", 1]), ("seed", "x"), ("top_logprobs", 21), ("top_logprobs", 1),
            ("logprobs", "yes"),
        ] as [(String, JSONValue)])
    func openAIFaults(field: String, value: JSONValue) {
        #expect(self.fault(self.body([field: value])) { body throws(RequestFault) in try .init(openAI: body) } == field)
    }

    @Test("names the message at fault")
    func messageFaults() {
        let cases: [(JSONValue, String)] = [
            (["hello"], "messages[0]"), ([["role": "pope", "content": "a"]], "messages[0].role"),
            ([["role": "user"]], "messages[0].content"),
            (
                [["role": "user", "content": "a"], ["role": "user", "content": [["type": "image"]]]],
                "messages[1].content"
            ),
        ]
        for (messages, field) in cases {
            let body = self.body(["messages": messages])
            #expect(self.fault(body) { body throws(RequestFault) in try .init(openAI: body) } == field)
        }
    }

    @Test(
        "names the field at fault in Anthropic's format",
        arguments: [
            ("model", .null), ("max_tokens", .null), ("max_tokens", 0), ("temperature", 1.5), ("top_k", 0),
            ("stop_sequences", 1), ("system", 5), ("messages", []),
        ] as [(String, JSONValue)])
    func anthropicFaults(field: String, value: JSONValue) {
        #expect(
            self.fault(self.body([field: value])) { body throws(RequestFault) in try .init(anthropic: body) } == field)
    }

    @Test("reads Anthropic's system text as the first message")
    func system() throws {
        let request = try AnswerRequest(anthropic: self.body(["system": "Be brief.", "stop_sequences": ["\n"]]))
        #expect(request.messages.map(\.role) == ["system", "user"])
        #expect(request.stops == ["\n"])
    }

    @Test("must be an object")
    func notAnObject() {
        #expect(self.fault([1]) { body throws(RequestFault) in try .init(openAI: body) } == "body")
    }
}
