import SluiceTesting
import Testing

@testable import Signals

/// Latencies of all sizes, from nothing to hours.
private func latencies(_ count: Int, using generator: inout SeededGenerator) -> [UInt64] {
    (0..<count).map { _ in
        let doubling = UInt64.random(in: 0...43, using: &generator)
        return .random(in: 0...(1 << doubling), using: &generator)
    }
}

private func histogram(_ values: [UInt64]) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for value in values { histogram.record(value) }
    return histogram
}

@Suite("Buckets of latencies")
struct LatencyBucketTests {
    @Test("border on each other from 0 to the largest, none empty, none wider than a 64th of where it begins")
    func partition() {
        var next: UInt64 = 0
        for index in 0..<LatencyBuckets.count {
            let values = LatencyBuckets.values(of: index)
            #expect(values.lowerBound == next)
            #expect(LatencyBuckets.index(of: values.lowerBound) == index)
            #expect(LatencyBuckets.index(of: values.upperBound) == index)
            #expect(values.count == 1 || UInt64(values.count) * 64 <= values.lowerBound)
            next = values.upperBound + 1
        }
        #expect(next == LatencyBuckets.largest + 1)
        #expect(LatencyBuckets.index(of: .max) == LatencyBuckets.count - 1)
    }

    @Test("have a middle that differs from no value by more than the error that they state")
    func middles() {
        repeated(seeds: 3_000) { _, generator in
            let value = latencies(1, using: &generator)[0]
            let middle = LatencyBuckets.middle(of: LatencyBuckets.index(of: value))
            let error = middle > value ? middle - value : value - middle
            try #require(Double(error) <= Double(value) * LatencyBuckets.relativeError)
        }
        #expect(LatencyBuckets.relativeError <= 0.01)
    }
}

@Suite("A histogram")
struct LatencyHistogramTests {
    @Test("is the same however its parts are put together")
    func merges() {
        repeated(seeds: 300) { _, generator in
            let parts = (0..<3).map { _ in latencies(.random(in: 0...20, using: &generator), using: &generator) }
            let (a, b, c) = (histogram(parts[0]), histogram(parts[1]), histogram(parts[2]))
            func merged(_ one: LatencyHistogram, _ other: LatencyHistogram) -> LatencyHistogram {
                var one = one
                one.merge(other)
                return one
            }
            try #require(merged(a, b) == merged(b, a))
            try #require(merged(merged(a, b), c) == merged(a, merged(b, c)))
            try #require(merged(a, LatencyHistogram()) == a)
            try #require(merged(merged(a, b), c) == histogram(parts.flatMap { $0 }))
            try #require(merged(a, b).count == parts[0].count + parts[1].count)
        }
    }

    @Test("tells quantiles to within the error that it states")
    func quantiles() {
        repeated(seeds: 300) { _, generator in
            let values = latencies(.random(in: 1...60, using: &generator), using: &generator)
            let (histogram, sorted) = (histogram(values), values.sorted())
            for share in [0, 0.01, 0.5, 0.9, 0.95, 0.99, 1, -1, 2] {
                let rank = max(1, Int((Double(values.count) * min(max(0, share), 1)).rounded(.up)))
                let exact = Double(sorted[rank - 1])
                let told = Double(try #require(histogram.quantile(share)))
                try #require(abs(told - exact) <= exact * LatencyBuckets.relativeError)
            }
        }
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }

    @Test("bounds from both sides what lies beyond a threshold")
    func bounds() {
        repeated(seeds: 300) { _, generator in
            let values = latencies(30, using: &generator)
            let threshold = generator.oneIn(2) ? values[0] : latencies(1, using: &generator)[0]
            let exact = values.count { $0 > threshold }
            try #require(histogram(values).exceeding(threshold) ~= exact)
        }
    }
}
