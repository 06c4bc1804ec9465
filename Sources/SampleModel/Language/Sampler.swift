import Glibc

/// How one token is drawn from a distribution.
struct Sampler: Hashable, Sendable {
    /// 0 takes the most probable token always; 1 draws as the model says; above 1 is more even.
    var temperature: Double
    /// Only the most probable tokens that together reach this probability may be drawn.
    var topP: Double = 1
    /// Only so many of the most probable tokens may be drawn; `nil` for all.
    var topK: Int?

    /// An index into `probabilities`, which need not sum to exactly 1 but hold one value above zero.
    func draw(from probabilities: [Double], using generator: inout some RandomNumberGenerator) -> Int {
        guard self.temperature > 0 else { return Self.mostProbable(in: probabilities) }
        var weights = self.tempered(probabilities)
        self.truncate(&weights)
        let total = weights.reduce(0, +)
        guard total > 0 else { return Self.mostProbable(in: probabilities) }
        var remaining = Double.random(in: 0..<total, using: &generator)
        var last = 0
        for (index, weight) in weights.enumerated() where weight > 0 {
            remaining -= weight
            last = index
            if remaining < 0 { break }
        }
        return last
    }

    /// The index of the largest value, the first of equals.
    static func mostProbable(in probabilities: [Double]) -> Int {
        var best = 0
        for (index, probability) in probabilities.enumerated() where probability > probabilities[best] { best = index }
        return best
    }

    /// p^(1/T), relative to the largest so that a low temperature does not underflow.
    private func tempered(_ probabilities: [Double]) -> [Double] {
        guard self.temperature != 1 else { return probabilities }
        let largest = log(probabilities[Self.mostProbable(in: probabilities)])
        return probabilities.map { $0 > 0 ? exp((log($0) - largest) / self.temperature) : 0 }
    }

    private func truncate(_ weights: inout [Double]) {
        guard self.topP < 1 || self.topK != nil else { return }
        let ranked = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
        let bound = self.topP * weights.reduce(0, +)
        var reached = 0.0
        var kept = 0
        for index in ranked {
            // The first is always kept, so there is something to draw.
            if kept > 0, reached >= bound || kept >= self.topK ?? .max { weights[index] = 0 }
            reached += weights[index]
            kept += 1
        }
    }
}
