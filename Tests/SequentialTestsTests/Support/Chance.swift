import Foundation
import SluiceTesting

/// Random numbers of the usual distributions, from a seed.
struct Chance {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    /// Above 0 and below 1.
    mutating func uniform() -> Double {
        (Double(self.generator.next() >> 11) + 0.5) * 0x1p-53
    }

    mutating func happens(_ probability: Double) -> Bool { self.uniform() < probability }

    mutating func exponential() -> Double { -log(self.uniform()) }

    /// Trials until the first event, the event's own included.
    mutating func trialsToEvent(rate: Double) -> Int {
        guard rate > 0 else { return .max / 4 }
        let trials = (log(self.uniform()) / log1p(-rate)).rounded(.up)
        return trials < 1e15 ? max(1, Int(trials)) : .max / 4
    }

    mutating func binomial(_ trials: Int, _ rate: Double) -> Int {
        var (events, last) = (0, self.trialsToEvent(rate: rate))
        while last <= trials {
            events += 1
            last += self.trialsToEvent(rate: rate)
        }
        return events
    }

    mutating func poisson(_ mean: Double) -> Int {
        var (events, time) = (0, self.exponential())
        while time < mean {
            events += 1
            time += self.exponential()
        }
        return events
    }

    mutating func normal() -> Double {
        (-2 * log(self.uniform())).squareRoot() * cos(2 * .pi * self.uniform())
    }

    /// Marsaglia and Tsang (2000), for shapes below 1 by their boost.
    mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            let larger = self.gamma(shape: shape + 1)
            return larger * pow(self.uniform(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        while true {
            let x = self.normal()
            let v = pow(1 + x / (9 * d).squareRoot(), 3)
            if v > 0, log(self.uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }
}

/// How often something happens among repetitions, and how near that is to what was seen elsewhere.
///
/// `SLUICE_SIMULATION_FACTOR=10` runs ten times as many repetitions.
struct Frequency: CustomStringConvertible {
    private(set) var hits = 0
    private(set) var repetitions = 0

    static func repetitions(_ count: Int) -> Int {
        let factor = ProcessInfo.processInfo.environment["SLUICE_SIMULATION_FACTOR"].flatMap { Int($0) } ?? 1
        return count * max(1, factor)
    }

    mutating func count(_ isHit: Bool) {
        self.repetitions += 1
        if isHit { self.hits += 1 }
    }

    var share: Double { Double(self.hits) / Double(self.repetitions) }

    /// Whether the frequency is within one in a hundred of `percent`.
    func isWithinOnePoint(of percent: Double) -> Bool { abs(100 * self.share - percent) <= 1 }

    var description: String { "\(100 * self.share) % of \(self.repetitions)" }
}

/// The smallest number in `range` for which a condition holds that holds for all larger ones; nil where none does.
func first(in range: Range<Int>, where holds: (Int) throws -> Bool) rethrows -> Int? {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
        let middle = (low + high) / 2
        if try holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low < range.upperBound ? low : nil
}

/// The value below which the `share` of the numbers lie.
func quantile(_ numbers: [Double], _ share: Double) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}
