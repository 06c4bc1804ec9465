import StrictJSON

/// A message as a stream: `message_start`, one block of text from start to stop, `message_delta` with the stop reason
/// and the usage, `message_stop`.
struct AnthropicEvents: IteratorProtocol, Sendable {
    private var reply: Reply
    private var waiting: [ServerSentEvent]
    private var isClosed = false

    init(_ reply: Reply) {
        self.reply = reply
        self.waiting = [
            Self.event("message_start", ["message": AnthropicAnswer.message(of: reply, content: [], finish: nil)]),
            Self.event("content_block_start", ["index": 0, "content_block": ["type": "text", "text": ""]]),
            Self.event("ping", [:]),
        ]
    }

    mutating func next() -> ServerSentEvent? {
        if !self.waiting.isEmpty { return self.waiting.removeFirst() }
        guard !self.isClosed else { return nil }
        let before = self.reply.completionTokens
        if let piece = self.reply.generations[0].next() {
            let delta: JSONValue = ["type": "text_delta", "text": .string(piece.text)]
            return Self.event(
                "content_block_delta", ["index": 0, "delta": delta], tokens: self.reply.completionTokens - before)
        }
        self.isClosed = true
        let stop = JSONValue.object(AnthropicAnswer.stop(self.reply.generations[0].finish))
        self.waiting = [
            Self.event("message_delta", ["delta": stop, "usage": AnthropicAnswer.usage(of: self.reply)]),
            Self.event("message_stop", [:]),
        ]
        return Self.event("content_block_stop", ["index": 0], tokens: self.reply.completionTokens - before)
    }

    private static func event(_ type: String, _ members: [String: JSONValue], tokens: Int = 0) -> ServerSentEvent {
        var members = members
        members["type"] = .string(type)
        return ServerSentEvent(name: type, .object(members), tokens: tokens)
    }
}
