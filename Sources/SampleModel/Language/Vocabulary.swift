/// The tokens of one model, and the way from text to tokens and back without loss.
///
/// Words of the training text come first and are the only tokens that a model ever says. A word that was never read is
/// spelled with frequent fragments of known words and, where these end, with single bytes, so that any
/// text has a definite number of tokens.
struct Vocabulary: Sendable {
    /// Fragments have 2 to this many bytes.
    static let longestFragment = 4
    /// A fragment is kept if so many different words contain it.
    static let fragmentThreshold = 12

    private let spellings: [[UInt8]]
    private let tokens: [[UInt8]: Token]
    private let longestSpelling: Int
    /// How many tokens a model chooses from: ``Token/end`` and the words. Their indices are `1...spoken`.
    let spoken: Int

    /// The vocabulary of `documents`. The same documents give the same tokens in the same order.
    init(documents: [String]) {
        var words: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        for document in documents {
            for piece in Pretokenizer.pieces(of: Array(document.utf8)) where seen.insert(Array(piece)).inserted {
                words.append(Array(piece))
            }
        }
        let fragments = Self.fragments(of: words).filter { !seen.contains($0) }
        let known = seen.union(fragments)
        let bytes = (UInt8.min...UInt8.max).map { [$0] }.filter { !known.contains($0) }
        let spellings = [[], []] + words + fragments + bytes
        precondition(spellings.count <= Int(UInt16.max), "a token is an index of 16 bits")
        self.spellings = spellings
        self.spoken = 1 + words.count
        self.longestSpelling = spellings.map(\.count).max() ?? 1
        self.tokens = Dictionary(
            uniqueKeysWithValues: spellings.indices.dropFirst(2).map { (spellings[$0], Token($0)) })
    }

    /// The number of all tokens, said or only read.
    var count: Int { self.spellings.count }

    /// The bytes that `token` stands for; none for ``Token/begin`` and ``Token/end``.
    func spelling(of token: Token) -> [UInt8] { self.spellings[Int(token.index)] }

    /// The text that `token` stands for. Every word is whole UTF-8, so nothing is repaired here.
    func text(of token: Token) -> String { String(decoding: self.spelling(of: token), as: UTF8.self) }

    /// Whether the model can say `token`.
    func speaks(_ token: Token) -> Bool { (1...self.spoken).contains(Int(token.index)) }

    /// The tokens of `text`: each piece as a whole word if it is known, else by its longest known beginnings.
    func encode(_ text: String) -> [Token] {
        var encoded: [Token] = []
        for piece in Pretokenizer.pieces(of: Array(text.utf8)) {
            if let token = self.tokens[Array(piece)] {
                encoded.append(token)
            } else {
                self.spell(piece, into: &encoded)
            }
        }
        return encoded
    }

    /// The bytes that `tokens` stand for.
    func decode(_ tokens: [Token]) -> [UInt8] { tokens.flatMap(self.spelling(of:)) }

    private func spell(_ piece: ArraySlice<UInt8>, into encoded: inout [Token]) {
        var rest = piece
        while !rest.isEmpty {
            // Ends at length 1 at the latest: every byte is a token.
            var length = min(rest.count, self.longestSpelling)
            while length > 0 {
                if let token = self.tokens[Array(rest.prefix(length))] {
                    encoded.append(token)
                    break
                }
                length -= 1
            }
            rest = rest.dropFirst(max(length, 1))
        }
    }

    private static func fragments(of words: [[UInt8]]) -> [[UInt8]] {
        var holders: [[UInt8]: Int] = [:]
        for word in words {
            var own: Set<[UInt8]> = []
            for length in 2...Self.longestFragment where length <= word.count {
                for start in 0...(word.count - length) { own.insert(Array(word[start..<(start + length)])) }
            }
            for fragment in own { holders[fragment, default: 0] += 1 }
        }
        return holders.filter { $0.value >= Self.fragmentThreshold }.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
