import StrictJSON

/// The bodies of OpenAI's chat completions.
enum OpenAIAnswer {
    /// The whole answer: generates every choice to its end.
    static func completion(_ reply: inout Reply) -> JSONValue {
        var choices: [JSONValue] = []
        for index in reply.generations.indices {
            let (text, tokens) = reply.complete(index)
            choices.append([
                "index": .integer(Int64(index)),
                "message": ["role": "assistant", "content": .string(text), "refusal": .null],
                "logprobs": reply.reportsLogprobs ? self.logprobs(tokens) : .null,
                "finish_reason": .string(self.finishReason(reply.generations[index].finish)),
            ])
        }
        return [
            "id": .string(reply.id), "object": "chat.completion", "created": .integer(reply.created),
            "model": .string(reply.model), "system_fingerprint": .string(reply.model), "choices": .array(choices),
            "usage": self.usage(of: reply),
        ]
    }

    /// One chunk of a stream.
    static func chunk(of reply: Reply, choices: [JSONValue], usage: JSONValue? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(reply.id), "object": "chat.completion.chunk", "created": .integer(reply.created),
            "model": .string(reply.model), "system_fingerprint": .string(reply.model), "choices": .array(choices),
        ]
        // Who asks for usage sees the member in every chunk; who does not, in none.
        if reply.includesUsage { members["usage"] = usage ?? .null }
        return .object(members)
    }

    static func usage(of reply: Reply) -> JSONValue {
        [
            "prompt_tokens": .integer(Int64(reply.promptTokens)),
            "completion_tokens": .integer(Int64(reply.completionTokens)),
            "total_tokens": .integer(Int64(reply.promptTokens + reply.completionTokens)),
        ]
    }

    static func finishReason(_ finish: Generation.Finish?) -> String {
        finish == .length ? "length" : "stop"
    }

    static func logprobs(_ tokens: [Generation.Choice]) -> JSONValue {
        let content = tokens.map { token in
            var members = self.scored(token.chosen)
            members["top_logprobs"] = .array(token.alternatives.map { .object(self.scored($0)) })
            return JSONValue.object(members)
        }
        return ["content": .array(content), "refusal": .null]
    }

    private static func scored(_ token: Generation.Scored) -> [String: JSONValue] {
        [
            "token": .string(token.text), "logprob": .number(token.logprob),
            "bytes": .array(token.text.utf8.map { .integer(Int64($0)) }),
        ]
    }
}
