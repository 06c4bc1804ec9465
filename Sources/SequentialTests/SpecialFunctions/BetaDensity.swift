/// t^(a−1)·(1−t)^(b−1), seen from the boundary x.
///
/// ``logIntegral(_:)`` is ln ∫ t^(a−1)(1−t)^(b−1) dt over one side of x, less a ln x + b ln(1−x).
struct BetaDensity: ConjugateDensity {
    let shape: Double
    private let other: Double
    private let total: Double
    private let x: Double
    let balance: Double

    /// For a > 0, b > 0 and 0 < x ≤ ½.
    private init(a: Double, b: Double, x: Double) {
        self.shape = a
        self.other = b
        self.total = a + b
        self.x = x
        self.balance = (a + b) * x
    }

    /// ln of the integral over `side` of x, over xᵃ(1−x)ᵇ; for a > 0, b > 0 and 0 < x < 1.
    ///
    /// A boundary above ½ is looked at in the mirror, t → 1 − t, where it keeps its digits.
    @inline(__always)
    static func logIntegral(_ side: Side, a: Double, b: Double, at x: Double) -> Double {
        x <= 0.5
            ? Self(a: a, b: b, x: x).logIntegral(side)
            : Self(a: b, b: a, x: 1 - x).logIntegral(side.opposite)
    }

    /// ln of the integral from 0 to 1, over xᵃ(1−x)ᵇ: ln B(a, b) − a ln x − b ln(1−x), exact for a + b to 10⁹ and more.
    @inline(__always)
    static func logWhole(a: Double, b: Double, at x: Double) -> Double {
        x <= 0.5 ? Self(a: a, b: b, x: x).logWhole : Self(a: b, b: a, x: 1 - x).logWhole
    }

    /// ln of the probability that a Beta(a, b) variable lies on `side` of x; for a > 0, b > 0 and 0 < x < 1.
    static func logProbability(_ side: Side, a: Double, b: Double, at x: Double) -> Double {
        x <= 0.5
            ? Self(a: a, b: b, x: x).logProbability(side)
            : Self(a: b, b: a, x: 1 - x).logProbability(side.opposite)
    }

    var curvature: Double { self.balance * (1 - self.x) }

    @inline(__always)
    func potential(_ e: Double) -> Double {
        self.total * .log(nearOne: self.x * e)
    }

    @inline(__always)
    func slope(_ e: Double) -> Double {
        self.balance * (1 + e) / (1 + self.x * e)
    }

    @inline(__always)
    func seriesRatio(_ k: Double) -> Double {
        (self.total + k) * self.x / (self.shape + 1 + k)
    }

    /// By Stirling's formula on all three gamma functions; the large terms have become two deviances.
    var logWhole: Double {
        let (a, b, n) = (self.shape, self.other, self.total)
        return Stirling.halfDeviance(a, self.balance) + Stirling.halfDeviance(b, n * (1 - self.x))
            + Stirling.halfLogTwoPi + 0.5 * .log(n / a / b)
            + Stirling.remainder(a) + Stirling.remainder(b) - Stirling.remainder(n)
    }
}
