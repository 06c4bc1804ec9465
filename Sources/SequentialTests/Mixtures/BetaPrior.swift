/// The Beta distribution over which a ``BetaEProcess`` averages its alternatives.
///
/// The part on the tested side of the bound is used, so any prior is valid; a good one makes the evidence grow sooner.
public struct BetaPrior: Hashable, Sendable {
    /// The shape at 0: as if so many events had been seen; from 0.001 to 10¹⁰⁰.
    public let a: Double
    /// The shape at 1: as if so many trials had passed without event; from 0.001 to 10¹⁰⁰.
    public let b: Double

    /// Shapes below this would leave the tails without digits.
    public static let leastShape = 0.001
    /// Shapes above this would leave the range of a number when they are squared.
    public static let mostShape = 1e100

    /// Beta(a, b); throws unless both shapes lie from ``leastShape`` to ``mostShape``.
    public init(a: Double, b: Double) throws(StatisticsFault) {
        try Self.check(a, "a")
        try Self.check(b, "b")
        self.init(checkedA: a, b: b)
    }

    /// Throws unless a shape lies in the range of a prior's.
    static func check(_ shape: Double, _ field: String) throws(StatisticsFault) {
        guard shape >= Self.leastShape, shape <= Self.mostShape else {
            throw .outOfRange(
                field: field, value: shape, expected: "a number from \(Self.leastShape) to \(Self.mostShape)")
        }
    }

    private init(checkedA a: Double, b: Double) {
        self.a = a
        self.b = b
    }

    /// The default for rare events: below Beta(½, ½/p₀), above Beta(1, 1/p₀), for a bound p₀ in (0, 1).
    public static func standard(_ side: Side, bound: Double) -> Self {
        side == .below ? Self(checkedA: 0.5, b: 0.5 / bound) : Self(checkedA: 1, b: 1 / bound)
    }

    /// The default where the bound is not small: as ``standard(_:bound:)``, with the prior's mean at the bound itself.
    ///
    /// Below Beta(½, ½(1−p₀)/p₀), above Beta(1, (1−p₀)/p₀). A share of nine in ten and more gets the least shape.
    public static func centred(_ side: Side, bound: Double) -> Self {
        let a = side == .below ? 0.5 : 1
        return Self(checkedA: a, b: max(Self.leastShape, a * (1 - bound) / bound))
    }
}
