import AccessPolicy
import ReleaseModel

/// Measures whether the time that a key's refusal takes tells why it is refused: `make timing`.
///
/// A million keys that open nothing, of four kinds in random order and as often, are hashed and looked up as the
/// gateway does it, among 10,000 keys in force. Then every two kinds are compared by Welch's t (Goodwill and others,
/// 2011; Reparaz and others, "Dude, is my code constant time?", 2017): below 4.5 nothing tells them apart.
@main
struct KeyTiming {
    /// Why a key opens nothing.
    enum Kind: Int, CaseIterable {
        case unknown, wrongSecret, revoked, otherKind
    }

    private static let samples = 1_000_000
    private static let bound = 4.5
    /// The slowest thousandth is left out: interrupts, not keys.
    private static let kept = 0.999

    static func main() throws {
        var house = try House()
        let sequence = (0..<Self.samples).map { _ in Kind.allCases.randomElement(using: &house.random) ?? .unknown }
        // All texts in one run of bytes, so that none lies better than another.
        let texts = sequence.flatMap { house.text(of: $0) }
        let clock = ContinuousClock()
        let snapshot = house.snapshot
        var times = [Double](repeating: 0, count: Self.samples)
        for sample in sequence.indices {
            let text = texts[sample * KeyText.length..<(sample + 1) * KeyText.length]
            let start = clock.now
            let caller = House.shown(text).flatMap { snapshot.authenticate($0, at: house.now) }
            times[sample] = (clock.now - start) / .nanoseconds(1)
            guard caller == nil else { throw House.Wrong(what: "a key of kind \(sequence[sample]) was let in") }
        }
        try Self.report(times, sequence)
    }

    private static func report(_ times: [Double], _ sequence: [Kind]) throws {
        let limit = times.sorted()[Int(Double(times.count - 1) * Self.kept)]
        var moments = [Moments](repeating: Moments(), count: Kind.allCases.count)
        for (time, kind) in zip(times, sequence) where time <= limit { moments[kind.rawValue].add(time) }
        for kind in Kind.allCases {
            let it = moments[kind.rawValue]
            print("\(kind): \(Int(it.count)) keys, mean \(it.mean) ns, deviation \(it.variance.squareRoot()) ns")
        }
        var largest = 0.0
        for one in Kind.allCases {
            for other in Kind.allCases where one.rawValue < other.rawValue {
                let t = moments[one.rawValue].welch(moments[other.rawValue])
                largest = max(largest, t.magnitude)
                print("\(one) and \(other): t = \(t)")
            }
        }
        print("largest |t| = \(largest), bound \(Self.bound)")
        guard largest < Self.bound else { throw House.Wrong(what: "the time tells one kind of key from another") }
    }
}

/// Count, mean and variance, one value after the other (Welford, 1962).
struct Moments {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    var variance: Double { self.squares / (self.count - 1) }

    mutating func add(_ value: Double) {
        self.count += 1
        let difference = value - self.mean
        self.mean += difference / self.count
        self.squares += difference * (value - self.mean)
    }

    /// Welch's t of two means with their own variances.
    func welch(_ other: Moments) -> Double {
        (self.mean - other.mean) / (self.variance / self.count + other.variance / other.count).squareRoot()
    }
}
