import StrictJSON

/// A chat completion as a stream: the role of each choice, its text piece by piece in turn with the others, why it
/// finished, the usage if it was asked for, and `[DONE]`.
struct OpenAIEvents: IteratorProtocol, Sendable {
    private var reply: Reply
    private var waiting: [ServerSentEvent]
    /// The choices that go on, and whose turn it is.
    private var unfinished: [Int]
    private var turn = 0
    private var isClosed = false

    init(_ reply: Reply) {
        self.reply = reply
        self.unfinished = Array(reply.generations.indices)
        self.waiting = reply.generations.indices.map { index in
            let delta: JSONValue = ["role": "assistant", "content": ""]
            return ServerSentEvent(OpenAIAnswer.chunk(of: reply, choices: [Self.choice(index, delta: delta)]))
        }
    }

    mutating func next() -> ServerSentEvent? {
        if !self.waiting.isEmpty { return self.waiting.removeFirst() }
        if !self.unfinished.isEmpty { return self.advance() }
        guard !self.isClosed else { return nil }
        self.isClosed = true
        guard self.reply.includesUsage else { return .done }
        self.waiting = [.done]
        return ServerSentEvent(
            OpenAIAnswer.chunk(of: self.reply, choices: [], usage: OpenAIAnswer.usage(of: self.reply)))
    }

    private mutating func advance() -> ServerSentEvent {
        let slot = self.turn % self.unfinished.count
        let index = self.unfinished[slot]
        let before = self.reply.generations[index].tokenCount
        guard let piece = self.reply.generations[index].next() else {
            self.unfinished.remove(at: slot)
            let finish = OpenAIAnswer.finishReason(self.reply.generations[index].finish)
            return self.event([Self.choice(index, delta: [:], finish: .string(finish))], since: before, of: index)
        }
        self.turn = slot + 1
        let logprobs = self.reply.reportsLogprobs ? OpenAIAnswer.logprobs(piece.tokens) : nil
        let choice = Self.choice(index, delta: ["content": .string(piece.text)], logprobs: logprobs)
        return self.event([choice], since: before, of: index)
    }

    private func event(_ choices: [JSONValue], since before: Int, of index: Int) -> ServerSentEvent {
        ServerSentEvent(
            OpenAIAnswer.chunk(of: self.reply, choices: choices),
            tokens: self.reply.generations[index].tokenCount - before)
    }

    private static func choice(
        _ index: Int, delta: JSONValue, logprobs: JSONValue? = nil, finish: JSONValue = .null
    ) -> JSONValue {
        [
            "index": .integer(Int64(index)), "delta": delta, "logprobs": logprobs ?? .null, "finish_reason": finish,
        ]
    }
}
