import ReleaseModel
import StrictJSON

/// What is said in a body, and what it goes on from.
extension ChatRequestScan {
    /// Reads the role of each message: a caller without the right may not speak above the conversation.
    mutating func readMessages(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        guard token == .arrayStart else { throw BodyFault.type("messages", expected: "an array") }
        var index = 0
        while case let token = try self.next(in: bytes), token != .arrayEnd {
            guard token == .objectStart else { throw BodyFault.type("messages[\(index)]", expected: "an object") }
            while try self.next(in: bytes) == .key {
                let isRole = self.scanner.isText("role", in: bytes)
                let token = try self.next(in: bytes)
                guard isRole else {
                    try self.skip(token, in: bytes)
                    continue
                }
                guard token == .string else { throw BodyFault.type("messages[\(index)].role", expected: "a string") }
                self.noteRole(in: bytes)
            }
            index += 1
        }
    }

    /// Reads the items of a response's input: a text, or a list of messages and results of tools.
    ///
    /// An item that only names another one is refused: whoever knows its name could have the upstream read out what
    /// somebody else said.
    mutating func readItems(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        if token == .string || token == .null { return }
        guard token == .arrayStart else { throw BodyFault.type("input", expected: "a string or an array") }
        var index = 0
        while case let token = try self.next(in: bytes), token != .arrayEnd {
            guard token == .objectStart else { throw BodyFault.type("input[\(index)]", expected: "an object") }
            while try self.next(in: bytes) == .key {
                let (isRole, isType) = (
                    self.scanner.isText("role", in: bytes), self.scanner.isText("type", in: bytes)
                )
                let token = try self.next(in: bytes)
                guard isRole || isType else {
                    try self.skip(token, in: bytes)
                    continue
                }
                guard token == .string || (isType && token == .null) else {
                    throw BodyFault.type("input[\(index)].\(isRole ? "role" : "type")", expected: "a string")
                }
                if isRole { self.noteRole(in: bytes) }
                if isType, token == .string, self.scanner.isText("item_reference", in: bytes) {
                    throw BodyFault(
                        .invalidValue, param: "input[\(index)]",
                        message: "'input[\(index)]' names an item that is kept elsewhere; send the item itself, or go "
                            + "on from its answer with 'previous_response_id'.")
                }
            }
            index += 1
        }
    }

    private mutating func noteRole(in bytes: Span<UInt8>) {
        guard self.scanner.isText("system", in: bytes) || self.scanner.isText("developer", in: bytes) else { return }
        self.request.guarded.insert(GuardedFields(.systemPrompt))
    }

    /// Reads how many prompts there are. Each is a text or a list of tokens, and is answered by itself.
    mutating func readPrompts(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        if token == .null { return }
        self.note(.prompt)
        guard token == .arrayStart else { return try self.skip(token, in: bytes) }
        var count = 0
        while case let token = try self.next(in: bytes), token != .arrayEnd {
            // Numbers are the tokens of one prompt.
            count = token == .number ? 1 : count + 1
            try self.skip(token, in: bytes)
        }
        self.prompts = max(1, count)
    }

    /// Reads what is to stand in the answer beside the text; probabilities need a right there too.
    mutating func readInclude(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        if token == .null { return }
        guard token == .arrayStart else { throw BodyFault.type("include", expected: "an array") }
        while case let token = try self.next(in: bytes), token != .arrayEnd {
            guard token == .string else { throw BodyFault.type("include", expected: "an array of strings") }
            if Self.asksForProbabilities(self.scanner.text(in: bytes)) {
                self.request.guarded.insert(GuardedFields(.include))
            }
        }
    }

    /// Whether a value of `include` asks for token probabilities, as `message.output_text.logprobs` does.
    static func asksForProbabilities(_ value: String) -> Bool {
        value.split(separator: ".").contains { $0.lowercased().contains("logprobs") }
    }

    mutating func readPrevious(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        if token == .null { return }
        guard token == .string else { throw BodyFault.type("previous_response_id", expected: "a string") }
        self.request.previous = self.scanner.text(in: bytes)
        self.request.previousRange = self.scanner.lowerBound - 1..<self.scanner.end
    }

    /// Conversations and prompts that an upstream keeps belong to nobody here, so everybody could read them.
    func refuseKept(_ field: ChatField, _ token: JSONToken) throws(BodyFault) {
        guard token == .null else {
            throw BodyFault(
                .invalidValue, param: field.name,
                message: "'\(field.name)' names something that is kept elsewhere and is not served here; send what it "
                    + "holds, or go on from an answer with 'previous_response_id'.")
        }
    }
}
