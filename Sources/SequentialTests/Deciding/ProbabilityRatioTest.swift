/// Wald's sequential probability ratio test between two rates that are truly known.
///
/// Its error rates hold for these two rates and for none between them. Where the worse rate is a guess, which is the
/// rule, ``BetaEProcess`` and ``GammaEProcess`` are used; this one is for planning, and to compare with.
///
/// Source: A. Wald, *Sequential tests of statistical hypotheses* (1945).
public struct ProbabilityRatioTest: Hashable, Sendable {
    /// The rate of the null hypothesis.
    public let null: Double
    /// The rate of the alternative; above or below it.
    public let alternative: Double
    /// ln((1 − β)/α): at and above it the alternative is accepted.
    public let logUpper: Double
    /// ln(β/(1 − α)): at and below it the null hypothesis is accepted.
    public let logLower: Double

    /// The test with the probabilities α of accepting the alternative falsely, and β of accepting the null falsely.
    ///
    /// Throws unless the rates are finite, above 0 and different, both probabilities lie strictly between 0 and 1,
    /// and their sum is below 1.
    public init(
        null: Double, alternative: Double, falseAlternative: Double, falseNull: Double
    ) throws(StatisticsFault) {
        try null.requirePositive("null")
        try alternative.requirePositive("alternative")
        guard null != alternative else {
            throw .outOfRange(field: "alternative", value: alternative, expected: "a rate other than that of the null")
        }
        try falseAlternative.requireFraction("falseAlternative")
        try falseNull.requireFraction("falseNull")
        guard falseAlternative + falseNull < 1 else {
            throw .wrongSum(field: "error rates", sum: falseAlternative + falseNull, expected: "below 1")
        }
        self.null = null
        self.alternative = alternative
        self.logUpper = .log((1 - falseNull) / falseAlternative)
        self.logLower = .log(falseNull / (1 - falseAlternative))
    }

    /// ln of how much more probable so many Poisson events are under the alternative: N ln(λ₁/λ₀) − (λ₁ − λ₀)T.
    ///
    /// Throws unless events ≥ 0 and exposure is finite and at least 0.
    public func logRatio(events: Int, exposure: Double) throws(StatisticsFault) -> Double {
        try events.requireNotNegative("events")
        try exposure.requireNotNegative("exposure")
        return Double(events) * .log(self.alternative / self.null) - (self.alternative - self.null) * exposure
    }

    /// ln of how much more probable so many events among trials are under the alternative.
    ///
    /// Throws unless 0 ≤ events ≤ trials and both rates are below 1.
    public func logRatio(events: Int, trials: Int) throws(StatisticsFault) -> Double {
        try events.requireEvents(within: trials)
        let (event, other) = try self.logRatios()
        return Double(events) * event + Double(trials - events) * other
    }

    /// The counts of events among so many trials that decide: between them the test goes on.
    ///
    /// Neither need be whole or possible. Throws unless trials is at least 0 and both rates are below 1.
    public func limits(trials: Int) throws(StatisticsFault) -> (lower: Double, upper: Double) {
        try trials.requireNotNegative("trials")
        let (event, other) = try self.logRatios()
        let first = (self.logLower - Double(trials) * other) / (event - other)
        let second = (self.logUpper - Double(trials) * other) / (event - other)
        return (min(first, second), max(first, second))
    }

    /// What an event, and a trial without one, add to the logarithm.
    private func logRatios() throws(StatisticsFault) -> (event: Double, other: Double) {
        try self.null.requireFraction("null")
        try self.alternative.requireFraction("alternative")
        return (
            .log(self.alternative / self.null),
            .log(onePlus: -(self.alternative - self.null) / (1 - self.null))
        )
    }
}
