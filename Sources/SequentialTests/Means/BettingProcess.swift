/// Evidence that the mean of a bounded quantity lies on one side of a bound, valid at every moment.
///
/// A gambler stakes on each observation x in [0, 1] against the bound m: K ← K·(1 ± λ(x − m)). As long as the
/// conditional mean is on the other side, no stake that is known beforehand makes K grow in expectation. For cost per
/// account or the flagged share of an account's requests, cut at a cap that was registered beforehand and divided by
/// it. For rates of rare events the Beta and Gamma processes are far stronger.
///
/// The state is the capital and three running sums: no function of counts. Whoever keeps it keys it by the batches that
/// were taken in.
///
/// Source: I. Waudby-Smith and A. Ramdas, *Estimating means of bounded random variables by betting* (2024), §4; it
/// agrees with `betting_mart` of the package `confseq`.
public struct BettingProcess: Codable, Hashable, Sendable {
    /// The side on which the mean is to be shown.
    public let side: Side
    /// The bound m on the mean; strictly between 0 and 1.
    public let bound: Double
    /// ln K; 0 before the first observation.
    public private(set) var logEvidence = 0.0
    private let logInverseErrorRate: Double
    private var bets = PredictableBets()

    private enum CodingKeys: String, CodingKey {
        case side
        case bound
        case logEvidence = "log_evidence"
        case logInverseErrorRate = "log_inverse_error_rate"
        case bets
    }

    /// Evidence about `bound` on `side`, with stakes that suit the error rate `tunedErrorRate`.
    ///
    /// The evidence is valid for every error rate. Throws unless both numbers lie strictly between 0 and 1.
    public init(_ side: Side, bound: Double, tunedErrorRate: Double = 0.05) throws(StatisticsFault) {
        try bound.requireFraction("bound")
        try tunedErrorRate.requireFraction("tunedErrorRate")
        self.side = side
        self.bound = bound
        self.logInverseErrorRate = -.log(tunedErrorRate)
    }

    /// Takes in an observation; throws unless it lies from 0 to 1, and then changes nothing.
    public mutating func observe(_ value: Double) throws(StatisticsFault) {
        try value.requireUnitInterval("value")
        let stake = self.bets.stake(logInverseErrorRate: self.logInverseErrorRate)
        self.logEvidence += Capital.logGrowth(self.side, stake: stake, value: value, bound: self.bound)
        self.bets.observe(value)
    }
}

/// What a bet makes of the capital.
enum Capital {
    /// The share of the largest fair stake that is never exceeded, so that no observation takes everything.
    static let mostStaked = 0.5

    /// ln(1 ± λ(x − m)), the stake λ cut to half of what could be lost.
    static func logGrowth(_ side: Side, stake: Double, value: Double, bound: Double) -> Double {
        switch side {
        case .above: .log(onePlus: min(stake, self.mostStaked / bound) * (value - bound))
        case .below: .log(onePlus: min(stake, self.mostStaked / (1 - bound)) * (bound - value))
        }
    }
}
