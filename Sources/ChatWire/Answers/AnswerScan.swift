import StrictJSON

/// Reads the facts out of an upstream's JSON, in OpenAI's shapes and in Anthropic's.
///
/// An upstream is not a caller: what it says wrongly is passed on as it is, and costs only the facts from there on.
struct AnswerScan {
    private static let limits = JSONLimits(maximumBytes: .max, allowsRepeatedKeys: true)

    enum Key: Int, CaseIterable {
        case type, choices, usage, error, message, delta, finishReason, stopReason, refusal, text, role
        case model, id, previousResponse, response, status, incompleteDetails, reason, output, content, sequenceNumber
        case promptTokens, completionTokens, inputTokens, outputTokens, cacheCreation, cacheRead

        var name: String {
            switch self {
            case .type: "type"
            case .choices: "choices"
            case .usage: "usage"
            case .error: "error"
            case .message: "message"
            case .delta: "delta"
            case .finishReason: "finish_reason"
            case .stopReason: "stop_reason"
            case .refusal: "refusal"
            case .text: "text"
            case .role: "role"
            case .model: "model"
            case .id: "id"
            case .previousResponse: "previous_response_id"
            case .response: "response"
            case .status: "status"
            case .incompleteDetails: "incomplete_details"
            case .reason: "reason"
            case .output: "output"
            case .content: "content"
            case .sequenceNumber: "sequence_number"
            case .promptTokens: "prompt_tokens"
            case .completionTokens: "completion_tokens"
            case .inputTokens: "input_tokens"
            case .outputTokens: "output_tokens"
            case .cacheCreation: "cache_creation_input_tokens"
            case .cacheRead: "cache_read_input_tokens"
            }
        }

        static let table = JSONKeyTable(Self.allCases.map(\.name))
    }

    /// Reused from one text to the next, with the memory that it has grown.
    var scanner = JSONScanner(limits: Self.limits)
    var facts = AnswerFacts()
    /// The last text of the answer's content: of it the facts say no more than that it is not empty.
    private(set) var content: Range<Int>?

    /// The facts of one text; those before the first fault, if it has one.
    mutating func facts(of bytes: Span<UInt8>, shape: ModelCall.AnswerShape) -> AnswerFacts {
        self.scanner.restart()
        self.facts = AnswerFacts()
        self.content = nil
        do {
            if try self.scanner.next(in: bytes) == .objectStart {
                switch shape {
                case .choices: try self.readOpenAI(bytes)
                case .message: try self.readAnthropic(bytes)
                case .response: try self.readResponse(bytes)
                }
                self.facts.isJSON = try self.scanner.next(in: bytes) == .end
            }
        } catch {
            self.facts.isJSON = false
        }
        return self.facts
    }

    /// The next key of the object, with the first token of its value; nil after the last.
    mutating func member(_ bytes: Span<UInt8>) throws(JSONFault) -> (key: Key?, token: JSONToken)? {
        guard try self.scanner.next(in: bytes) == .key else { return nil }
        let key = Key.table.index(of: self.scanner, in: bytes).flatMap(Key.init(rawValue:))
        return (key, try self.scanner.next(in: bytes))
    }

    // MARK: OpenAI

    private mutating func readOpenAI(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            switch (key, token) {
            case (.choices, .arrayStart): try self.readChoices(bytes)
            case (.model, .string): self.facts.places.model = self.textRange
            case (.usage, .objectStart): try self.readUsage(bytes)
            case (.error, _): try self.readError(token, bytes)
            default: try self.scanner.skip(token, in: bytes)
            }
        }
    }

    mutating func readError(_ token: JSONToken, _ bytes: Span<UInt8>) throws(JSONFault) {
        self.facts.hasError = self.facts.hasError || token != .null
        if token == .string { self.facts.errorText = self.scanner.text(in: bytes) }
        try self.scanner.skip(token, in: bytes)
    }

    private mutating func readChoices(_ bytes: Span<UInt8>) throws(JSONFault) {
        self.facts.hasEmptyChoices = true
        while case let token = try self.scanner.next(in: bytes), token != .arrayEnd {
            self.facts.hasEmptyChoices = false
            guard token == .objectStart else {
                try self.scanner.skip(token, in: bytes)
                continue
            }
            while let (key, token) = try self.member(bytes) {
                switch (key, token) {
                case (.delta, .objectStart), (.message, .objectStart): try self.readMessage(bytes)
                case (.finishReason, .string): self.facts.finishReason = self.scanner.text(in: bytes)
                case (.text, .string): if !self.isEmptyText { self.noteContent() }
                default: try self.scanner.skip(token, in: bytes)
                }
            }
        }
        if self.facts.finishReason == "content_filter" { self.facts.saysRefusal = true }
    }

    /// A delta or a message: anything but the role counts as content unless it is empty.
    private mutating func readMessage(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            let saysSomething = token != .null && !(token == .string && self.isEmptyText)
            if key != .role && saysSomething {
                if token == .string { self.noteContent() } else { self.facts.hasContent = true }
            }
            if key == .refusal && saysSomething { self.facts.saysRefusal = true }
            try self.scanner.skip(token, in: bytes)
        }
    }

    private mutating func noteContent() {
        self.facts.hasContent = true
        self.content = self.textRange
    }

    private var isEmptyText: Bool { self.scanner.lowerBound == self.scanner.upperBound }

    // MARK: Anthropic

    private mutating func readAnthropic(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            switch (key, token) {
            case (.type, .string): self.readType(bytes)
            case (.model, .string): self.facts.places.model = self.textRange
            case (.message, .objectStart), (.delta, .objectStart): try self.readAnthropicMessage(bytes)
            case (.usage, .objectStart): try self.readUsage(bytes)
            case (.stopReason, .string): self.readStopReason(bytes)
            case (.error, _): try self.readError(token, bytes)
            default: try self.scanner.skip(token, in: bytes)
            }
        }
    }

    private mutating func readType(_ bytes: Span<UInt8>) {
        if self.scanner.isText("content_block_delta", in: bytes) {
            self.facts.kind = .content
            self.facts.hasContent = true
        } else if self.scanner.isText("message_stop", in: bytes) {
            self.facts.kind = .end
        } else if self.scanner.isText("error", in: bytes) {
            self.facts.kind = .error
            self.facts.hasError = true
        }
    }

    /// `message` of message_start (usage), `delta` of message_delta (stop reason).
    private mutating func readAnthropicMessage(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            switch (key, token) {
            case (.model, .string): self.facts.places.model = self.textRange
            case (.usage, .objectStart): try self.readUsage(bytes)
            case (.stopReason, .string): self.readStopReason(bytes)
            case (.text, .string): if !self.isEmptyText { self.content = self.textRange }
            default: try self.scanner.skip(token, in: bytes)
            }
        }
    }

    private mutating func readStopReason(_ bytes: Span<UInt8>) {
        let reason = self.scanner.text(in: bytes)
        self.facts.finishReason = reason
        if reason == "refusal" { self.facts.saysRefusal = true }
    }

    // MARK: All

    /// Where the last string stands, without its quotes.
    var textRange: Range<Int> { self.scanner.lowerBound..<self.scanner.upperBound }

    mutating func readUsage(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            let count = token == .number ? self.tokenCount(bytes) : nil
            switch key {
            case .promptTokens, .inputTokens: self.facts.inputTokens = count ?? self.facts.inputTokens
            case .completionTokens, .outputTokens: self.facts.outputTokens = count ?? self.facts.outputTokens
            case .cacheCreation, .cacheRead: self.facts.cachedTokens += count ?? 0
            default: break
            }
            try self.scanner.skip(token, in: bytes)
        }
    }

    /// A count that can be one: not negative, and below what would overflow a sum.
    private func tokenCount(_ bytes: Span<UInt8>) -> Int? {
        guard let count = self.scanner.integer(in: bytes), 0...Int64(Int32.max) ~= count else { return nil }
        return Int(count)
    }
}
