/// What is taken from n-grams that were seen once, twice, and three times or more, to be given to those never seen.
///
/// Source: Chen and Goodman (1998), equation 26. Where a text is too small for the estimate, the values of
/// KenLM's fallback (0.5, 1, 1.5) stand in.
struct Discounts: Hashable, Sendable {
    let once: Double
    let twice: Double
    let oftener: Double

    static let fallback = Discounts(once: 0.5, twice: 1, oftener: 1.5)

    private init(once: Double, twice: Double, oftener: Double) {
        self.once = once
        self.twice = twice
        self.oftener = oftener
    }

    /// The discounts for n-grams of which `n[k]` were counted exactly `k` times, for `k` from 1 to 4.
    init(n: [Int: Int]) {
        let (n1, n2, n3, n4) = (n[1, default: 0], n[2, default: 0], n[3, default: 0], n[4, default: 0])
        guard n1 > 0, n2 > 0, n3 > 0, n4 > 0 else {
            self = .fallback
            return
        }
        let y = Double(n1) / Double(n1 + 2 * n2)
        let estimated = Discounts(
            once: 1 - 2 * y * Double(n2) / Double(n1),
            twice: 2 - 3 * y * Double(n3) / Double(n2),
            oftener: 3 - 4 * y * Double(n4) / Double(n3))
        // A discount below zero or above its count would make a negative probability.
        let fits =
            (0...1).contains(estimated.once) && (0...2).contains(estimated.twice)
            && (0...3).contains(estimated.oftener)
        self = fits ? estimated : .fallback
    }

    /// The same discounts, each times `factor`.
    func scaled(by factor: Double) -> Discounts {
        Discounts(once: self.once * factor, twice: self.twice * factor, oftener: self.oftener * factor)
    }

    /// The discount of an n-gram that was counted `count` times.
    subscript(count count: Int) -> Double {
        switch count {
        case ...0: 0
        case 1: self.once
        case 2: self.twice
        default: self.oftener
        }
    }
}
