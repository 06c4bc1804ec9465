import ReleaseModel
import StrictJSON

/// The one pass over a request body, field by field in the order in which they come.
struct ChatRequestScan {
    /// More than any model writes, and small enough that a product of two counts cannot overflow.
    static let maximumCount = Int64(Int32.max)

    var scanner = JSONScanner()
    private var request: ChatRequest
    private var hasModel = false

    init(format: WireFormat) {
        self.request = ChatRequest(format: format)
    }

    mutating func run(over bytes: Span<UInt8>) throws(BodyFault) -> ChatRequest {
        guard try self.next(in: bytes) == .objectStart else {
            throw BodyFault(.invalidType, message: "The request body must be a JSON object.")
        }
        self.request.membersStart = self.scanner.upperBound
        self.request.usagePlace = .absent(afterBrace: self.scanner.upperBound)
        while try self.next(in: bytes) == .key {
            let index = ChatField.table.index(of: self.scanner, in: bytes)
            let token = try self.next(in: bytes)
            if let index, let field = ChatField(rawValue: index) {
                try self.read(field, token, in: bytes)
            } else {
                try self.skip(token, in: bytes)
            }
        }
        _ = try self.next(in: bytes)
        guard self.hasModel else { throw BodyFault.missing("model") }
        if self.request.format == .anthropic && self.request.maximumOutputTokens == nil {
            throw BodyFault.missing("max_tokens")
        }
        return self.request
    }

    private mutating func read(_ field: ChatField, _ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        switch field {
        case .model:
            guard token == .string else { throw BodyFault.type("model", expected: "a string") }
            self.request.model = self.scanner.text(in: bytes)
            self.request.modelRange = self.scanner.lowerBound - 1..<self.scanner.upperBound + 1
            self.hasModel = true
        case .stream: self.request.stream = try self.flag(field.name, token)
        case .messages: try self.readMessages(token, in: bytes)
        case .maxTokens: try self.readMaximum(field, token, in: bytes)
        case .maxCompletionTokens where self.request.format == .openAI,
            .nPredict where self.request.format == .openAI:
            try self.readMaximum(field, token, in: bytes)
        case .n, .bestOf:
            if let count = try self.count(field.name, token, from: 1, in: bytes) {
                self.request.choices = max(self.request.choices, count)
            }
        case .streamOptions where self.request.format == .openAI: try self.readStreamOptions(token, in: bytes)
        case .logprobs:
            guard token == .true || token == .false || token == .number || token == .null else {
                throw BodyFault.type("logprobs", expected: "true, false or a number")
            }
            if token == .true || token == .number { self.note(field) }
        case .system where self.request.format == .openAI: try self.skip(token, in: bytes)
        default:
            if token != .null { self.note(field) }
            try self.skip(token, in: bytes)
        }
    }

    private mutating func note(_ field: ChatField) {
        if let guarded = field.guarded { self.request.guarded.insert(GuardedFields(guarded)) }
    }

    private mutating func readMaximum(
        _ field: ChatField, _ token: JSONToken, in bytes: Span<UInt8>
    ) throws(BodyFault) {
        guard let count = try self.count(field.name, token, from: 0, in: bytes) else {
            if field == .maxTokens { self.request.nullMaximum = self.scanner.lowerBound..<self.scanner.upperBound }
            return
        }
        if count >= self.request.maximumOutputTokens ?? 0 { self.request.maximumOutputField = field.name }
        self.request.maximumOutputTokens = max(self.request.maximumOutputTokens ?? 0, count)
    }

    private mutating func readStreamOptions(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        if token == .null {
            self.request.usagePlace = .null(self.scanner.lowerBound..<self.scanner.upperBound)
            return
        }
        guard token == .objectStart else { throw BodyFault.type("stream_options", expected: "an object") }
        let brace = self.scanner.upperBound
        var isEmpty = true
        var place: ChatRequest.UsagePlace?
        while try self.next(in: bytes) == .key {
            isEmpty = false
            let isUsage = self.scanner.isText("include_usage", in: bytes)
            let token = try self.next(in: bytes)
            if isUsage {
                self.request.includesUsage = try self.flag("stream_options.include_usage", token)
                place = .member(self.scanner.lowerBound..<self.scanner.upperBound)
            } else {
                try self.skip(token, in: bytes)
            }
        }
        self.request.usagePlace = place ?? .object(afterBrace: brace, isEmpty: isEmpty)
    }

    /// Reads the role of each message: a caller without the right may not speak above the conversation.
    private mutating func readMessages(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
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
                if self.scanner.isText("system", in: bytes) || self.scanner.isText("developer", in: bytes) {
                    self.request.guarded.insert(GuardedFields(.systemPrompt))
                }
            }
            index += 1
        }
    }

    private func flag(_ name: String, _ token: JSONToken) throws(BodyFault) -> Bool {
        guard token == .true || token == .false || token == .null else {
            throw BodyFault.type(name, expected: "true or false")
        }
        return token == .true
    }

    /// A count, or nil for null.
    ///
    /// Whole numbers only: `1e3` and `1.0` are one thing to one parser and another to the next.
    private func count(
        _ name: @autoclosure () -> String, _ token: JSONToken, from minimum: Int64, in bytes: Span<UInt8>
    ) throws(BodyFault) -> Int? {
        if token == .null { return nil }
        guard token == .number, self.scanner.isWhole else { throw BodyFault.type(name(), expected: "an integer") }
        guard let value = self.scanner.integer(in: bytes), minimum...Self.maximumCount ~= value else {
            throw BodyFault(
                .invalidValue, param: name(),
                message: "'\(name())' must be from \(minimum) to \(Self.maximumCount).")
        }
        return Int(value)
    }

    private mutating func next(in bytes: Span<UInt8>) throws(BodyFault) -> JSONToken {
        do {
            return try self.scanner.next(in: bytes)
        } catch {
            throw BodyFault(error)
        }
    }

    private mutating func skip(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        do {
            try self.scanner.skip(token, in: bytes)
        } catch {
            throw BodyFault(error)
        }
    }
}
