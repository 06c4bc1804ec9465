/// Evidence about the ratio of two rates while the candidate's share of the exposure changes.
///
/// The mean of twenty likelihood ratios, one for each ratio of a fixed grid on the tested side of the bound r₀:
/// r₀·e^(±0.15), r₀·e^(±0.30), …, r₀·e^(±3) (about 1.16 to 20 times, or its inverse). Each is a fair bet under every
/// ratio on the other side, whatever the share was at each event, as long as the share is known before the event.
///
/// The state is twenty sums, one for each ratio: no function of two counts any more. Whoever keeps it keys it by the
/// batches that were taken in, so that a batch is never taken in twice. The order of the batches does not matter but
/// for the last digits.
public struct VaryingShareTest: Hashable, Sendable {
    /// The side of the ratio that is to be shown.
    public let side: Side
    /// The ratio r₀ of the rates, candidate to baseline, that is the bound; above 0.
    public let ratio: Double
    /// ln of the likelihood ratio for each ratio of the grid, nearest to the bound first.
    public private(set) var logLikelihoodRatios: [Double]

    /// Ratios in the grid.
    public static let gridSize = 20
    /// How far the ratios of the grid lie apart, as logarithms.
    public static let gridStep = 0.15

    /// No events yet; throws unless the ratio is finite and above 0.
    public init(_ side: Side, ratio: Double) throws(StatisticsFault) {
        try self.init(side, ratio: ratio, logLikelihoodRatios: Array(repeating: 0, count: Self.gridSize))
    }

    /// Goes on from a state that was kept.
    ///
    /// Throws unless the ratio is finite and above 0 and the state has a finite number for each ratio of the grid.
    public init(_ side: Side, ratio: Double, logLikelihoodRatios: [Double]) throws(StatisticsFault) {
        try ratio.requirePositive("ratio")
        guard logLikelihoodRatios.count == Self.gridSize else {
            throw .lengthsDiffer(
                field: "logLikelihoodRatios", count: logLikelihoodRatios.count, expected: Self.gridSize)
        }
        for number in logLikelihoodRatios where !number.isFinite {
            throw .outOfRange(field: "logLikelihoodRatios", value: number, expected: "finite numbers")
        }
        self.side = side
        self.ratio = ratio
        self.logLikelihoodRatios = logLikelihoodRatios
    }

    /// Takes in the events of a batch during which the candidate had `share` of the exposure.
    ///
    /// Throws where a count is negative or the share does not lie strictly between 0 and 1, and then changes nothing.
    public mutating func observe(
        candidateEvents: Int, baselineEvents: Int, share: Double
    ) throws(StatisticsFault) {
        try candidateEvents.requireNotNegative("candidateEvents")
        try baselineEvents.requireNotNegative("baselineEvents")
        try share.requireFraction("share")
        let direction = self.side == .above ? Self.gridStep : -Self.gridStep
        for index in self.logLikelihoodRatios.indices {
            self.logLikelihoodRatios[index] += EventSplit.logLikelihoodRatio(
                candidateEvents: Double(candidateEvents), baselineEvents: Double(baselineEvents), share: share,
                null: self.ratio, alternative: self.ratio * .exp(direction * Double(index + 1)))
        }
    }

    /// ln E of all batches so far; 0 before the first event.
    public var logEvidence: Double {
        LogSum.mean(self.logLikelihoodRatios)
    }
}

extension VaryingShareTest: Codable {
    private enum CodingKeys: String, CodingKey {
        case side
        case ratio
        case logLikelihoodRatios = "log_likelihood_ratios"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            container.decode(Side.self, forKey: .side), ratio: container.decode(Double.self, forKey: .ratio),
            logLikelihoodRatios: container.decode([Double].self, forKey: .logLikelihoodRatios))
    }
}
