/// How a plan's probability of a false rollback is shared among its rules.
///
/// A rollback happens when any rule fires, so the rules share the budget by weights, and each latches at its own
/// threshold ln(1/(α·w)): the probability that any ever fires falsely is at most α (Ville, and the sum over rules). To
/// *advance* all rules must pass, and each has the whole of its α.
public struct RollbackBudget: Hashable, Sendable {
    /// The probability α of a false rollback; strictly between 0 and 1.
    public let errorRate: Double
    /// The weight of each rule by its name; above 0, together at most 1.
    public let weights: [String: Double]

    /// A budget that is shared by weights.
    ///
    /// Throws unless the error rate lies strictly between 0 and 1, each weight is finite and above 0, and their sum
    /// is at most 1 to nine digits.
    public init(errorRate: Double, weights: [String: Double]) throws(StatisticsFault) {
        try errorRate.requireFraction("errorRate")
        for weight in weights.values { try weight.requirePositive("weights") }
        // In an order of their own, so that every platform adds up the same.
        let sum = weights.values.sorted().reduce(0, +)
        guard sum <= 1 + 1e-9 else { throw .wrongSum(field: "weights", sum: sum, expected: "at most 1") }
        self.errorRate = errorRate
        self.weights = weights
    }

    /// The threshold of a rule; nil for a rule without weight, which therefore cannot roll back.
    public func threshold(of rule: String) throws(StatisticsFault) -> Threshold? {
        guard let weight = self.weights[rule] else { return nil }
        return try Threshold(errorRate: self.errorRate * weight)
    }
}
