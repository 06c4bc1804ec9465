/// The mixture martingale of sums with bounded, two-valued steps, in intrinsic time.
///
/// For a sum s whose steps are at most h and at least −g, with variance process v: of Bernoulli(p₀) outcomes g = p₀,
/// h = 1 − p₀, s = S − p₀n and v = p₀(1−p₀)n. One-sided it is ``BetaEProcess`` above p₀ = g/(g+h), for counts
/// S′ = (v + hs)/(h(g+h)) and F′ = (v − gs)/(g(g+h)) that need not be whole; g and h exchanged and s negated, it is the
/// one below. The prior is tuned to be tightest about a chosen v.
///
/// Source: Howard, Ramdas, McAuliffe and Sekhon, *Time-uniform, nonparametric, nonasymptotic confidence sequences*
/// (2021), proposition 7 and §3.2; it agrees with the package `confseq`.
public struct BetaBinomialMixture: Hashable, Sendable {
    /// How far the sum can fall in a step, and rise; both above 0.
    public let g: Double, h: Double
    /// Whether only rises count as evidence, or both directions.
    public let isOneSided: Bool
    private let a: Double, b: Double
    private let priorTerm: Double

    /// The mixture that is tightest about the variance `tunedFor`, at the error rate `tunedErrorRate`.
    ///
    /// Throws unless g, h and the variance are finite and above 0 and the error rate lies strictly between 0 and 1,
    /// below ½ where it is one-sided.
    public init(
        g: Double, h: Double, tunedFor variance: Double, tunedErrorRate: Double, isOneSided: Bool
    ) throws(StatisticsFault) {
        try g.requirePositive("g")
        try h.requirePositive("h")
        let strength = try NormalScale.tuned(for: variance, errorRate: tunedErrorRate, isOneSided: isOneSided)
        let r = max(strength - g * h, 1e-3 * g * h)
        self.init(g: g, h: h, a: r / (h * (g + h)), b: r / (g * (g + h)), isOneSided: isOneSided)
    }

    /// The two-sided mixture for outcomes of the rate `p`, with the prior Beta(p·c, (1−p)·c).
    init(rate p: Double, strength c: Double) {
        self.init(g: p, h: 1 - p, a: p * c, b: (1 - p) * c, isOneSided: false)
    }

    private init(g: Double, h: Double, a: Double, b: Double, isOneSided: Bool) {
        (self.g, self.h, self.a, self.b, self.isOneSided) = (g, h, a, b, isOneSided)
        let bound = g / (g + h)
        self.priorTerm =
            isOneSided
            ? BetaDensity.logIntegral(.above, a: a, b: b, at: bound) : BetaDensity.logWhole(a: a, b: b, at: bound)
    }

    /// ln of the martingale at the sum s and the variance v.
    ///
    /// Throws unless v is finite and at least 0 and s lies between −v/h and v/g, where sums of such a variance lie.
    public func logMartingale(s: Double, v: Double) throws(StatisticsFault) -> Double {
        try v.requireNotNegative("v")
        let rises = (v + self.h * s) / (self.h * (self.g + self.h))
        let falls = (v - self.g * s) / (self.g * (self.g + self.h))
        // A sum at its limit misses it by rounding only.
        let slack = -1e-9 * (1 + v / (self.g * self.h))
        guard rises >= slack, falls >= slack else {
            throw .outOfRange(field: "s", value: s, expected: "a sum from -v/h to v/g")
        }
        return self.logMartingale(rises: max(0, rises), falls: max(0, falls))
    }

    /// ln of the martingale after so many rises by h and falls by g.
    func logMartingale(rises: Double, falls: Double) -> Double {
        let bound = self.g / (self.g + self.h)
        let term =
            self.isOneSided
            ? BetaDensity.logIntegral(.above, a: self.a + rises, b: self.b + falls, at: bound)
            : BetaDensity.logWhole(a: self.a + rises, b: self.b + falls, at: bound)
        return term - self.priorTerm
    }

    /// The sum that is reached at variance v with probability at most α at any time at all; at most v/g.
    ///
    /// Throws unless v is finite and above 0 and 0 < α < 1.
    public func bound(v: Double, errorRate: Double) throws(StatisticsFault) -> Double {
        try v.requirePositive("v")
        try errorRate.requireFraction("errorRate")
        let threshold = -Double.log(errorRate)
        let excess = { (s: Double) in
            self.logMartingale(
                rises: (v + self.h * s) / (self.h * (self.g + self.h)),
                falls: max(0, (v - self.g * s) / (self.g * (self.g + self.h)))) - threshold
        }
        let most = v / self.g
        return excess(most) < 0 ? most : Root.rising(from: 0, to: most, excess)
    }
}

/// The scale of a normal mixture, from which the others are tuned.
enum NormalScale {
    /// ρ = v/(2 ln(1/α) + ln(1 + 2 ln(1/α))), with 2α for α where it is one-sided (Howard et al. 2021, §3.5).
    static func tuned(
        for variance: Double, errorRate: Double, isOneSided: Bool
    ) throws(StatisticsFault) -> Double {
        try variance.requirePositive("variance")
        try errorRate.requireFraction("tunedErrorRate")
        guard !isOneSided || errorRate < 0.5 else {
            throw .outOfRange(field: "tunedErrorRate", value: errorRate, expected: "a number above 0 and below 0.5")
        }
        let doubled = -2 * Double.log(isOneSided ? 2 * errorRate : errorRate)
        return variance / (doubled + .log(onePlus: doubled))
    }
}
