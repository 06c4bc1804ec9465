/// The nearest of some words, by the number of letters to change.
enum Spelling {
    /// The known word that was probably meant, if one is near enough to be worth saying.
    static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let best = known.map { (word: $0, distance: Self.distance(word, $0)) }.min { $0.distance < $1.distance }
        guard let best, best.distance <= max(2, word.count / 3) else { return nil }
        return best.word
    }

    /// Levenshtein's distance.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var row = Array(0...right.count)
        for i in 0..<left.count {
            var diagonal = row[0]
            row[0] = i + 1
            for j in 0..<right.count {
                let cost = left[i] == right[j] ? diagonal : diagonal + 1
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j + 1] + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
