/// A trained model: how it cuts text, and what it expects to follow.
struct LanguageModel: Sendable {
    let vocabulary: Vocabulary
    private let grams: KneserNeyModel

    /// How much of the estimated discounts is taken, chosen by reading what comes out.
    private static let discounting = 0.4

    /// Trains a model of `order` on `documents`. There is nothing random in it.
    init(order: Int, documents: [String]) {
        self.vocabulary = Vocabulary(documents: documents)
        self.grams = KneserNeyModel(
            order: order, documents: documents.map(self.vocabulary.encode), spoken: self.vocabulary.spoken,
            discounting: Self.discounting)
    }

    /// The number of tokens in the longest n-gram.
    var order: Int { self.grams.order }

    /// The probabilities of what the model can say after `history`: the value at `i` belongs to token `i + 1`.
    func distribution(after history: [Token]) -> [Double] { self.grams.distribution(after: history) }

    /// Whether the model has ever seen a token follow `token`.
    func knows(_ token: Token) -> Bool { self.grams.hasFollowers(token) }
}
