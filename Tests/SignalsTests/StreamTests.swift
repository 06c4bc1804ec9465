import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import Signals

/// Layouts of one metric each; together they have every source, every measure and every kind of cap.
private let layouts: [SignalLayout] = [
    layout([counter(.refusals, rules: compared)]),
    layout([counter(.http5xx, type: .eventRate, exposure: .outputTokens, delay: true)]),
    layout([counter(.flags, category: [name("cyber")], cap: perAccount, rules: compared)]),
    layout([
        counter(
            .violations, type: .eventRate, exposure: .accountDays,
            cap: InfluenceCap(per: .application, events: 2, window: TimeSpan(6, .hour)), delay: true)
    ]),
    layout([counter(.complaints, cap: InfluenceCap(per: .account, events: 2, window: TimeSpan(2, .day)), delay: true)]),
    layout([incidents(.medium, attributable: false, cap: perAccount, rules: MetricRules(tripwire: Tripwire()))]),
    layout([
        slower(.timeToFirstToken, than: 2_000, cap: InfluenceCap(per: .application, events: 2), name: "ttft")
    ]),
    layout([slower(.timePerOutputToken, than: 300, name: "tpot")]),
    layout([mean(.flaggedShare, cap: 0.5)], unit: .application),
    layout([mean(.outputTokens, cap: 12)]),
    layout([mean(.dissatisfaction, cap: 0.8)]),
]

extension Observed {
    /// Every number that is a count.
    fileprivate var counts: [Int] {
        self.metrics.flatMap { metric in
            let splits = metric.splits.flatMap { [$0.candidate, $0.baseline] }
            return [metric.events, metric.exposure, metric.tripped, metric.failures] + splits
                + metric.days.map(\.exposure)
        } + self.units.flatMap { [$0.candidate, $0.baseline] } + self.strata.map(\.requests)
            + [self.requests, self.unknownOutcomes]
    }
}

@Suite("A ledger of signals")
struct StreamTests {
    private func fold(_ tellings: [World.Telling], _ layout: SignalLayout) throws -> Observed {
        var ledger = ledger(layout)
        var watermark = ledger.watermark
        var before: Observed?
        for (place, telling) in tellings.enumerated() {
            switch telling {
            case .batch(let batch): _ = try ledger.take(batch, at: World.end)
            case .report(let report, let about): _ = try ledger.take(report, about: about, at: World.end)
            }
            try #require(ledger.watermark >= watermark)
            watermark = ledger.watermark
            guard place % 3 == 0 else { continue }
            let seen = ledger.seen(at: World.end)
            try #require(seen.counts.allSatisfy { $0 >= 0 })
            for (now, then) in zip(seen.metrics, before?.metrics ?? []) {
                try #require(now.events >= then.events && now.exposure >= then.exposure && now.tripped >= then.tripped)
            }
            before = seen
        }
        ledger.hearReports(at: World.end)
        return ledger.seen(at: World.end)
    }

    @Test(
        "says the same of the same requests and reports, in whatever order and batches they come, and however often",
        arguments: layouts.indices)
    func arrangements(_ index: Int) {
        let layout = layouts[index]
        repeated(seeds: 200) { _, generator in
            let world = World(layout, using: &generator)
            var first: Observed?
            for _ in 0..<11 {
                let seen = try self.fold(world.tellings(using: &generator), layout)
                try #require(seen == first ?? seen)
                first = seen
            }
            let metric = try #require(first?.metrics.first)
            try #require(metric.watermark == World.end && metric.heartbeat == World.end)
            let expected = PlainModel(world: world, metric: layout.metrics[0]).expected()
            try #require(metric.events == expected.events)
            // An event that is known to have happened was exposure, whatever the batches say.
            try #require(metric.exposure == expected.exposure)
            if layout.metrics[0].reportingDelay != nil {
                try #require(
                    metric.days == expected.days.sorted { $0.key < $1.key }.map { .init(day: $0, exposure: $1) })
            }
            if !metric.splits.isEmpty { try #require(metric.splits == expected.splits) }
        }
    }
}
