import ReleaseModel
import StrictJSON

/// The one pass over a request body, field by field in the order in which they come.
struct ChatRequestScan {
    /// More than any model writes, and small enough that a product of two counts cannot overflow.
    static let maximumCount = Int64(Int32.max)

    var scanner = JSONScanner()
    var request: ChatRequest
    private var hasModel = false
    /// How many prompts there are, each of which is answered.
    var prompts = 1
    /// The field that was just read, if it can be taken out.
    private var noted: GuardedField?

    init(call: ModelCall) {
        self.request = ChatRequest(call: call)
    }

    mutating func run(over bytes: Span<UInt8>) throws(BodyFault) -> ChatRequest {
        guard try self.next(in: bytes) == .objectStart else {
            throw BodyFault(.invalidType, message: "The request body must be a JSON object.")
        }
        var previousEnd = self.scanner.end
        self.request.membersStart = previousEnd
        self.request.usagePlace = .absent(afterBrace: previousEnd)
        while try self.next(in: bytes) == .key {
            let keyStart = self.scanner.lowerBound - 1
            self.request.closeGuardedMember(before: keyStart)
            let index = ChatField.table.index(of: self.scanner, in: bytes)
            let token = try self.next(in: bytes)
            if let index, let field = ChatField(rawValue: index) {
                try self.read(field, token, in: bytes)
            } else {
                try self.skip(token, in: bytes)
            }
            if let field = self.noted.take() {
                self.request.guardedMembers.append(
                    .init(field: field, previousEnd: previousEnd, range: keyStart..<self.scanner.end))
            }
            previousEnd = self.scanner.end
        }
        _ = try self.next(in: bytes)
        guard self.hasModel else { throw BodyFault.missing("model") }
        if self.request.call == .messages && self.request.maximumOutputTokens == nil {
            throw BodyFault.missing("max_tokens")
        }
        self.request.choices *= self.prompts
        return self.request
    }

    private mutating func read(_ field: ChatField, _ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        switch field {
        case .model:
            guard token == .string else { throw BodyFault.type("model", expected: "a string") }
            self.request.model = self.scanner.text(in: bytes)
            self.request.modelRange = self.scanner.lowerBound - 1..<self.scanner.end
            self.hasModel = true
        case .stream:
            let isAskedFor = try self.flag(field.name, token)
            self.request.stream = isAskedFor && self.request.call.canStream
        case .messages: try self.readMessages(token, in: bytes)
        case .maxTokens, .maxCompletionTokens, .maxOutputTokens, .nPredict:
            try self.readMaximum(field, token, in: bytes)
        case .n, .bestOf:
            if let count = try self.count(field.name, token, from: 1, in: bytes) {
                self.request.choices = max(self.request.choices, count)
            }
        case .streamOptions where self.request.call.hasUsageOption: try self.readStreamOptions(token, in: bytes)
        case .logprobs:
            guard token == .true || token == .false || token == .number || token == .null else {
                throw BodyFault.type("logprobs", expected: "true, false or a number")
            }
            if token == .true || token == .number { self.note(field) }
        default: try self.readOfOneCall(field, token, in: bytes)
        }
    }

    /// Reads a field that means something in one shape of body, and nothing in the others.
    private mutating func readOfOneCall(
        _ field: ChatField, _ token: JSONToken, in bytes: Span<UInt8>
    ) throws(BodyFault) {
        switch (field, self.request.call.shape) {
        case (.prompt, .choices) where self.request.call == .completions: try self.readPrompts(token, in: bytes)
        case (.prompt, .response), (.conversation, .response): try self.refuseKept(field, token)
        case (.input, .response): try self.readItems(token, in: bytes)
        case (.include, .response): try self.readInclude(token, in: bytes)
        case (.previousResponse, .response): try self.readPrevious(token, in: bytes)
        case (.system, .message), (.instructions, .response):
            if token != .null { self.note(field) }
            try self.skip(token, in: bytes)
        case (.system, _), (.instructions, _), (.prompt, _), (.conversation, _), (.input, _), (.include, _),
            (.previousResponse, _), (.streamOptions, _):
            try self.skip(token, in: bytes)
        default:
            if token != .null { self.note(field) }
            try self.skip(token, in: bytes)
        }
    }

    /// Notes that the member that is being read needs a right.
    mutating func note(_ field: ChatField) {
        guard let guarded = field.guarded else { return }
        self.request.guarded.insert(GuardedFields(guarded))
        guard guarded.canBeStripped else { return }
        self.noted = guarded
        self.request.removable.insert(GuardedFields(guarded))
    }

    private mutating func readMaximum(
        _ field: ChatField, _ token: JSONToken, in bytes: Span<UInt8>
    ) throws(BodyFault) {
        guard field.bounds(self.request.call) else { return try self.skip(token, in: bytes) }
        guard let count = try self.count(field.name, token, from: 0, in: bytes) else {
            if field == .maxTokens || field == .maxOutputTokens {
                self.request.nullMaximum = self.scanner.lowerBound..<self.scanner.upperBound
            }
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

    mutating func next(in bytes: Span<UInt8>) throws(BodyFault) -> JSONToken {
        do {
            return try self.scanner.next(in: bytes)
        } catch {
            throw BodyFault(error)
        }
    }

    mutating func skip(_ token: JSONToken, in bytes: Span<UInt8>) throws(BodyFault) {
        do {
            try self.scanner.skip(token, in: bytes)
        } catch {
            throw BodyFault(error)
        }
    }
}

extension ChatRequest {
    /// The key of the next member is read: the one before it ends in front of it.
    mutating func closeGuardedMember(before key: Int) {
        guard let last = self.guardedMembers.indices.last, self.guardedMembers[last].nextKey == nil else { return }
        self.guardedMembers[last].nextKey = key
    }
}
