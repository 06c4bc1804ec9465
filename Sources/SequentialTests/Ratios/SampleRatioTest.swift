/// Evidence that units do not fall to the arms in the planned shares, valid at every moment.
///
/// A sample ratio that is off says that assignment or counting is broken, and that no comparison of the arms holds. The
/// test is the mixture over all shares with prior Dirichlet(c·θ), centred at the planned shares θ:
/// ```
/// logE = ln B(cθ + n) − ln B(cθ) − Σ nᵢ ln θᵢ        B(α) = Π Γ(αᵢ)/Γ(Σ αᵢ)
/// ```
/// A function of the counts alone, exact as ``BetaEProcess`` is. Counts of different planned shares are not added: each
/// part of a plan has its own test, and their logE are added.
///
/// Source: M. Lindon and A. Malek, *Anytime-valid inference for multinomial count data* (2022).
public struct SampleRatioTest: Hashable, Sendable {
    /// The planned share of each arm; their sum is 1.
    public let shares: [Double]
    /// c: how near to the planned shares a deviation is looked for; as if so many units had fallen as planned.
    public let concentration: Double
    private let priorTerm: Double

    /// The usual probability of calling a sound ratio broken: 1 in 1000.
    public static let errorRate = 0.001

    /// Evidence against these planned shares.
    ///
    /// Throws unless there are two shares or more, each strictly between 0 and 1, whose sum is 1 to nine digits, and
    /// unless the concentration gives each arm a shape of at least ``BetaPrior/leastShape``.
    public init(shares: [Double], concentration: Double = 1000) throws(StatisticsFault) {
        guard !shares.isEmpty else { throw .empty(field: "shares") }
        try concentration.requirePositive("concentration")
        for share in shares {
            try share.requireFraction("shares")
            guard share * concentration >= BetaPrior.leastShape else {
                throw .outOfRange(
                    field: "concentration", value: concentration,
                    expected: "at least \(BetaPrior.leastShape) for the smallest share")
            }
        }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) <= 1e-9 else { throw .wrongSum(field: "shares", sum: sum, expected: "1") }
        self.shares = shares
        self.concentration = concentration
        self.priorTerm = Self.logWhole(shares, shapes: shares.map { $0 * concentration })
    }

    /// ln E after so many units in each arm, in the order of the shares; 0 before the first.
    ///
    /// Throws unless there is a count for each arm and none is negative.
    public func logEvidence(counts: [Int]) throws(StatisticsFault) -> Double {
        guard counts.count == self.shares.count else {
            throw .lengthsDiffer(field: "counts", count: counts.count, expected: self.shares.count)
        }
        for count in counts { try count.requireNotNegative("counts") }
        let shapes = zip(self.shares, counts).map { $0 * self.concentration + Double($1) }
        return Self.logWhole(self.shares, shapes: shapes) - self.priorTerm
    }

    /// ln B(α) − Σ αᵢ ln θᵢ by Stirling's formula, whose large terms become deviances.
    private static func logWhole(_ shares: [Double], shapes: [Double]) -> Double {
        let total = shapes.reduce(0, +)
        var sum = 0.5 * Double.log(total) - Stirling.remainder(total) - Stirling.halfLogTwoPi
        for (share, shape) in zip(shares, shapes) {
            sum += Stirling.halfDeviance(shape, total * share) + Stirling.remainder(shape)
            sum += Stirling.halfLogTwoPi - 0.5 * .log(shape)
        }
        return sum
    }
}
