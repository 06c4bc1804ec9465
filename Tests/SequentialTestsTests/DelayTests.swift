import Foundation
import SequentialTests
import SluiceTesting
import Testing

@Suite("A reporting delay")
struct DelayTests {
    @Test("known by its percentiles matures nothing before the first of them, and never all")
    func envelope() throws {
        let curve = try DelayCurve.envelope(p50: 3, p90: 14, p99: 45)
        let expected = [(0, 0), (2.99, 0), (3, 0.5), (13.9, 0.5), (14, 0.9), (44.9, 0.9), (45, 0.99), (1e9, 0.99)]
        for (age, share) in expected { #expect(curve.share(at: age) == share) }
        #expect(throws: StatisticsFault.notRising(field: "steps", index: 1)) {
            try DelayCurve.envelope(p50: 3, p90: 3, p99: 45)
        }
        #expect(throws: StatisticsFault.self) { try DelayCurve(steps: [.init(age: 0, share: 1.1)]) }
        #expect(try DelayCurve(steps: []).share(at: 5) == 0)
    }

    @Test("keeps to the lower of two curves at every age")
    func lower() {
        repeated(seeds: 100) { _, generator in
            let (left, right) = (try Self.randomCurve(&generator), try Self.randomCurve(&generator))
            let both = left.lower(right)
            for _ in 0..<50 {
                let age = Double.random(in: -1...25, using: &generator).rounded()
                try #require(both.share(at: age) == min(left.share(at: age), right.share(at: age)))
            }
        }
    }

    private static func randomCurve(_ generator: inout SeededGenerator) throws -> DelayCurve {
        let count = Int.random(in: 0...8, using: &generator)
        let ages = Set((0..<count).map { _ in Double(Int.random(in: 0...20, using: &generator)) }).sorted()
        let shares = ages.map { _ in Double.random(in: 0...1, using: &generator) }.sorted()
        return try DelayCurve(steps: zip(ages, shares).map { .init(age: $0, share: $1) })
    }

    @Test("lets exposure mature, never beyond what there was")
    func effectiveExposure() throws {
        let curve = try DelayCurve.envelope(p50: 3, p90: 14, p99: 45)
        var previous = 0.0
        for day in 0..<60 {
            let batches = (0...day).map { AgedExposure(age: Double($0), exposure: 100) }
            let matured = try curve.effectiveExposure(of: batches)
            #expect(matured >= previous && matured <= 100 * Double(day + 1))
            previous = matured
        }
        #expect(try curve.effectiveExposure(of: []) == 0)
    }

    @Test("is estimated from what has been reported as the product over later delays says")
    func estimate() {
        repeated(seeds: 100) { _, generator in
            let reports = Self.randomReports(Int.random(in: 1...40, using: &generator), &generator)
            let curve = try RightTruncatedDelays(reports).curve
            for x in 0..<12 {
                var expected = reports.contains { $0.delay <= Double(x) } ? 1.0 : 0
                for delay in Set(reports.map(\.delay)) where delay > Double(x) {
                    let took = reports.count { $0.delay == delay }
                    let atRisk = reports.count { $0.delay <= delay && delay <= $0.age }
                    expected *= 1 - Double(took) / Double(atRisk)
                }
                try #require(abs(curve.share(at: Double(x)) - expected) < 1e-12, "\(x)")
            }
        }
    }

    private static func randomReports(_ count: Int, _ generator: inout SeededGenerator) -> [ReportedDelay] {
        (0..<count).map { _ in
            let delay = Double(Int.random(in: 0...10, using: &generator))
            return ReportedDelay(delay: delay, age: delay + Double(Int.random(in: 0...10, using: &generator)))
        }
    }

    @Test("is not taken for shorter because long delays of young exposure have not been seen")
    func truncation() throws {
        // Delays of ten days on average, exposure of the last twenty days.
        var (chance, reports) = (Chance(seed: 14), [ReportedDelay]())
        while reports.count < 4000 {
            let (delay, age) = (10 * chance.exponential(), 20 * chance.uniform())
            if delay <= age { reports.append(ReportedDelay(delay: delay, age: age)) }
        }
        let seen = try RightTruncatedDelays(reports)
        let truth = { (x: Double) in (1 - exponential(-x / 10)) / (1 - exponential(-seen.greatestAge / 10)) }
        let naive = { (x: Double) in Double(reports.count { $0.delay <= x }) / Double(reports.count) }
        for x in [2.0, 5, 10, 15] {
            #expect(abs(seen.curve.share(at: x) - truth(x)) < 0.06)
            #expect(naive(x) > truth(x) + 0.05)
            let band = try seen.lowerBand(standardErrors: 2)
            #expect(band.share(at: x) < seen.curve.share(at: x) && band.share(at: x) > 0.7 * truth(x))
        }
    }

    @Test("follows the plan at first, can only be longer until fifty reports are in, and then stands on them")
    func pessimistic() throws {
        let plan = try ReportingDelay(p50: 3, p90: 14, p99: 45)
        #expect(try plan.curve(after: []) == plan.envelope)
        // All within a day, of exposure old enough to have shown longer ones.
        let quick = (0..<50).map { ReportedDelay(delay: Double($0 % 10) / 10, age: 20) }
        let few = try plan.curve(after: Array(quick.prefix(49)))
        for age in [0.5, 1, 3, 10, 20, 50] { #expect(few.share(at: age) <= plan.envelope.share(at: age)) }
        let many = try plan.curve(after: quick)
        // What takes longer than twenty days is as the plan says, of which it knows nine tenths.
        #expect(many.share(at: 1) == 0.9 && many.share(at: 0.3) < 0.45 && many.share(at: 100) == 0.9)
        let slow = (0..<60).map { ReportedDelay(delay: 10 + Double($0 % 10), age: 60) }
        #expect(try plan.curve(after: slow).share(at: 9) == 0)
    }

    @Test(
        "of reports that cannot be is refused", arguments: [(-1.0, 2.0), (3, 2), (.nan, 2), (1, .nan), (1, .infinity)])
    func impossible(delay: Double, age: Double) {
        #expect(throws: StatisticsFault.self) { try RightTruncatedDelays([ReportedDelay(delay: delay, age: age)]) }
    }

    @Test("is read back as it was written, and not as a curve that falls")
    func kept() throws {
        let curve = try DelayCurve.envelope(p50: 1, p90: 2, p99: 3)
        #expect(try JSONDecoder().decode(DelayCurve.self, from: JSONEncoder().encode(curve)) == curve)
        let text = #"{"steps":[{"age":1,"share":0.5},{"age":2,"share":0.4}]}"#
        #expect(throws: StatisticsFault.self) { try JSONDecoder().decode(DelayCurve.self, from: Data(text.utf8)) }
    }
}
