import Testing

@testable import SampleModel

@Suite("An answer in the making")
struct GenerationTests {
    private static let model = ServedModel.auroraTwo().language

    struct Answer: Equatable {
        var text: String
        var pieces: [Generation.Piece]
        var tokenCount: Int
        var finish: Generation.Finish?
    }

    private func answer(_ settings: Generation.Settings, to prompt: String = "The river") -> Answer {
        let prompt = Prompt([.init(role: "user", text: prompt)], for: Self.model)
        var generation = Generation(model: Self.model, prompt: prompt, settings: settings)
        var pieces: [Generation.Piece] = []
        while let piece = generation.next() { pieces.append(piece) }
        return Answer(
            text: pieces.map(\.text).joined(), pieces: pieces, tokenCount: generation.tokenCount,
            finish: generation.finish)
    }

    private func settings(_ maximum: Int, seed: UInt64 = 1) -> Generation.Settings {
        .init(maximumTokens: maximum, sampler: Sampler(temperature: 0.8), seed: seed)
    }

    @Test("is the same for the same seed and differs for another")
    func seeds() {
        #expect(self.answer(self.settings(40, seed: 5)) == self.answer(self.settings(40, seed: 5)))
        let texts = Set((0..<20).map { self.answer(self.settings(40, seed: $0)).text })
        #expect(texts.count > 10)
    }

    @Test("differs between the choices of one request, of which the first is the answer without others")
    func choices() {
        var second = self.settings(40)
        second.choice = 1
        #expect(self.answer(second).text != self.answer(self.settings(40)).text)
        var first = second
        first.choice = 0
        #expect(self.answer(first) == self.answer(self.settings(40)))
    }

    @Test("has at most the tokens asked for, and exactly as many when it ends by length", arguments: 1...60)
    func length(maximum: Int) {
        let answer = self.answer(self.settings(maximum, seed: UInt64(maximum)))
        #expect(answer.tokenCount <= maximum)
        #expect(answer.tokenCount == answer.pieces.flatMap(\.tokens).count)
        #expect(answer.text == answer.pieces.flatMap(\.tokens).map(\.chosen.text).joined())
        #expect((answer.finish == .length) == (answer.tokenCount == maximum))
    }

    @Test("goes on to the maximum when it is told to ignore the end")
    func ignoresEnd() {
        var settings = self.settings(700)
        settings.ignoresEnd = true
        let answer = self.answer(settings)
        #expect(answer.tokenCount == 700)
        #expect(answer.finish == .length)
    }

    @Test("does not end by itself before its shortest length", arguments: 0..<100 as Range<UInt64>)
    func shortest(seed: UInt64) {
        let answer = self.answer(self.settings(30, seed: seed), to: "They live on the river.")
        #expect(answer.tokenCount >= Generation.shortest)
    }

    @Test(
        "ends before a stop sequence and counts the tokens that it took to find it",
        arguments: 0..<40 as Range<UInt64>)
    func stops(seed: UInt64) throws {
        var settings = self.settings(300, seed: seed)
        settings.ignoresEnd = true
        let whole = self.answer(settings)
        let range = try #require(whole.text.firstRange(of: " the"))
        settings.stops = [" the"]
        let cut = self.answer(settings)
        #expect(cut.text == String(whole.text[..<range.lowerBound]))
        #expect(cut.finish == .stop(" the"))
        #expect(cut.tokenCount <= whole.tokenCount)
        #expect(cut.pieces.flatMap(\.tokens).map(\.chosen.text).joined().hasPrefix(cut.text))
    }

    @Test("reports the model's own logarithms, with the most probable first")
    func logprobs() throws {
        var settings = self.settings(20)
        settings.topLogprobs = 3
        let answer = self.answer(settings)
        for token in answer.pieces.flatMap(\.tokens) {
            #expect(token.alternatives.count == 3)
            #expect(token.alternatives[0].logprob >= token.alternatives[1].logprob)
            #expect(token.alternatives[0].logprob >= token.chosen.logprob)
            #expect(token.chosen.logprob <= 0)
        }
        settings.sampler = Sampler(temperature: 0)
        for token in self.answer(settings).pieces.flatMap(\.tokens) { #expect(token.alternatives[0] == token.chosen) }
    }
}

@Suite("A prompt")
struct PromptTests {
    private let model = ServedModel.auroraTwo().language

    @Test("counts the tokens of every message and two more for each")
    func counts() {
        let messages = [
            Prompt.Message(role: "system", text: "The river"),
            Prompt.Message(role: "user", text: "The lock is closed."),
        ]
        #expect(Prompt(messages, for: self.model).tokenCount == 2 + 5 + 2 * Prompt.tokensPerMessage)
        #expect(Prompt([], for: self.model).tokenCount == 0)
    }

    @Test("continues from the last user message")
    func continues() {
        let messages = [
            Prompt.Message(role: "user", text: "The boat"), Prompt.Message(role: "assistant", text: "waits"),
            Prompt.Message(role: "user", text: "The keeper opens the"), Prompt.Message(role: "assistant", text: "door"),
        ]
        let expected = Array(self.model.vocabulary.encode("The keeper opens the").suffix(3))
        #expect(Prompt(messages, for: self.model).context == expected)
    }

    @Test("begins a paragraph after words that were never read")
    func unread() {
        #expect(Prompt([.init(role: "user", text: "Zyzzyva qqq")], for: self.model).context == [.begin])
        #expect(Prompt([.init(role: "system", text: "The river")], for: self.model).context == [.begin])
    }
}
