/// The Gamma distribution over which a ``GammaEProcess`` averages its alternatives.
public struct GammaPrior: Hashable, Sendable {
    /// The shape: as if so many events had been seen; from 0.001 to 10¹⁰⁰.
    public let a: Double
    /// The rate parameter: as if so much exposure had passed; above zero, in units of exposure.
    public let b: Double

    /// Gamma(a, rate b); throws unless a is in the range of ``BetaPrior``'s shapes and b finite and above zero.
    public init(a: Double, b: Double) throws(StatisticsFault) {
        try BetaPrior.check(a, "a")
        try b.requirePositive("b")
        self.init(checkedA: a, b: b)
    }

    private init(checkedA a: Double, b: Double) {
        self.a = a
        self.b = b
    }

    /// The default: below Gamma(½, ½/λ₀), above Gamma(1, 1/λ₀). Its mean is the bound λ₀, above zero.
    public static func standard(_ side: Side, bound: Double) -> Self {
        let a = Self.standardShape(side)
        return Self(checkedA: a, b: a / bound)
    }

    /// The shape of the default: ½ below, 1 above.
    static func standardShape(_ side: Side) -> Double { side == .below ? 0.5 : 1 }
}
