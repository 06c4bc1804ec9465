/// t^(a−1)·e^(−t), seen from the boundary z.
///
/// ``logIntegral(_:)`` is ln ∫ t^(a−1) e^(−t) dt over one side of z, less a ln z − z.
struct GammaDensity: ConjugateDensity {
    let shape: Double
    /// The boundary.
    let balance: Double

    /// For a > 0 and z > 0.
    private init(a: Double, z: Double) {
        self.shape = a
        self.balance = z
    }

    /// ln of the integral over `side` of z, over zᵃe⁻ᶻ; for a > 0 and z > 0.
    @inline(__always)
    static func logIntegral(_ side: Side, a: Double, at z: Double) -> Double {
        Self(a: a, z: z).logIntegral(side)
    }

    /// ln of the probability that a Gamma(a, 1) variable lies on `side` of z; for a > 0 and z > 0.
    static func logProbability(_ side: Side, a: Double, at z: Double) -> Double {
        Self(a: a, z: z).logProbability(side)
    }

    var curvature: Double { self.balance }

    @inline(__always)
    func potential(_ e: Double) -> Double {
        self.balance * e
    }

    @inline(__always)
    func slope(_ e: Double) -> Double {
        self.balance * (1 + e)
    }

    @inline(__always)
    func seriesRatio(_ k: Double) -> Double {
        self.balance / (self.shape + 1 + k)
    }

    var logWhole: Double {
        Stirling.halfDeviance(self.shape, self.balance) + Stirling.halfLogTwoPi - 0.5 * .log(self.shape)
            + Stirling.remainder(self.shape)
    }
}
