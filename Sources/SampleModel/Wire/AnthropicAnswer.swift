import StrictJSON

/// The bodies of Anthropic's messages.
enum AnthropicAnswer {
    /// The whole message: generates it to its end.
    static func message(_ reply: inout Reply) -> JSONValue {
        let (text, _) = reply.complete(0)
        return self.message(
            of: reply, content: [["type": "text", "text": .string(text)]], finish: reply.generations[0].finish)
    }

    /// A message with what is known of it so far.
    static func message(of reply: Reply, content: [JSONValue], finish: Generation.Finish?) -> JSONValue {
        var members = self.stop(finish)
        members["id"] = .string(reply.id)
        members["type"] = "message"
        members["role"] = "assistant"
        members["model"] = .string(reply.model)
        members["content"] = .array(content)
        members["usage"] = self.usage(of: reply)
        return .object(members)
    }

    static func usage(of reply: Reply) -> JSONValue {
        [
            "input_tokens": .integer(Int64(reply.promptTokens)),
            "output_tokens": .integer(Int64(reply.completionTokens)),
        ]
    }

    /// `stop_reason` and `stop_sequence`; both null while the message goes on.
    static func stop(_ finish: Generation.Finish?) -> [String: JSONValue] {
        switch finish {
        case nil: ["stop_reason": .null, "stop_sequence": .null]
        case .end: ["stop_reason": "end_turn", "stop_sequence": .null]
        case .length: ["stop_reason": "max_tokens", "stop_sequence": .null]
        case .stop(let sequence): ["stop_reason": "stop_sequence", "stop_sequence": .string(sequence)]
        }
    }
}
