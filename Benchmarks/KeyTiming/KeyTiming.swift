import AccessPolicy
import ReleaseModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Measures whether the time that a key's refusal takes tells why it is refused: `make timing`.
///
/// A million keys that open nothing, of four kinds in random order and as often, are hashed and looked up as the
/// gateway does it: 10,000 of them in each of 100 installations, which have 5,000 keys in force. Then every two kinds
/// are compared by Welch's t (Goodwill and others, 2011; Reparaz and others, "Dude, is my code constant time?", 2017):
/// below 4.5 nothing tells them apart.
@main
struct KeyTiming {
    /// Why a key opens nothing.
    enum Kind: Int, CaseIterable {
        case unknown, wrongSecret, revoked, otherKind
    }

    private static let houses = 100
    private static let keysOfKind = 2_500
    private static let bound = 4.5
    /// The parts of the samples that are compared.
    private static let cuts = [1, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5]

    static func main() throws {
        var (random, times, kinds) = (SplitMix(), [Double](), [Kind]())
        for _ in 0..<Self.houses {
            let house = try House(count: Self.keysOfKind, using: &random)
            times += try Self.measure(house)
            kinds += house.kinds
        }
        // What was measured is printed first: an error that is thrown ends the process before its output is written.
        if !Self.report(times, kinds) { exit(1) }
    }

    private static func measure(_ house: House) throws -> [Double] {
        let clock = ContinuousClock()
        let (snapshot, texts) = (house.snapshot, house.texts)
        var times = [Double](repeating: 0, count: house.kinds.count)
        for sample in times.indices {
            let text = texts[sample * KeyText.length..<(sample + 1) * KeyText.length]
            let start = clock.now
            let caller = House.shown(text).flatMap { snapshot.authenticate($0, at: house.now) }
            times[sample] = (clock.now - start) / .nanoseconds(1)
            guard caller == nil else { throw House.Wrong(what: "a key of kind \(house.kinds[sample]) was let in") }
        }
        return times
    }

    /// Whether no two kinds can be told apart, at any cut.
    private static func report(_ times: [Double], _ kinds: [Kind]) -> Bool {
        let sorted = times.sorted()
        let comparisons = Self.cuts.map { Comparison(kept: $0, times: times, sorted: sorted, kinds: kinds) }
        for (kind, moments) in zip(Kind.allCases, comparisons.last?.moments ?? []) {
            print("\(kind): the quicker half takes \(moments.mean) ns, deviation \(moments.variance.squareRoot()) ns")
        }
        for comparison in comparisons {
            let pairs = comparison.pairs.map { "\($0.one)-\($0.other) \($0.t.inHundredths)" }
            print("the quickest \(comparison.kept * 100) %: t of \(pairs.joined(separator: ", "))")
        }
        let largest = comparisons.flatMap(\.pairs).map(\.t.magnitude).max() ?? .infinity
        let isEqual = largest < Self.bound
        print(
            "\(times.count) keys, largest |t| = \(largest.inHundredths), bound \(Self.bound): the time "
                + (isEqual ? "tells no kind of key from another" : "tells one kind of key from another"))
        return isEqual
    }
}

extension Double {
    fileprivate var inHundredths: Double { (self * 100).rounded() / 100 }
}
