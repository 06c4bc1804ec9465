/// The regularised incomplete beta function I_x(a, b) and its complement, in logarithms.
///
/// I_x(a, b) is the probability that a Beta(a, b) variable is at most x. As logarithms neither it nor its complement
/// loses digits where it is tiny, and none where it is near 1. Relative error of I below 10⁻¹⁰ to a + b = 10⁹
/// (DLMF 8.17; the ways of computing it: ``ConjugateDensity``).
package enum IncompleteBeta {
    /// ln I_x(a, b); −∞ at x = 0, 0 at x = 1. Throws unless both shapes are finite and above 0, and 0 ≤ x ≤ 1.
    package static func logLower(a: Double, b: Double, x: Double) throws(StatisticsFault) -> Double {
        try self.logProbability(.below, a: a, b: b, x: x)
    }

    /// ln(1 − I_x(a, b)); 0 at x = 0, −∞ at x = 1. Throws as ``logLower(a:b:x:)`` does.
    package static func logUpper(a: Double, b: Double, x: Double) throws(StatisticsFault) -> Double {
        try self.logProbability(.above, a: a, b: b, x: x)
    }

    private static func logProbability(
        _ side: Side, a: Double, b: Double, x: Double
    ) throws(StatisticsFault) -> Double {
        try a.requirePositive("a")
        try b.requirePositive("b")
        guard x >= 0, x <= 1 else { throw .outOfRange(field: "x", value: x, expected: "a number from 0 to 1") }
        guard x > 0 else { return side == .below ? -.infinity : 0 }
        guard x < 1 else { return side == .below ? 0 : -.infinity }
        return BetaDensity.logProbability(side, a: a, b: b, at: x)
    }
}
