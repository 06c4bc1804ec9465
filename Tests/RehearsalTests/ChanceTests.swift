import SluiceTesting
import StageControl
import Testing

@testable import Rehearsal

/// Chance that follows from keys.
@Suite("Chance")
struct ChanceTests {
    @Test("tosses as many coins as it is asked for, half of them heads")
    func heads() throws {
        repeated(seeds: 20) { seed, _ in
            var chance = Chance(seed)
            var sum = 0
            for coins in 0..<500 {
                let heads = chance.heads(of: coins)
                try #require(0...coins ~= heads)
                sum += heads
            }
            // 124,750 coins: five standard deviations are 883.
            try #require(abs(sum - 62_375) < 883)
        }
    }

    @Test("gives a block the mean and the spread of its law", arguments: [1e-6, 1e-4, 0.003, 0.3, 0.999])
    func law(rate: Double) {
        let law = BlockLaw(rate: rate)
        let trials = Double(1 << law.exponent)
        var chance = Chance(7)
        let draws = (0..<20_000).map { _ in Double(law.events(chance.next())) }
        let mean = draws.reduce(0, +) / 20_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        let expected = trials * rate * (1 - rate)
        #expect(abs(mean - trials * rate) < 5 * (expected / 20_000).squareRoot() + 1e-9)
        #expect(abs(variance / expected - 1) < 0.08)
    }

    @Test("gives none at the rate 0 and all at the rate 1")
    func ends() {
        #expect(BlockLaw(rate: 0).events(.max) == 0)
        #expect(BlockLaw(rate: 1).events(0) == 1 << BlockLaw(rate: 1).exponent)
    }

    @Test("shows the same events to whoever looks often and whoever looks seldom", arguments: [1.0, 4.0])
    func stream(clustering: Double) {
        repeated(seeds: 20) { seed, generator in
            let rate = [1e-5, 1e-3, 0.2][Int(seed % 3)]
            let law = BlockLaw(rate: rate)
            let bursts = Bursts(mean: clustering, cap: seed.isMultiple(of: 2) ? nil : 3)
            let whole = EventStream(law, key: seed, bursts: bursts)
            var moved = whole
            let all = whole.events(in: 0..<40_000)
            let most = bursts.cap ?? .max
            try #require(all.allSatisfy { 0..<40_000 ~= $0.exposure && 1...most ~= $0.count })
            var ends = (0..<20).map { _ in Int.random(in: 1...40_000, using: &generator) }
            ends.sort()
            for end in ends {
                let known = all.filter { $0.exposure < end }
                try #require(whole.events(upTo: end) == known.reduce(0) { $0 + $1.count })
                moved.moveOn(to: end)
                try #require(moved.events(upTo: end) == whole.events(upTo: end))
                let from = Int.random(in: 0...end, using: &generator)
                try #require(whole.events(in: from..<end) == known.filter { $0.exposure >= from })
            }
        }
    }

    @Test("has the rate of its law over a long time")
    func rate() {
        let stream = EventStream(BlockLaw(rate: 0.01), key: 5)
        #expect(abs(Double(stream.events(upTo: 10_000_000)) / 100_000 - 1) < 0.02)
    }

    @Test("makes bursts that count on average what their law says")
    func bursts() {
        for cap in [nil, 1, 2, 5] as [Int?] {
            let bursts = Bursts(mean: 3, cap: cap)
            let mean = (0..<20_000).reduce(0.0) { $0 + Double(bursts.size(Chance.key(3, $1))) } / 20_000
            #expect(abs(mean - bursts.counted) < 0.1)
        }
    }

    @Test("reports half of the events by p50, nine in ten by p90 and nearly all by p99")
    func delay() {
        let plan = PlanReportingDelay(p50: TimeSpan(1, .day), p90: TimeSpan(4, .day), p99: TimeSpan(10, .day))
        let delay = ReportDelay(plan, factor: 2)
        let day = 2.0 * 86_400_000
        #expect(delay.milliseconds(0) == 0)
        for (share, days) in [(0.5, 1.0), (0.9, 4), (0.99, 10), (0.945, 7)] {
            #expect(abs(Double(delay.milliseconds(share)) / day - days) < 1e-6)
        }
    }
}
