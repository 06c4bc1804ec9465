/// The unnormalised density of a Beta or Gamma distribution, seen from a boundary inside its range.
///
/// In the natural parameter of its family, v away from the boundary, either density is e^(shape·v − h) with a convex
/// potential h that depends on v through e = eᵛ − 1: for Beta h = n·ln(1 + x·e), for Gamma h = z·e. Everything that is
/// needed of it is an integral over one side of the boundary, divided by the density at the boundary:
/// ``logIntegral(_:)``.
///
/// The quotient is what makes the mixtures exact: the powers of the boundary, which are huge and cancel, never appear.
protocol ConjugateDensity {
    /// A: the prior's shape and the events.
    var shape: Double { get }
    /// The shape with which the mean would lie at the boundary: the slope of h at v = 0.
    var balance: Double { get }
    /// The second derivative of h at v = 0.
    var curvature: Double { get }
    /// h as a function of e.
    func potential(_ e: Double) -> Double
    /// The derivative of h after v, as a function of e.
    func slope(_ e: Double) -> Double
    /// Term k + 1 over term k of the hypergeometric series of the lower integral; both terms are positive.
    func seriesRatio(_ k: Double) -> Double
    /// ln of the integral over both sides.
    var logWhole: Double { get }
}

extension ConjugateDensity {
    /// ln of the integral over one side of the boundary, over the density at the boundary (per natural parameter).
    ///
    /// Relative error of the integral below 10⁻¹⁰ wherever shape and balance are at most 10⁹ (tested against 50
    /// digits). Three ways, by where the boundary lies:
    /// - a power series with positive terms for the lower integral, where it is short;
    /// - Gauss's rule on the side that holds the smaller part;
    /// - otherwise the whole less the smaller part, so that little cancels.
    @inline(__always)
    func logIntegral(_ side: Side) -> Double {
        switch side {
        case .below:
            if self.hasShortSeries { return self.logSeries }
            if self.balance < self.shape { return self.logTail(-1) }
            return self.logWhole(without: self.logTail(1))
        case .above:
            if self.balance >= self.shape, !self.isCloseAndShort { return self.logTail(1) }
            return self.logWhole(without: self.hasShortSeries ? self.logSeries : self.logTail(-1))
        }
    }

    /// Whether the upper integral is so large a part of the whole that subtraction leaves all but four digits.
    @inline(__always)
    private var isCloseAndShort: Bool {
        let gap = self.balance - self.shape
        return self.hasShortSeries && gap * gap < 8 * self.curvature
    }

    /// ln of the share of the integral that lies on one side of the boundary; never above 0.
    ///
    /// The smaller share is computed, the larger one from it: so both keep their digits, near 0 and near 1.
    func logProbability(_ side: Side) -> Double {
        let isSmallerBelow = self.balance < self.shape
        let smaller: Double
        if self.hasShortSeries, isSmallerBelow || self.isCloseAndShort {
            smaller = self.logSeries - self.logWhole
        } else {
            smaller = self.logTail(isSmallerBelow ? -1 : 1) - self.logWhole
        }
        let isKnownBelow = isSmallerBelow || self.isCloseAndShort
        return isKnownBelow == (side == .below) ? min(0, smaller) : .log(onePlus: -.exp(min(0, smaller)))
    }

    @inline(__always)
    private func logWhole(without logPart: Double) -> Double {
        let whole = self.logWhole
        return whole + .log(onePlus: -.exp(logPart - whole))
    }

    /// Whether about a hundred terms are enough. The boundary of a Beta density is at most ½ here.
    @inline(__always)
    private var hasShortSeries: Bool {
        self.balance <= 32 || 2 * self.balance <= self.shape + 1
    }

    /// The lower integral by its power series (DLMF 8.7.1, 8.17.8): all terms are positive, nothing cancels.
    @inline(__always)
    private var logSeries: Double {
        var (sum, term, k) = (1.0, 1.0, 0.0)
        repeat {
            term *= self.seriesRatio(k)
            sum += term
            k += 1
        } while term > sum * 0x1p-54
        return .log(sum / self.shape)
    }

    /// The integral over the side of `sign` that holds the smaller part, by Gauss's rule.
    ///
    /// The integrand falls from 1, its logarithm is concave, and it is cut where it is below e⁻²⁸.
    @inline(never)
    private func logTail(_ sign: Double) -> Double {
        let shape = sign * self.shape
        let descent = sign * self.balance - shape
        let cut = GaussLegendre.cut
        var end = (-descent + (descent * descent + 2 * self.curvature * cut).squareRoot()) / self.curvature
        // The parabola's end, corrected by Newton. The exponent is convex: after a step the end is never too near.
        var miss: Double
        repeat {
            let e = Double.expMinusOne(sign * end)
            miss = self.potential(e) - shape * end - cut
            end -= miss / (sign * self.slope(e) - shape)
        } while abs(miss) > 0.5 * cut
        // In three passes, since each call alone is quick but waits long for the one before it.
        let half = 0.5 * end
        var values = InlineArray<16, Double>(repeating: 0)
        for index in 0..<16 {
            values[index] = .expMinusOne(sign * half * GaussLegendre.nodes[index])
        }
        for index in 0..<16 {
            values[index] = shape * half * GaussLegendre.nodes[index] - self.potential(values[index])
        }
        var sum = 0.0
        for index in 0..<16 {
            sum += GaussLegendre.weights[index] * .exp(values[index])
        }
        return .log(half * sum)
    }
}

/// Gauss's rule with Legendre's polynomial of degree 16 (DLMF 3.5(v)), moved to [0, 2].
///
/// On the tails above its relative error is below 10⁻¹⁰ where the boundary lies near the mean of a small shape, and
/// near 10⁻¹² elsewhere, cut included.
private enum GaussLegendre {
    /// Where the integrand is cut: e⁻²⁸ of its value at the boundary.
    static let cut = 28.0

    static let nodes: InlineArray<16, Double> = [
        0.010_599_065_008_350_067, 0.055_424_976_926_767_424, 0.134_368_797_612_168_26, 0.244_595_591_644_996_97,
        0.382_123_755_597_356_25, 0.541_983_222_342_772_61, 0.718_396_449_220_741_09, 0.904_987_490_162_362_56,
        1.095_012_509_837_637_4, 1.281_603_550_779_258_9, 1.458_016_777_657_227_4, 1.617_876_244_402_643_7,
        1.755_404_408_355_003_0, 1.865_631_202_387_831_7, 1.944_575_023_073_232_6, 1.989_400_934_991_649_9,
    ]

    static let weights: InlineArray<16, Double> = [
        0.027_152_459_411_754_095, 0.062_253_523_938_647_893, 0.095_158_511_682_492_785, 0.124_628_971_255_533_87,
        0.149_595_988_816_576_73, 0.169_156_519_395_002_54, 0.182_603_415_044_923_59, 0.189_450_610_455_068_50,
        0.189_450_610_455_068_50, 0.182_603_415_044_923_59, 0.169_156_519_395_002_54, 0.149_595_988_816_576_73,
        0.124_628_971_255_533_87, 0.095_158_511_682_492_785, 0.062_253_523_938_647_893, 0.027_152_459_411_754_095,
    ]
}
