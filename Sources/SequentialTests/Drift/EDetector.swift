/// The state of a detector of change: the product of the likelihood ratios since the moment that suits it best.
///
/// The e-CUSUM is M = max(M, 1)·L from M = 1, the e-SR (Shiryaev and Roberts) R = (R + 1)·L from R = 0, for
/// likelihood ratios L whose expectation is at most 1 as long as nothing has changed. Then the mean time to a false
/// alarm at M ≥ 1/α is at least 1/α, and since M ≤ R and R − n is a supermartingale, the probability of a false alarm
/// among n is at most nα (Doob).
///
/// Unlike the e-processes it is no function of counts. Whoever keeps it keys it by the batches that were taken in, in
/// their order, so that a batch is never taken in twice.
///
/// Source: J. Shin, A. Ramdas and A. Rinaldo, *E-detectors: a nonparametric framework for sequential change detection*
/// (2024).
public struct EDetector: Codable, Hashable, Sendable {
    /// ln M of the e-CUSUM.
    public private(set) var logCUSUM = 0.0
    /// ln(R + 1) of the e-SR, which is finite also at first.
    public private(set) var logShiryaevRobertsPlusOne = 0.0

    private enum CodingKeys: String, CodingKey {
        case logCUSUM = "log_cusum"
        case logShiryaevRobertsPlusOne = "log_shiryaev_roberts_plus_one"
    }

    /// Before the first observation.
    public init() {}

    /// ln R of the e-SR; −∞ at first.
    public var logShiryaevRoberts: Double {
        // ln(eˣ − 1), by the form that keeps its digits.
        let x = self.logShiryaevRobertsPlusOne
        return x > 1 ? x + .log(onePlus: -.exp(-x)) : .log(.expMinusOne(x))
    }

    /// Takes in a likelihood ratio, as a logarithm: of one observation, or of a batch of them.
    ///
    /// Throws where it is not finite, and then changes nothing.
    public mutating func observe(logLikelihoodRatio: Double) throws(StatisticsFault) {
        guard logLikelihoodRatio.isFinite else {
            throw .outOfRange(field: "logLikelihoodRatio", value: logLikelihoodRatio, expected: "a finite number")
        }
        self.logCUSUM = max(0, self.logCUSUM) + logLikelihoodRatio
        let risen = self.logShiryaevRobertsPlusOne + logLikelihoodRatio
        self.logShiryaevRobertsPlusOne =
            risen > 0 ? risen + .log(onePlus: .exp(-risen)) : .log(onePlus: .exp(risen))
    }
}
