/// Up to three tokens before the one to be guessed, packed into one word.
struct Context: Hashable, Sendable {
    /// The longest context that fits.
    static let longest = 3

    private var packed: UInt64
    private(set) var length: Int

    init(_ tokens: some Collection<Token>) {
        precondition(tokens.count <= Self.longest, "a context has at most \(Self.longest) tokens")
        self.packed = tokens.reduce(0) { $0 << 16 | UInt64($1.index) }
        self.length = tokens.count
    }

    /// Whether the context reaches back to the beginning of the document.
    var startsDocument: Bool {
        self.length > 0 && self.packed >> UInt64(16 * (self.length - 1)) == UInt64(Token.begin.index)
    }

    /// The context without its oldest token.
    var shortened: Context {
        precondition(self.length > 0, "an empty context cannot be shortened")
        var shorter = self
        shorter.length -= 1
        shorter.packed &= (1 << UInt64(16 * shorter.length)) - 1
        return shorter
    }
}

/// How often which token followed which context.
struct NGramCounts: Sendable {
    typealias Followers = [Token: Int]

    /// The number of tokens in the longest n-gram, at least 2.
    let order: Int
    /// At index `k`: the followers of the contexts of `k` tokens.
    private(set) var followers: [[Context: Followers]]

    init(order: Int, documents: [[Token]]) {
        precondition((2...(Context.longest + 1)).contains(order), "the order is between 2 and \(Context.longest + 1)")
        self.order = order
        self.followers = Array(repeating: [:], count: order)
        for document in documents {
            let sequence = [.begin] + document + [.end]
            for position in 1..<sequence.count {
                for length in 0..<order where length <= position {
                    let context = Context(sequence[(position - length)..<position])
                    self.followers[length][context, default: [:]][sequence[position], default: 0] += 1
                }
            }
        }
    }

    /// The counts that Kneser–Ney smoothing uses: below the highest order not how often an n-gram was seen but after
    /// how many different tokens. An n-gram at the beginning of a document has nothing before it and keeps its count.
    ///
    /// Source: Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling" (1998), §3;
    /// Heafield et al., "Scalable Modified Kneser-Ney Language Model Estimation" (2013), §3.2 for the beginnings.
    var adjusted: [[Context: Followers]] {
        var adjusted = self.followers
        for length in 0..<(self.order - 1) {
            adjusted[length] = self.followers[length].filter { $0.key.startsDocument }
            for (longer, tokens) in self.followers[length + 1] {
                for token in tokens.keys {
                    adjusted[length][longer.shortened, default: [:]][token, default: 0] += 1
                }
            }
        }
        return adjusted
    }
}
