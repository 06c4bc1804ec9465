import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import Signals

private let plan = layout([
    slower(.timeToFirstToken, than: 2_000, name: "ttft"), slower(.timePerOutputToken, than: 300, name: "tpot"),
    slower(.requestDuration, than: 8_000, name: "duration"), slower(.requestDuration, than: 3_000, name: "quick"),
])

extension SignalCounter {
    /// Counts a use that the world knows, as a worker of a gateway would.
    fileprivate mutating func count(_ use: World.Use) {
        let ticket = self.admit(use.key)
        if use.ended != nil { self.end(ticket, use.outcome) }
    }
}

@Suite("A worker's counter")
struct CounterTests {
    @Test("tells exactly what a list of all requests tells, in as many draws as one likes")
    func plainList() {
        repeated(seeds: 60) { _, generator in
            let world = World(plan, using: &generator)
            var counter = SignalCounter(layout: plan)
            var content = SignalContent()
            for use in world.uses {
                counter.count(use)
                if generator.oneIn(3) { content.merge(counter.draw(at: monday).content) }
            }
            content.merge(counter.draw(at: monday).content)
            try #require(counter.draw(at: monday).content.isEmpty)
            try #require(content.faults(layout: plan).isEmpty)
            for (key, counts) in content.cells {
                let uses = world.uses.filter { $0.key == key }
                let ended = uses.filter { $0.ended != nil }
                try #require(counts.admitted == uses.count && counts.ended == ended.count)
                try #require(counts.failed == ended.count(where: \.outcome.isFailure))
                try #require(counts.refused == ended.count { $0.outcome.refusal != nil })
                try #require(counts.truncated == ended.count(where: \.outcome.isTruncated))
                try #require(counts.outputTokens == ended.reduce(0) { $0 + $1.outcome.outputTokens })
                for (threshold, exact) in zip(plan.thresholds, counts.exceedances) {
                    let seen = ended.map { $0.exceedance(threshold) }
                    try #require(exact.measured == seen.reduce(0) { $0 + $1.measured })
                    try #require(exact.exceeding == seen.reduce(0) { $0 + $1.exceeding })
                }
            }
            try #require(counter.requestsUnderWay == world.uses.count { $0.ended == nil })
            for (panel, histograms) in content.histograms {
                let ended = world.uses.filter { $0.key.panel == panel && $0.ended != nil }
                for histogram in GatewaySource.Histogram.allCases {
                    var expected = LatencyHistogram()
                    for value in ended.compactMap({ $0.outcome.time(histogram) }) { expected.record(value) }
                    try #require(histograms[histogram] ?? LatencyHistogram() == expected)
                }
            }
        }
    }

    @Test("counts what takes exactly as long as a threshold as not beyond it")
    func exclusive() {
        var counter = SignalCounter(layout: plan)
        for duration in [7_999_999_999, 8_000_000_000, 8_000_000_001] as [UInt64] {
            counter.end(counter.admit(key(1, plan)), RequestOutcome(status: 200, duration: duration))
        }
        let cell = counter.draw(at: monday).content.cells[key(1, plan)]
        let place = plan.thresholds.firstIndex(of: LatencyThreshold(.requestDuration, nanoseconds: 8_000_000_000))
        #expect(place.flatMap { cell?.exceedances[$0] } == Exceedance(measured: 3, exceeding: 1))
    }

    @Test("takes a wait without a token for a long one once it was longer than the threshold, and not before")
    func noToken() {
        var counter = SignalCounter(layout: plan)
        for duration in [2_000_000_000, 2_000_000_001] as [UInt64] {
            counter.end(counter.admit(key(1, plan)), RequestOutcome(status: 0, duration: duration))
        }
        let cell = counter.draw(at: monday).content.cells[key(1, plan)]
        let place = plan.thresholds.firstIndex(of: LatencyThreshold(.timeToFirstToken, nanoseconds: 2_000_000_000))
        #expect(place.flatMap { cell?.exceedances[$0] } == Exceedance(measured: 1, exceeding: 1))
        #expect(cell?.failed == 2)
    }

    @Test("keeps a request under way over draws, and ends it where it was admitted")
    func underWay() {
        var counter = SignalCounter(layout: plan)
        let ticket = counter.admit(key(1, plan))
        #expect(counter.draw(at: monday).content.cells[key(1, plan)]?.admitted == 1)
        #expect(counter.draw(at: monday + 2 * day).content.isEmpty)
        // Others come in the meantime, and take no place that is in use.
        for application in 2...9 { counter.end(counter.admit(key(application, plan)), .init(status: 200, duration: 1)) }
        counter.end(ticket, RequestOutcome(status: 200, duration: 1))
        counter.end(ticket, RequestOutcome(status: 200, duration: 1))
        let cells = counter.draw(at: monday + 2 * day).content.cells
        #expect(cells[key(1, plan)]?.ended == 1 && cells[key(1, plan)]?.admitted == 0)
        #expect(counter.requestsUnderWay == 0)
    }

    @Test("counts one more like a request before, as long as it knows under which key that was")
    func alike() throws {
        var counter = SignalCounter(layout: plan)
        let (slot, later) = (plan.slot(of: monday), plan.slot(of: monday + 2 * day))
        func admitsLike(_ ticket: SignalCounter.Ticket, _ slot: Int64) -> Bool {
            counter.admit(like: ticket, slot: slot)
        }
        func tickets(_ key: SignalKey) -> SignalCounter.Ticket? { counter.admit(key) }
        let first = try #require(tickets(key(1, plan)))
        #expect(admitsLike(first, slot))
        #expect(!admitsLike(first, later), "in another slot it would have another key")
        counter.end(first, RequestOutcome(status: 200, duration: 1))
        #expect(counter.draw(at: monday).content.cells[key(1, plan)]?.admitted == 2)
        // Under way over the end of its slot, and so still known.
        #expect(counter.draw(at: monday + 2 * day).content.isEmpty)
        #expect(admitsLike(first, slot))
        for _ in 0..<2 { counter.end(first, RequestOutcome(status: 200, duration: 1)) }
        #expect(counter.draw(at: monday + 2 * day).content.cells[key(1, plan)]?.ended == 2)
        #expect(!admitsLike(first, slot), "its slot is over, and nothing of it is under way")
        let other = try #require(tickets(key(2, at: monday + 2 * day, plan)))
        #expect(!admitsLike(first, later), "and its place is another's")
        #expect(admitsLike(other, later))
        let cells = counter.draw(at: monday + 2 * day).content.cells
        #expect(cells.keys.map(\.application) == [key(2, plan).application] && cells.values.map(\.admitted) == [2])
    }

    @Test("tells what it has no place for, and has places again when a day is over")
    func full() {
        var counter = SignalCounter(layout: plan)
        for application in 0..<SignalLimits.lanes {
            counter.end(counter.admit(key(application, plan)), RequestOutcome(status: 200, duration: 1))
        }
        #expect(counter.admit(key(-1 & 0xFFFF_FFFF, plan)) == nil)
        counter.end(nil, RequestOutcome(status: 200, duration: 1))
        #expect(counter.draw(at: monday).content.uncounted == 1)
        #expect(counter.admit(key(0, plan)) != nil)
        #expect(counter.draw(at: monday + day).content.uncounted == 0)
        #expect(counter.admit(key(-1 & 0xFFFF_FFFF, at: monday + day, plan)) != nil)
    }

    @Test("goes on with the next stage's latencies when those of the stage before are told")
    func panels() {
        var counter = SignalCounter(layout: plan)
        counter.end(counter.admit(key(1, plan)), RequestOutcome(status: 200, duration: 1))
        let long = counter.admit(key(2, arm: .baseline, plan))
        #expect(counter.draw(at: monday + day).content.histograms.count == 1)
        let next = key(3, stage: 1, at: monday + day, plan)
        counter.end(counter.admit(next), RequestOutcome(status: 200, duration: 5))
        counter.end(long, RequestOutcome(status: 200, duration: 7))
        let content = counter.draw(at: monday + day).content
        #expect(content.histograms[next.panel]?[.requestDuration]?.buckets == [5: 1])
        #expect(content.histograms[key(2, arm: .baseline, plan).panel]?[.requestDuration]?.buckets == [7: 1])
        #expect(content.histograms.count == 2)
    }

    @Test("counts downloads apart from requests")
    func downloads() {
        var counter = SignalCounter(layout: plan)
        counter.download(key(1, plan), count: 3)
        counter.download(key(1, plan), count: -3)
        let cell = counter.draw(at: monday).content.cells[key(1, plan)]
        #expect(cell?.downloads == 3 && cell?.admitted == 0)
    }
}

@Suite("A layout")
struct LayoutTests {
    @Test("has slots of which a day and every window of a cap is a multiple")
    func slots() {
        func slot(_ windows: TimeSpan...) -> Int64 {
            layout(
                windows.enumerated().map { index, window in
                    slower(
                        .requestDuration, than: 1, cap: InfluenceCap(per: .account, window: window), name: "m\(index)")
                }
            ).slotLength
        }
        #expect(slot() == day)
        #expect(slot(TimeSpan(1, .week), TimeSpan(36, .hour)) == 12 * hour)
        #expect(slot(TimeSpan(7, .minute)) == 60_000)
        // Windows are counted in whole minutes.
        #expect(slot(TimeSpan(milliseconds: 3_599_001)) == hour)
        #expect(slot(.zero) == 60_000)
    }

    @Test("finds every part of the public again in the place of its combination")
    func strata() {
        let regions = Stratum(dimension: .region, quotas: [name("eu"): 1, name("us"): 1])
        let plan = layout([], strata: [regions, Stratum(dimension: .language, quotas: [name("de"): 1])])
        #expect(plan.stratumCount == 6)
        var seen: Set<Int> = []
        for region in [nil, "eu", "us", "moon"] {
            for language in [nil, "de"] {
                let stratum = plan.stratum { dimension in
                    (dimension.dimension == .region ? region : language).map { name($0) }
                }
                seen.insert(stratum)
                #expect(plan.part(of: stratum, by: .region)?.text == (region == "moon" ? nil : region))
                #expect(plan.part(of: stratum, by: .language)?.text == language)
                #expect(plan.part(of: stratum, by: .use) == nil)
            }
        }
        #expect(seen == Set(0..<6))
    }
}
