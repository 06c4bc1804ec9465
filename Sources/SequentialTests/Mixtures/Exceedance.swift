/// A quantile's bound as a rate's bound: "p95 ≤ L" says that at most 5 % exceed L.
///
/// So a latency objective is tested by ``BetaEProcess`` on the counts of a histogram. L must be an edge of its buckets:
/// then nothing is estimated, and the counts of many processes are simply added.
public struct Exceedance: Hashable, Sendable {
    /// The upper edges of the buckets, rising; a bucket holds what is above the edge before and at most its own.
    public let edges: [Double]
    /// The value L that is exceeded or not; one of the edges.
    public let threshold: Double
    private let firstAbove: Int

    /// What exceeds `threshold` in histograms with these `edges`.
    ///
    /// Throws unless there is an edge, the edges rise, and the threshold is one of them.
    public init(edges: [Double], threshold: Double) throws(StatisticsFault) {
        guard !edges.isEmpty else { throw .empty(field: "edges") }
        for index in edges.indices.dropFirst() where !(edges[index - 1] < edges[index]) {
            throw .notRising(field: "edges", index: index)
        }
        guard let index = edges.firstIndex(of: threshold) else {
            throw .outOfRange(field: "threshold", value: threshold, expected: "one of the edges of the histogram")
        }
        self.edges = edges
        self.threshold = threshold
        self.firstAbove = index + 1
    }

    /// How many observations of a histogram exceed the threshold, and how many there are.
    ///
    /// `buckets` has one count for each edge and one more for what is above the last. Throws unless it has, and where a
    /// count is negative.
    public func count(_ buckets: [Int]) throws(StatisticsFault) -> EventCount {
        guard buckets.count == self.edges.count + 1 else {
            throw .lengthsDiffer(field: "buckets", count: buckets.count, expected: self.edges.count + 1)
        }
        var count = EventCount(events: 0, trials: 0)
        for (index, observations) in buckets.enumerated() {
            try observations.requireNotNegative("buckets")
            let (sum, isTooLarge) = count.trials.addingReportingOverflow(observations)
            guard !isTooLarge else {
                throw .outOfRange(field: "buckets", value: .infinity, expected: "counts whose sum is a number")
            }
            count.trials = sum
            if index >= self.firstAbove { count.events += observations }
        }
        return count
    }
}
