/// Exposure of one age: a day's, an hour's.
public struct AgedExposure: Codable, Hashable, Sendable {
    /// How long ago it was, in the unit of the delay curve; at least 0.
    public let age: Double
    /// How much there was; at least 0.
    public let exposure: Double

    /// So much exposure, so long ago.
    public init(age: Double, exposure: Double) {
        self.age = age
        self.exposure = exposure
    }
}

extension DelayCurve {
    /// The matured exposure T = Σ nᵢ F(ageᵢ), of which the reports of events have come in.
    ///
    /// Under Poisson arrivals with independent delays, the reported count less rate × T is a martingale: a delay is
    /// only a change of clock, and ``GammaEProcess`` on the reported events and T stays exact at every moment. To
    /// *advance*, F is a lower envelope (``ReportingDelay``); to *roll back*, F is 1 and the raw exposure stands, so
    /// that a wrong model of the delay can never keep a release from being rolled back.
    ///
    /// Throws unless ages and exposures are finite and at least 0.
    public func effectiveExposure(of batches: some Sequence<AgedExposure>) throws(StatisticsFault) -> Double {
        var sum = 0.0
        for batch in batches {
            try batch.age.requireNotNegative("age")
            try batch.exposure.requireNotNegative("exposure")
            sum += batch.exposure * self.share(at: batch.age)
        }
        return sum
    }
}
