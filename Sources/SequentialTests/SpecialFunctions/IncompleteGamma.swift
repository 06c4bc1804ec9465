/// The regularised incomplete gamma functions P(a, z) and Q(a, z), in logarithms.
///
/// P(a, z) is the probability that a Gamma(a, 1) variable is at most z, Q = 1 − P. Relative error of either below 10⁻¹⁰
/// to a and z of 10⁹ (DLMF 8.2; the ways of computing it: ``ConjugateDensity``).
package enum IncompleteGamma {
    /// ln P(a, z); −∞ at z = 0. Throws unless a is finite and above 0, and z finite and at least 0.
    package static func logP(a: Double, z: Double) throws(StatisticsFault) -> Double {
        try self.check(a, z)
        return z > 0 ? GammaDensity.logProbability(.below, a: a, at: z) : -.infinity
    }

    /// ln Q(a, z); 0 at z = 0. Throws as ``logP(a:z:)`` does.
    package static func logQ(a: Double, z: Double) throws(StatisticsFault) -> Double {
        try self.check(a, z)
        return z > 0 ? GammaDensity.logProbability(.above, a: a, at: z) : 0
    }

    private static func check(_ a: Double, _ z: Double) throws(StatisticsFault) {
        try a.requirePositive("a")
        try z.requireNotNegative("z")
    }
}
