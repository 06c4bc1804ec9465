/// The mixture martingale of a sum whose jumps are at most c, in intrinsic time.
///
/// For counts against a rate λ₀: s = N − λ₀T, v = λ₀T, c = 1. It is ``GammaEProcess`` above with the prior Gamma(ρ,
/// ρ) on the ratio to the bound; the prior is tuned to be tightest about a chosen v.
///
/// Source: Howard, Ramdas, McAuliffe and Sekhon (2021), proposition 10; it agrees with the package `confseq`.
public struct GammaPoissonMixture: Hashable, Sendable {
    /// The largest jump; above 0.
    public let c: Double
    private let strength: Double
    private let priorTerm: Double

    /// The mixture that is tightest about the variance `tunedFor`, at the one-sided error rate `tunedErrorRate`.
    ///
    /// Throws unless c and the variance are finite and above 0 and the error rate lies strictly between 0 and ½.
    public init(c: Double, tunedFor variance: Double, tunedErrorRate: Double) throws(StatisticsFault) {
        try c.requirePositive("c")
        let rho = try NormalScale.tuned(for: variance, errorRate: tunedErrorRate, isOneSided: true)
        self.c = c
        self.strength = rho / (c * c)
        self.priorTerm = GammaDensity.logIntegral(.above, a: self.strength, at: self.strength)
    }

    /// ln of the martingale at the sum s and the variance v.
    ///
    /// Throws unless v is finite and at least 0 and s finite and at least −v/c, below which no such sum falls.
    public func logMartingale(s: Double, v: Double) throws(StatisticsFault) -> Double {
        try v.requireNotNegative("v")
        let (events, expected) = ((v / self.c + s) / self.c, v / (self.c * self.c))
        guard events >= -1e-9 * (1 + expected), events.isFinite else {
            throw .outOfRange(field: "s", value: s, expected: "a finite sum of at least -v/c")
        }
        return self.logMartingale(events: max(0, events), expected: expected)
    }

    private func logMartingale(events: Double, expected: Double) -> Double {
        GammaDensity.logIntegral(.above, a: self.strength + events, at: self.strength + expected) - self.priorTerm
    }

    /// The sum that is reached at variance v with probability at most α at any time at all.
    ///
    /// Throws unless v is finite and above 0 and 0 < α < 1.
    public func bound(v: Double, errorRate: Double) throws(StatisticsFault) -> Double {
        try v.requirePositive("v")
        try errorRate.requireFraction("errorRate")
        let threshold = -Double.log(errorRate)
        let excess = { (s: Double) in
            self.logMartingale(events: (v / self.c + s) / self.c, expected: v / (self.c * self.c)) - threshold
        }
        var high = v
        while excess(high) < 0, high < .greatestFiniteMagnitude / 4 { high *= 2 }
        return Root.rising(from: 0, to: high, excess)
    }
}
