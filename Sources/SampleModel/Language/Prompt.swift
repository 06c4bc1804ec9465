/// What a conversation comes to for a model that remembers three tokens.
struct Prompt: Hashable, Sendable {
    struct Message: Hashable, Sendable {
        var role: String
        var text: String
    }

    /// Each message costs so many tokens more than its text: one for its role and one for its end.
    static let tokensPerMessage = 2

    /// Where the answer begins: the end of the last user message, or the beginning of a new paragraph if the model
    /// has never read the message's last word.
    let context: [Token]
    /// The tokens of all messages.
    let tokenCount: Int

    init(_ messages: [Message], for model: LanguageModel) {
        let encoded = messages.map { model.vocabulary.encode($0.text) }
        self.tokenCount = encoded.reduce(0) { $0 + $1.count + Self.tokensPerMessage }
        let last = messages.lastIndex { $0.role == "user" }.map { encoded[$0] } ?? []
        if let word = last.last, model.knows(word) {
            self.context = Array(([.begin] + last).suffix(max(model.order - 1, 1)))
        } else {
            self.context = [.begin]
        }
    }
}
