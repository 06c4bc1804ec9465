import Testing

@testable import SampleModel

@Suite("A Kneser–Ney model")
struct KneserNeyModelTests {
    private static let models = [ServedModel.auroraOne(), ServedModel.auroraTwo()]

    @Test("has probabilities above zero that sum to 1 after any context", arguments: 0..<2)
    func sums(index: Int) {
        let model = Self.models[index].language
        var generator = SeededGenerator(seed: 7)
        var contexts: [[Token]] = [[], [.begin]]
        let read = Corpus.whole.map(model.vocabulary.encode)
        for document in read {
            // Contexts that were read, and contexts of which only the end was.
            let position = Int.random(in: 0..<document.count, using: &generator)
            let history = Array(([.begin] + document).prefix(position + 1))
            contexts.append(history)
            contexts.append([Token(Int.random(in: 0..<model.vocabulary.count, using: &generator))] + history.suffix(1))
            contexts.append((0..<3).map { _ in Token(Int.random(in: 0..<model.vocabulary.count, using: &generator)) })
        }
        for context in contexts {
            let probabilities = model.distribution(after: context)
            #expect(probabilities.count == model.vocabulary.spoken)
            #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9, "after \(context)")
            #expect(probabilities.allSatisfy { $0 > 0 }, "after \(context)")
        }
        #expect(contexts.count > 250)
    }

    @Test("looks at no more tokens than its order allows")
    func forgets() {
        let model = Self.models[0].language
        let long = model.vocabulary.encode("The keeper opens the sluice")
        let same = model.distribution(after: long) == model.distribution(after: Array(long.suffix(2)))
        #expect(same)
    }

    @Test("finds a sentence that it has read more probable than the same words in another order")
    func prefers() {
        let model = Self.models[1].language
        func likelihood(_ text: String) -> Double {
            var history: [Token] = [.begin]
            var product = 1.0
            for token in model.vocabulary.encode(text) {
                product *= model.distribution(after: history)[Int(token.index) - 1]
                history.append(token)
            }
            return product
        }
        #expect(likelihood("A river never stands still.") > 1e4 * likelihood("A still river stands never."))
    }

    @Test("computes small counts as written down by hand")
    func byHand() {
        // Documents "a b", "a b", "a c" over the words a, b, c; the discounts fall back to 0.5, 1, 1.5.
        let (a, b, c) = (Token(2), Token(3), Token(4))
        let model = KneserNeyModel(order: 2, documents: [[a, b], [a, b], [a, c]], spoken: 4)
        // Continuation counts: a 1 (begin), b 1 (a), c 1 (a), end 2 (b, c): total 5, freed 3 × 0.5 + 1 = 2.5.
        let base = 0.5 * 0.25
        let unigram: [Token: Double] = [.end: 1 / 5.0 + base, a: 0.1 + base, b: 0.1 + base, c: 0.1 + base]
        // After a: b twice (discount 1), c once (0.5): total 3, freed 1.5.
        let after = model.distribution(after: [a])
        #expect(abs(after[2] - (1 / 3.0 + 0.5 * unigram[b, default: 0])) < 1e-12)
        #expect(abs(after[3] - (0.5 / 3.0 + 0.5 * unigram[c, default: 0])) < 1e-12)
        #expect(abs(after[1] - 0.5 * unigram[a, default: 0]) < 1e-12)
        #expect(abs(after[0] - 0.5 * unigram[.end, default: 0]) < 1e-12)
    }

    @Test("is the same model each time it is trained")
    func deterministic() {
        let again = ServedModel.auroraTwo().language
        let context = again.vocabulary.encode("The water in the")
        let same = again.distribution(after: context) == Self.models[1].language.distribution(after: context)
        #expect(same)
    }

    @Test("differs between the two versions")
    func versions() {
        let (one, two) = (Self.models[0].language, Self.models[1].language)
        #expect(one.order == 3 && two.order == 4)
        #expect(one.vocabulary.spoken < two.vocabulary.spoken)
    }
}

@Suite("The discounts of Kneser–Ney")
struct DiscountsTests {
    @Test("follow Chen and Goodman's estimate")
    func estimate() {
        let discounts = Discounts(n: [1: 100, 2: 40, 3: 20, 4: 10])
        let y = 100.0 / 180.0
        #expect(abs(discounts.once - (1 - 2 * y * 40 / 100)) < 1e-12)
        #expect(abs(discounts.twice - (2 - 3 * y * 20 / 40)) < 1e-12)
        #expect(abs(discounts.oftener - (3 - 4 * y * 10 / 20)) < 1e-12)
        #expect(discounts[count: 0] == 0 && discounts[count: 9] == discounts.oftener)
    }

    @Test("fall back where a count of counts is missing or the estimate is impossible")
    func fallback() {
        #expect(Discounts(n: [1: 5]) == .fallback)
        #expect(Discounts(n: [1: 1, 2: 1, 3: 10, 4: 1]) == .fallback)
    }
}
