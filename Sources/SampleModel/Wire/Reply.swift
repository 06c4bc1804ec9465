/// The answer to one request as it is made: a prompt, and one generation for each choice.
struct Reply: Sendable {
    let id: String
    /// Seconds since 1970.
    let created: Int64
    let model: String
    let promptTokens: Int
    let reportsLogprobs: Bool
    let includesUsage: Bool
    var generations: [Generation]

    /// Prepares the answer of `served` to `request`; nothing is generated yet.
    init(to request: AnswerRequest, by served: ServedModel, seed: UInt64, id: String, created: Int64) {
        let prompt = Prompt(request.messages, for: served.language)
        let sampler = Sampler(
            temperature: request.temperature ?? served.defaultTemperature, topP: request.topP, topK: request.topK)
        self.id = id
        self.created = created
        self.model = served.id
        self.promptTokens = prompt.tokenCount
        self.reportsLogprobs = request.reportsLogprobs
        self.includesUsage = request.includesUsage
        self.generations = (0..<request.choices).map { choice in
            let settings = Generation.Settings(
                maximumTokens: request.maximumTokens, sampler: sampler, stops: request.stops,
                seed: request.seed ?? seed, choice: choice, topLogprobs: request.topLogprobs,
                ignoresEnd: request.ignoresEnd)
            return Generation(model: served.language, prompt: prompt, settings: settings)
        }
    }

    /// The tokens of all choices so far.
    var completionTokens: Int { self.generations.reduce(0) { $0 + $1.tokenCount } }

    /// Generates choice `index` to its end.
    mutating func complete(_ index: Int) -> (text: String, tokens: [Generation.Choice]) {
        var text = ""
        var tokens: [Generation.Choice] = []
        while let piece = self.generations[index].next() {
            text += piece.text
            tokens += piece.tokens
        }
        return (text, tokens)
    }
}
