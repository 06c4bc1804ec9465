import Glibc

/// One answer as it comes into being, token by token.
///
/// The pieces' text joined together is the whole answer; text that might be the beginning of a stop sequence is held
/// back until it is certain.
struct Generation: Sendable {
    struct Settings: Sendable {
        /// The answer ends when it has so many tokens.
        var maximumTokens: Int
        var sampler: Sampler
        var stops: [String] = []
        var seed: UInt64 = 0
        /// Which of several answers to the same prompt this is.
        var choice: Int = 0
        /// How many of the most probable tokens are reported beside each token.
        var topLogprobs: Int = 0
        /// Never end before ``maximumTokens``.
        var ignoresEnd: Bool = false
    }

    enum Finish: Hashable, Sendable {
        /// The model said ``Token/end``.
        case end
        case length
        case stop(String)
    }

    /// An answer does not end by itself before it has so many tokens.
    static let shortest = 12

    /// A token and the natural logarithm of its probability.
    struct Scored: Hashable, Sendable {
        var text: String
        var logprob: Double
    }

    /// A token of the answer, and the tokens that were most probable in its place.
    struct Choice: Hashable, Sendable {
        var chosen: Scored
        var alternatives: [Scored]
    }

    struct Piece: Hashable, Sendable {
        var text: String
        /// The tokens whose text begins in this piece. Logprobs are the model's own, before temperature and cuts.
        var tokens: [Choice]
    }

    private let model: LanguageModel
    private let settings: Settings
    private var history: [Token]
    private var generator: SeededGenerator
    private var scanner: StopScanner
    /// Tokens of which no text is out yet, and where in the answer's bytes each begins.
    private var waiting: [(token: Choice, start: Int)] = []
    private var sampledBytes = 0
    private var releasedBytes = 0

    /// How many tokens were drawn, ``Token/end`` apart. Tokens cut off by a stop sequence count: they were computed.
    private(set) var tokenCount = 0
    /// Why the answer ended; `nil` while it goes on.
    private(set) var finish: Finish?

    init(model: LanguageModel, prompt: Prompt, settings: Settings) {
        precondition(settings.maximumTokens >= 1, "an answer may have at least one token")
        self.model = model
        self.settings = settings
        self.history = prompt.context
        self.generator = SeededGenerator(seed: settings.seed, stream: UInt64(settings.choice))
        self.scanner = StopScanner(settings.stops)
    }

    /// The next piece of text, or `nil` when ``finish`` says why there is none.
    mutating func next() -> Piece? {
        while self.finish == nil {
            let probabilities = self.probabilities()
            let index = self.settings.sampler.draw(from: probabilities, using: &self.generator)
            let token = Token(index + 1)
            if token == .end {
                self.finish = .end
                return self.flush()
            }
            self.tokenCount += 1
            self.history.append(token)
            let spelling = self.model.vocabulary.spelling(of: token)
            self.waiting.append((self.choice(of: index, in: probabilities), self.sampledBytes))
            self.sampledBytes += spelling.count
            let (released, stop) = self.scanner.feed(spelling)
            let piece = self.release(released)
            if let stop {
                self.finish = .stop(String(decoding: stop, as: UTF8.self))
            } else if self.tokenCount == self.settings.maximumTokens {
                self.finish = .length
                return Self.joined(piece, self.flush())
            }
            if let piece { return piece }
        }
        return nil
    }

    /// The model's distribution, without ``Token/end`` where the answer may not end.
    private func probabilities() -> [Double] {
        var probabilities = self.model.distribution(after: self.history)
        if self.tokenCount < Self.shortest || self.settings.ignoresEnd {
            let end = Int(Token.end.index) - 1
            let rest = 1 - probabilities[end]
            probabilities[end] = 0
            if rest > 0 { for index in probabilities.indices { probabilities[index] /= rest } }
        }
        return probabilities
    }

    private func choice(of index: Int, in probabilities: [Double]) -> Choice {
        var alternatives: [Scored] = []
        if self.settings.topLogprobs > 0 {
            let ranked = probabilities.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
            alternatives = ranked.prefix(self.settings.topLogprobs).map { self.scored($0, probabilities[$0]) }
        }
        return Choice(chosen: self.scored(index, probabilities[index]), alternatives: alternatives)
    }

    private func scored(_ index: Int, _ probability: Double) -> Scored {
        // A masked end is written as the lowest logarithm that other servers use, since JSON has no infinity.
        Scored(
            text: self.model.vocabulary.text(of: Token(index + 1)), logprob: probability > 0 ? log(probability) : -9999)
    }

    private mutating func flush() -> Piece? {
        let (released, stop) = self.scanner.finish()
        if let stop { self.finish = .stop(String(decoding: stop, as: UTF8.self)) }
        return self.release(released)
    }

    private mutating func release(_ bytes: [UInt8]) -> Piece? {
        guard !bytes.isEmpty else { return nil }
        self.releasedBytes += bytes.count
        let count = self.waiting.prefix { $0.start < self.releasedBytes }.count
        let tokens = self.waiting.prefix(count).map(\.token)
        self.waiting.removeFirst(count)
        return Piece(text: String(decoding: bytes, as: UTF8.self), tokens: tokens)
    }

    private static func joined(_ first: Piece?, _ second: Piece?) -> Piece? {
        guard let first, let second else { return first ?? second }
        return Piece(text: first.text + second.text, tokens: first.tokens + second.tokens)
    }
}
