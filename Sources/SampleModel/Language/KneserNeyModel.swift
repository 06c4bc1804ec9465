/// An n-gram model with interpolated modified Kneser–Ney smoothing.
///
/// The probability of a token after a context is its discounted count, plus what the discounts have set free times its
/// probability after the shorter context; below the empty context every token is equally probable. So after
/// any context every word has a probability above zero, and together they make 1.
struct KneserNeyModel: Sendable {
    /// What follows one context.
    private struct Row: Sendable {
        var shares: [(token: Token, share: Double)]
        /// How much the shorter context has to say.
        var backoff: Double
    }

    /// The number of tokens in the longest n-gram: the model looks back at one token fewer.
    let order: Int
    /// The probabilities after no context at all, by token index less one.
    private let unconditional: [Double]
    /// At index `k`: the rows of contexts of `k` tokens; nothing at index 0.
    private let rows: [[Context: Row]]

    /// Counts `documents`. `spoken` is the number of tokens to choose from (``Vocabulary/spoken``).
    ///
    /// The estimated discounts are the best for guessing text that was never read. On a text as small as ours they
    /// are large, and what the model writes falls apart; `discounting` below 1 takes only that part of them.
    init(order: Int, documents: [[Token]], spoken: Int, discounting: Double = 1) {
        precondition((0...1).contains(discounting), "a part of a discount is between 0 and 1")
        precondition(spoken >= 1, "there is something to say")
        let adjusted = NGramCounts(order: order, documents: documents).adjusted
        var rows: [[Context: Row]] = [[:]]
        var unconditional = Array(repeating: 1 / Double(spoken), count: spoken)
        for length in 0..<order {
            var countsOfCounts: [Int: Int] = [:]
            for tokens in adjusted[length].values {
                for count in tokens.values where count <= 4 { countsOfCounts[count, default: 0] += 1 }
            }
            let discounts = Discounts(n: countsOfCounts).scaled(by: discounting)
            let level = adjusted[length].mapValues { Self.row(of: $0, discounts: discounts) }
            if length > 0 {
                rows.append(level)
            } else if let row = level[Context([])] {
                Self.apply(row, to: &unconditional)
            }
        }
        self.order = order
        self.unconditional = unconditional
        self.rows = rows
    }

    /// The probabilities of all spoken tokens after `history`, by token index less one.
    /// Only the last `order - 1` tokens matter.
    func distribution(after history: some BidirectionalCollection<Token>) -> [Double] {
        var probabilities = self.unconditional
        for length in 1..<self.order {
            guard length <= history.count else { break }
            // What never stood before a token does not become known by looking further back.
            guard let row = self.rows[length][Context(history.suffix(length))] else { break }
            Self.apply(row, to: &probabilities)
        }
        return probabilities
    }

    /// Whether anything was ever read after `token`.
    func hasFollowers(_ token: Token) -> Bool { self.rows[1][Context([token])] != nil }

    private static func row(of counts: NGramCounts.Followers, discounts: Discounts) -> Row {
        // Sorted, since a sum of doubles depends on its order and that of a dictionary differs in every process.
        let sorted = counts.sorted { $0.key < $1.key }
        let total = Double(counts.values.reduce(0, +))
        let freed = sorted.reduce(0) { $0 + discounts[count: $1.value] }
        let shares = sorted.map {
            (token: $0.key, share: (Double($0.value) - discounts[count: $0.value]) / total)
        }
        return Row(shares: shares, backoff: freed / total)
    }

    private static func apply(_ row: Row, to probabilities: inout [Double]) {
        for index in probabilities.indices { probabilities[index] *= row.backoff }
        for (token, share) in row.shares { probabilities[Int(token.index) - 1] += share }
    }
}
