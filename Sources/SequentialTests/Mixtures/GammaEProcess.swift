/// Evidence that events per unit of exposure lie on one side of a bound, valid at every moment.
///
/// With N events in exposure T, bound λ₀ and prior Gamma(a, rate b) truncated to the tested side:
/// ```
/// logE = a ln b − lnΓ(a) + lnΓ(a+N) − (a+N) ln(b+T)
///        + ln G(a+N, (b+T)λ₀) − ln G(a, bλ₀) − N ln λ₀ + λ₀T       G = P below, Q above
/// ```
/// P and Q are the regularised incomplete gamma functions. Valid as ``BetaEProcess`` is, for counts whose compensator
/// is rate × exposure: Poisson arrivals, and reported incidents against the matured exposure of
/// ``EffectiveExposure``, whose delays are only a change of clock.
///
/// Absolute error of logE below 10⁻⁹ to λ₀T = 10⁹.
public struct GammaEProcess: Hashable, Sendable {
    /// The side on which the rate is to be shown.
    public let side: Side
    /// The bound λ₀, events per unit of exposure; above zero.
    public let bound: Double
    /// The prior over the alternatives.
    public let prior: GammaPrior
    private let priorTerm: Double

    /// Evidence about `bound` on `side`; the prior is ``GammaPrior/standard(_:bound:)`` where none is given.
    ///
    /// Throws unless the bound is finite and above zero, and where a prior's exposure times the bound is no number of
    /// events any more: below 10⁻³⁰⁰ or above ``mostExpected``.
    public init(_ side: Side, bound: Double, prior: GammaPrior? = nil) throws(StatisticsFault) {
        try bound.requirePositive("bound")
        if let prior {
            let expected = prior.b * bound
            guard expected >= 1e-300, expected <= Self.mostExpected else {
                throw .outOfRange(field: "prior.b", value: prior.b, expected: "an exposure that suits the bound")
            }
        }
        self.init(checked: side, bound: bound, prior: prior ?? .standard(side, bound: bound))
    }

    /// The most events that may be expected at the bound; more would leave the range of a number.
    public static let mostExpected = 1e100

    /// For a bound that is known to be finite and above zero.
    init(checked side: Side, bound: Double, prior: GammaPrior) {
        self.side = side
        self.bound = bound
        self.prior = prior
        self.priorTerm = GammaDensity.logIntegral(side, a: prior.a, at: prior.b * bound)
    }

    /// ln E after `events` in `exposure`; 0 before either.
    ///
    /// Never NaN, never infinite. Throws unless events is at least 0 and exposure finite and at least 0, and where more
    /// than ``mostExpected`` events are expected at the bound.
    public func logEvidence(events: Int, exposure: Double) throws(StatisticsFault) -> Double {
        try events.requireNotNegative("events")
        try exposure.requireNotNegative("exposure")
        guard exposure * self.bound <= Self.mostExpected else {
            throw .outOfRange(field: "exposure", value: exposure, expected: "an exposure that can be counted")
        }
        return self.logEvidence(checkedEvents: Double(events), exposure: exposure)
    }

    /// For counts and exposure that are known not to be negative.
    @inline(__always)
    func logEvidence(checkedEvents events: Double, exposure: Double) -> Double {
        GammaDensity.logIntegral(self.side, a: self.prior.a + events, at: (self.prior.b + exposure) * self.bound)
            - self.priorTerm
    }
}
