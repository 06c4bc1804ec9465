import SequentialTests
import SluiceTesting
import Testing

@Suite("A threshold")
struct ThresholdTests {
    @Test("decides nothing within a millionth of itself")
    func undecided() throws {
        let threshold = try Threshold(errorRate: 0.05)
        #expect(abs(threshold.logEvidence - logarithm(20)) < 1e-15)
        for (distance, crossing) in [
            (0.0, Crossing.undecided), (9e-7, .undecided), (-9e-7, .undecided), (1.1e-6, .reached),
            (-1.1e-6, .notReached), (50, .reached), (-50, .notReached), (.infinity, .reached),
            (-.infinity, .notReached), (.nan, .undecided),
        ] {
            #expect(threshold.crossing(threshold.logEvidence + distance) == crossing, "\(distance)")
        }
    }

    @Test("decides alike however the last digits of the evidence fall out")
    func platforms() {
        repeated(seeds: 200) { _, generator in
            let threshold = try Threshold(errorRate: exponential(Double.random(in: -20 ... -0.1, using: &generator)))
            let evidence = threshold.logEvidence + Double.random(in: -3e-6...3e-6, using: &generator)
            let other = evidence + Double.random(in: -1e-9...1e-9, using: &generator)
            let crossings = Set([threshold.crossing(evidence), threshold.crossing(other)])
            try #require(crossings != [.reached, .notReached])
        }
    }
}

@Suite("A latch")
struct LatchTests {
    @Test("stays set once evidence has reached its threshold, and is not set by what is undecided")
    func latches() {
        var latch = Latch()
        for crossing in [Crossing.notReached, .undecided, .notReached] {
            latch.observe(crossing)
            #expect(!latch.isSet)
        }
        for crossing in [Crossing.reached, .notReached, .undecided] {
            latch.observe(crossing)
            #expect(latch.isSet)
        }
    }
}

@Suite("Evidence of several processes")
struct CombinationTests {
    @Test("multiplied adds up as logarithms, and none says nothing")
    func product() {
        #expect(EvidenceCombination.product([]) == 0)
        #expect(EvidenceCombination.product([1.5, -0.5, 3]) == 4)
    }

    @Test("averaged lies between the least and the largest, and does not overflow")
    func mean() throws {
        #expect(try EvidenceCombination.mean([1000, 1000]) == 1000)
        let mean = try EvidenceCombination.mean([-5, 800, 2], weights: [0.5, 0.25, 0.25])
        #expect(abs(mean - (800 + logarithm(0.25))) < 1e-12)
        #expect(try EvidenceCombination.mean([-5, 800], weights: [1, 0]) == -5)
        #expect(try EvidenceCombination.mean([-.infinity, -.infinity]) == -.infinity)
    }

    @Test("needs weights that make a whole")
    func weights() {
        #expect(throws: StatisticsFault.empty(field: "logEvidence")) { try EvidenceCombination.mean([]) }
        #expect(throws: StatisticsFault.lengthsDiffer(field: "weights", count: 1, expected: 2)) {
            try EvidenceCombination.mean([1, 2], weights: [1])
        }
        #expect(throws: StatisticsFault.self) { try EvidenceCombination.mean([1, 2], weights: [1.5, -0.5]) }
        #expect(throws: StatisticsFault.self) { try EvidenceCombination.mean([1, 2], weights: [0.5, 0.4]) }
    }

    @Test("is called as far as the definition of e-BH goes, in any order")
    func eBenjaminiHochberg() {
        repeated(seeds: 200) { _, generator in
            let values = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                exponential(Double.random(in: -2...7, using: &generator))
            }
            let rate = Double.random(in: 0.01...0.5, using: &generator)
            let called = try EBenjaminiHochberg.called(
                logEvidence: values.map { logarithm($0) }, falseDiscoveryRate: rate)
            let sorted = values.sorted(by: >)
            let count =
                sorted.indices.last { sorted[$0] >= Double(values.count) / (Double($0 + 1) * rate) }
                .map { $0 + 1 } ?? 0
            try #require(called.count == count && called == called.sorted())
            try #require(Set(called.map { values[$0] }) == Set(sorted.prefix(count)))
        }
    }
}

@Suite("Counts of a histogram")
struct ExceedanceTests {
    @Test("say how many observations exceed an edge")
    func count() throws {
        let exceedance = try Exceedance(edges: [0.1, 0.5, 1.2, 5], threshold: 1.2)
        let count = try exceedance.count([10, 20, 30, 4, 1])
        #expect(count == EventCount(events: 5, trials: 65))
        #expect(try exceedance.count([0, 0, 0, 0, 0]) == EventCount(events: 0, trials: 0))
        let last = try Exceedance(edges: [0.1, 5], threshold: 5)
        #expect(try last.count([1, 2, 3]).events == 3)
    }

    @Test("may be added before they are counted")
    func mergeable() throws {
        let exceedance = try Exceedance(edges: [1, 2], threshold: 1)
        let (left, right) = (try exceedance.count([5, 2, 1]), try exceedance.count([1, 1, 1]))
        let both = try exceedance.count([6, 3, 2])
        #expect(both == EventCount(events: left.events + right.events, trials: left.trials + right.trials))
    }

    @Test("are refused where they say nothing exact")
    func refused() throws {
        #expect(throws: StatisticsFault.self) { try Exceedance(edges: [0.1, 0.5], threshold: 0.3) }
        #expect(throws: StatisticsFault.empty(field: "edges")) { try Exceedance(edges: [], threshold: 0.3) }
        #expect(throws: StatisticsFault.notRising(field: "edges", index: 1)) {
            try Exceedance(edges: [0.5, 0.5], threshold: 0.5)
        }
        let exceedance = try Exceedance(edges: [1], threshold: 1)
        #expect(throws: StatisticsFault.lengthsDiffer(field: "buckets", count: 1, expected: 2)) {
            try exceedance.count([1])
        }
        #expect(throws: StatisticsFault.self) { try exceedance.count([-1, 2]) }
        #expect(throws: StatisticsFault.self) { try exceedance.count([.max, 1]) }
    }
}
