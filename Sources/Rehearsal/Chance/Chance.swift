/// Chance that follows from keys: the same keys give the same numbers, on every machine and in any order of asking.
///
/// SplitMix64 (Steele, Lea and Flood, 2014). A generator is made for one thing and thrown away, so nothing depends on
/// how often, or in which thread, chance was asked for before. Not for secrets.
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The generator of a key.
    init(_ key: UInt64) { self.state = key }

    /// The key of a part of what a key stands for.
    static func key(_ key: UInt64, _ part: UInt64) -> UInt64 { Self.mixed(Self.mixed(key) &+ part &* Self.golden) }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        self.state &+= Self.golden
        return Self.mixed(self.state)
    }

    /// A number from 0 to below 1, in steps of 2⁻⁵³.
    mutating func fraction() -> Double { Double(self.next() >> 11) * 0x1p-53 }

    /// How many of so many coins fall on one side. Exact, and without floating point: it counts bits.
    mutating func heads(of coins: Int) -> Int {
        var (left, sum) = (coins, 0)
        while left >= 64 {
            sum += self.next().nonzeroBitCount
            left -= 64
        }
        return left > 0 ? sum + (self.next() >> UInt64(64 - left)).nonzeroBitCount : sum
    }

    private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
