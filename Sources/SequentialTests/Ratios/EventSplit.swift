/// Which arm an event comes from.
///
/// Where the candidate has the share π of the exposure and r times the baseline's rate, an event is the candidate's
/// with probability πr/(πr + 1 − π). So the ratio of two rates, however rare, is a single rate among the events; what
/// moves both arms alike (time of day, a hostile campaign) cannot be seen in it and does no harm. Exact for Poisson
/// arrivals, and for units that were assigned at random.
///
/// Source: M. Lindon and A. Malek, *Anytime-valid inference for multinomial count data* (2022).
public enum EventSplit {
    /// The candidate's probability of an event for a rate `ratio` above 0, at an exposure `share` between 0 and 1.
    public static func candidateProbability(ratio: Double, share: Double) throws(StatisticsFault) -> Double {
        try ratio.requirePositive("ratio")
        try share.requireFraction("share")
        let probability = share * ratio / (share * ratio + 1 - share)
        guard probability > 0, probability < 1 else {
            throw .outOfRange(field: "ratio", value: ratio, expected: "a ratio that leaves events to both arms")
        }
        return probability
    }

    /// The ratio of the rates for which the candidate has this `probability` of an event, at an exposure `share`.
    public static func ratio(candidateProbability probability: Double, share: Double) -> Double {
        probability / (1 - probability) * (1 - share) / share
    }

    /// ln of how much more probable the events are under the ratio `alternative` than under the ratio `null`.
    ///
    /// c·ln(r/r₀) − (c + b)·ln((1 + or)/(1 + or₀)) with the odds o = π/(1 − π) of the exposure. For ratios above 0 and
    /// a share strictly between 0 and 1.
    package static func logLikelihoodRatio(
        candidateEvents: Double, baselineEvents: Double, share: Double, null: Double, alternative: Double
    ) -> Double {
        let odds = share / (1 - share)
        let shrink = Double.log(onePlus: odds * (alternative - null) / (1 + odds * null))
        return candidateEvents * .log(alternative / null) - (candidateEvents + baselineEvents) * shrink
    }
}
