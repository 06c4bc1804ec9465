import StrictJSON

/// What a client asks for, in whichever format it asked. Fields that a toy has no use for are ignored.
struct AnswerRequest: Sendable {
    /// More tokens than this cannot be asked for.
    static let mostTokens = 131_072
    /// The length of an answer where the request names none.
    static let usualTokens = 96
    static let mostChoices = 128
    static let mostStops = 16
    static let mostTopLogprobs = 20

    var model: String
    var messages: [Prompt.Message]
    var maximumTokens: Int
    var temperature: Double?
    var topP: Double
    var topK: Int?
    var stops: [String]
    var seed: UInt64?
    var choices = 1
    var streams: Bool
    /// Whether an OpenAI stream ends with a chunk of usage.
    var includesUsage = false
    var reportsLogprobs = false
    var topLogprobs = 0
    /// vLLM's `ignore_eos`: go on to the maximum, for tests that need a long answer.
    var ignoresEnd = false

    /// Reads the body of `POST /v1/chat/completions`.
    init(openAI body: JSONValue) throws(RequestFault) {
        let fields = try Fields(body)
        self.model = try fields.required("model", fields.string("model"), "a string")
        self.messages = try Self.messages(
            in: fields, roles: ["system", "developer", "user", "assistant", "tool", "function"])
        let tokens = 1...Self.mostTokens
        let (current, older) = (
            try fields.integer("max_completion_tokens", in: tokens), try fields.integer("max_tokens", in: tokens)
        )
        self.maximumTokens = current ?? older ?? Self.usualTokens
        self.temperature = try fields.number("temperature", in: 0...2)
        self.topP = try fields.number("top_p", in: 0...1) ?? 1
        self.stops = try fields.strings("stop", atMost: Self.mostStops)
        self.seed = try fields.integer("seed", in: .min ... .max).map { UInt64(bitPattern: Int64($0)) }
        self.choices = try fields.integer("n", in: 1...Self.mostChoices) ?? 1
        self.streams = try fields.bool("stream") ?? false
        if let options = fields["stream_options"] {
            self.includesUsage = try Fields(options, at: "stream_options.").bool("include_usage") ?? false
        }
        self.reportsLogprobs = try fields.bool("logprobs") ?? false
        self.topLogprobs = try fields.integer("top_logprobs", in: 0...Self.mostTopLogprobs) ?? 0
        guard self.topLogprobs == 0 || self.reportsLogprobs else {
            throw .invalid(field: "top_logprobs", expected: "absent unless 'logprobs' is true")
        }
        self.ignoresEnd = try fields.bool("ignore_eos") ?? false
    }

    /// Reads the body of `POST /v1/messages`.
    init(anthropic body: JSONValue) throws(RequestFault) {
        let fields = try Fields(body)
        self.model = try fields.required("model", fields.string("model"), "a string")
        self.maximumTokens = try fields.required(
            "max_tokens", fields.integer("max_tokens", in: 1...Self.mostTokens), "a whole number")
        var messages = try Self.messages(in: fields, roles: ["user", "assistant"])
        if let system = try fields.text("system") { messages.insert(.init(role: "system", text: system), at: 0) }
        self.messages = messages
        self.temperature = try fields.number("temperature", in: 0...1)
        self.topP = try fields.number("top_p", in: 0...1) ?? 1
        self.topK = try fields.integer("top_k", in: 1...Int.max)
        self.stops = try fields.strings("stop_sequences", atMost: Self.mostStops)
        self.streams = try fields.bool("stream") ?? false
        self.ignoresEnd = try fields.bool("ignore_eos") ?? false
    }

    private static func messages(in fields: Fields, roles: [String]) throws(RequestFault) -> [Prompt.Message] {
        let values = try fields.required("messages", fields.array("messages"), "an array")
        guard !values.isEmpty else { throw .invalid(field: "messages", expected: "an array of at least one message") }
        var messages: [Prompt.Message] = []
        for (index, value) in values.enumerated() {
            let message = try Fields(value, at: "messages[\(index)].")
            guard let role = try message.string("role"), roles.contains(role) else {
                throw .invalid(field: message.name("role"), expected: "one of \(roles.joined(separator: ", "))")
            }
            // An assistant's message may have tool calls in place of text.
            let text = try message.text("content")
            if role != "assistant" { _ = try message.required("content", text, "text") }
            messages.append(.init(role: role, text: text ?? ""))
        }
        return messages
    }
}
