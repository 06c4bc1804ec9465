/// A lower bound on the mean of a bounded quantity at all moments at once, in closed form.
///
/// With stakes λᵢ ≤ ½ as in ``BettingProcess`` and squared surprises vᵢ = (xᵢ − x̄ᵢ₋₁)²:
/// ```
/// lower = (Σ λᵢxᵢ − ln(1/α) − Σ vᵢψ(λᵢ)) / Σ λᵢ        ψ(λ) = −ln(1 − λ) − λ
/// ```
/// Wider than betting, but four sums instead of a grid. An upper bound is 1 less the lower bound of 1 − x; both
/// together with α/2 each are the two-sided sequence.
///
/// Source: I. Waudby-Smith and A. Ramdas (2024), theorem 2; it agrees with `predmix_empbern_lower_cs` of the package
/// `confseq`.
public struct EmpiricalBernstein: Codable, Hashable, Sendable {
    /// ln(1/α).
    private let logInverseErrorRate: Double
    private var bets = PredictableBets()
    private var stakes = 0.0
    private var stakedSum = 0.0
    private var penalty = 0.0

    private enum CodingKeys: String, CodingKey {
        case logInverseErrorRate = "log_inverse_error_rate"
        case bets
        case stakes
        case stakedSum = "staked_sum"
        case penalty
    }

    /// The largest stake.
    public static let mostStaked = 0.5

    /// Before the first observation, at the error rate α; throws unless 0 < α < 1.
    public init(errorRate: Double) throws(StatisticsFault) {
        try errorRate.requireFraction("errorRate")
        self.logInverseErrorRate = -.log(errorRate)
    }

    /// Takes in an observation; throws unless it lies from 0 to 1, and then changes nothing.
    public mutating func observe(_ value: Double) throws(StatisticsFault) {
        try value.requireUnitInterval("value")
        let stake = min(Self.mostStaked, self.bets.stake(logInverseErrorRate: self.logInverseErrorRate))
        let mean = self.bets.count > 0 ? self.bets.sum / self.bets.count : 0
        self.stakes += stake
        self.stakedSum += stake * value
        self.penalty += (value - mean) * (value - mean) * (-.log(onePlus: -stake) - stake)
        self.bets.observe(value)
    }

    /// The lower bound on the mean now; 0 where nothing is excluded. It may fall again: ``RunningBounds`` keeps the
    /// best.
    public var lower: Double {
        guard self.stakes > 0 else { return 0 }
        return max(0, (self.stakedSum - self.logInverseErrorRate - self.penalty) / self.stakes)
    }
}
