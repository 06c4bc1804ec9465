import Foundation
import SequentialTests
import SluiceTesting
import Testing

@Suite("The mean of a bounded quantity")
struct MeanTests {
    @Test("is bet on fairly: whatever has been, two equal chances around the bound bring nothing on average")
    func fairness() {
        repeated(seeds: 200) { _, generator in
            let bound = Double.random(in: 0.01...0.99, using: &generator)
            let side: Side = Bool.random(using: &generator) ? .above : .below
            var process = try BettingProcess(side, bound: bound)
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                try process.observe(Double.random(in: 0...1, using: &generator))
            }
            let distance = Double.random(in: 0...min(bound, 1 - bound), using: &generator)
            var (up, down) = (process, process)
            try up.observe(bound + distance)
            try down.observe(bound - distance)
            let mean =
                (exponential(up.logEvidence - process.logEvidence)
                    + exponential(down.logEvidence - process.logEvidence)) / 2
            try #require(abs(mean - 1) < 1e-12)
            try #require(up.logEvidence.isFinite && down.logEvidence.isFinite)
        }
    }

    @Test("is excluded on both sides of where it is, and not there, by either kind of bound")
    func bounds() throws {
        var chance = Chance(seed: 13)
        var hedged = try HedgedConfidenceSequence(errorRate: 0.05, cells: 200)
        var lower = try EmpiricalBernstein(errorRate: 0.025)
        var upper = try EmpiricalBernstein(errorRate: 0.025)
        var previous = hedged.bounds
        for _ in 0..<1500 {
            // Uniform on [0, 0.4].
            let value = 0.4 * chance.uniform()
            try hedged.observe(value)
            try lower.observe(value)
            try upper.observe(1 - value)
            #expect(hedged.bounds.lower >= previous.lower)
            #expect((hedged.bounds.upper ?? 1) <= (previous.upper ?? 1))
            previous = hedged.bounds
        }
        let most = try #require(hedged.bounds.upper)
        #expect(hedged.bounds.lower > 0.17 && hedged.bounds.lower < 0.2 && most > 0.2 && most < 0.23)
        #expect(lower.lower > 0.15 && lower.lower < 0.2 && upper.lower > 0.77 && upper.lower < 0.8)
    }

    @Test("of all zeros or all ones is bounded from one side only")
    func constants() throws {
        for value in [0.0, 1.0] {
            var hedged = try HedgedConfidenceSequence(errorRate: 0.05, cells: 100)
            var bernstein = try EmpiricalBernstein(errorRate: 0.05)
            for _ in 0..<300 {
                try hedged.observe(value)
                try bernstein.observe(value)
            }
            #expect(hedged.bounds.lower <= value && (hedged.bounds.upper ?? 1) >= value && !hedged.bounds.isEmpty)
            #expect(value == 0 ? bernstein.lower == 0 : bernstein.lower > 0.9)
            #expect(value == 0 ? (hedged.bounds.upper ?? 1) < 0.1 : hedged.bounds.lower > 0.9)
        }
    }

    @Test("keeps its state in whole")
    func kept() throws {
        var (betting, hedged) = (try BettingProcess(.below, bound: 0.3), try HedgedProcess(bound: 0.3))
        var bernstein = try EmpiricalBernstein(errorRate: 0.01)
        for value in [0.1, 0.9, 0.25] {
            try betting.observe(value)
            try hedged.observe(value)
            try bernstein.observe(value)
        }
        #expect(try Self.roundTrip(betting) == betting)
        #expect(try Self.roundTrip(hedged) == hedged)
        #expect(try Self.roundTrip(bernstein) == bernstein)
    }

    private static func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test("needs a grid to be looked for in")
    func grid() {
        #expect(throws: StatisticsFault.self) { try HedgedConfidenceSequence(errorRate: 0.05, cells: 0) }
    }
}
