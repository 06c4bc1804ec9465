/// Stirling's formula taken apart, so that logarithms of gamma functions are never subtracted from each other.
///
/// lnΓ(z) = (z − ½) ln z − z + ½ ln 2π + δ(z). The large terms cancel by hand into ``halfDeviance(_:_:)``; only the
/// remainders δ are left, and they are small. A difference of `lgamma` would lose 2·10⁻⁶ at z = 10⁹.
///
/// Sources: C. Loader, *Fast and accurate computation of binomial probabilities* (2000); DiDonato and Morris,
/// *Algorithm 708* (1992).
enum Stirling {
    /// δ(z) for z > 0, to 10⁻¹⁵ of the larger of 1 and δ.
    static func remainder(_ z: Double) -> Double {
        guard z < self.seriesFrom else { return self.series(z) }
        var (shifted, product) = (z, 1.0)
        while shifted < self.seriesFrom {
            product *= shifted
            shifted += 1
        }
        // lnΓ(z) = lnΓ(shifted) − ln(product).
        return self.series(shifted) + (shifted - 0.5) * .log(shifted) - (z - 0.5) * .log(z) - (shifted - z)
            - .log(product)
    }

    /// From here on eight terms of the asymptotic series (DLMF 5.11.1) are exact to 10⁻¹⁶.
    private static let seriesFrom = 8.0

    private static func series(_ z: Double) -> Double {
        let inverse = 1 / z
        let square = inverse * inverse
        var sum = -0.029_550_653_594_771_242
        sum = sum * square + 0.006_410_256_410_256_410
        sum = sum * square - 0.001_917_526_917_526_917_5
        sum = sum * square + 0.000_841_750_841_750_841_8
        sum = sum * square - 0.000_595_238_095_238_095_2
        sum = sum * square + 0.000_793_650_793_650_793_7
        sum = sum * square - 0.002_777_777_777_777_777_8
        sum = sum * square + 0.083_333_333_333_333_333
        return sum * inverse
    }

    /// x ln(x/m) + m − x for x > 0 and m > 0: half the deviance of a Poisson count x of mean m.
    ///
    /// Never negative, and exact to a few units in the last place also where x and m are close (Loader's `bd0`).
    static func halfDeviance(_ x: Double, _ m: Double) -> Double {
        let difference = x - m
        let v = difference / (x + m)
        guard abs(v) < 0.1 else { return x * .log(x / m) - difference }
        // ln(x/m) = 2 artanh v; the first term of its series leaves v·(x − m), the others follow.
        let square = v * v
        return difference * v + 2 * x * v * square * Artanh.rest(square)
    }

    /// ½ ln 2π.
    static let halfLogTwoPi = 0.918_938_533_204_672_741_8
}
