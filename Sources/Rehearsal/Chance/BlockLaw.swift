/// How many events a block of exposure has: Binomial(2ᵏ, p), as a table that is made once for a rate.
///
/// The block is as large as it can be while two thousand events are to be expected in it at the most, so that a long
/// time of much use is few draws, and a place within a block is found in few steps. Made by the four operations alone,
/// which every machine does alike.
struct BlockLaw: Hashable, Sendable {
    /// k: the block is 2ᵏ exposures.
    let exponent: Int
    /// The number of events that the first entry of ``table`` is for.
    private let first: Int
    /// P(at most so many events) in units of 2⁻⁶⁴.
    private let table: [UInt64]

    /// Events to be expected in a block, at the most.
    private static let most = 2_048.0
    private static let largest = 40

    /// The law of a rate from 0 to 1.
    init(rate: Double) {
        var exponent = 13
        while exponent < Self.largest, Double(1 << (exponent + 1)) * rate <= Self.most { exponent += 1 }
        self.exponent = exponent
        (self.first, self.table) = Self.table(trials: 1 << exponent, rate)
    }

    /// The number of events for 64 random bits.
    func events(_ bits: UInt64) -> Int {
        var (low, high) = (0, self.table.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if bits < self.table[middle] { high = middle } else { low = middle + 1 }
        }
        return self.first + low
    }

    private static func table(trials: Int, _ rate: Double) -> (Int, [UInt64]) {
        guard rate > 0 else { return (0, [.max]) }
        guard rate < 1 else { return (trials, [.max]) }
        // Probabilities relative to the most likely number, outwards until they are no part of the sum any more.
        let mode = min(trials, Int(Double(trials + 1) * rate))
        let odds = rate / (1 - rate)
        var (below, above): ([Double], [Double]) = ([], [1])
        var weight = 1.0
        for events in stride(from: mode, to: 0, by: -1) {
            weight *= Double(events) / (Double(trials - events + 1) * odds)
            guard weight > 0x1p-70 else { break }
            below.append(weight)
        }
        weight = 1
        for events in mode..<trials {
            weight *= Double(trials - events) * odds / Double(events + 1)
            guard weight > 0x1p-70 else { break }
            above.append(weight)
        }
        let weights = below.reversed() + above
        let total = weights.reduce(0, +)
        var sum = 0.0
        let table = weights.map { weight -> UInt64 in
            sum += weight
            let scaled = sum / total * 0x1p64
            return scaled < 0x1p64 ? UInt64(scaled) : .max
        }
        return (mode - below.count, table)
    }
}
