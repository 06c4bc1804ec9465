import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import Signals

/// A ledger that was told one content by one gateway, so long ago that nothing is open any more.
private func told(_ content: SignalContent, _ layout: SignalLayout, room: Int = 1 << 20) throws -> SignalLedger {
    var ledger = ledger(layout, gateways: [gateways[0]], room: room)
    _ = try ledger.take(batch(0, from: monday, to: monday + 5 * day, content, layout), at: monday + 5 * day)
    return ledger
}

@Suite("An influence cap")
struct CapTests {
    private let plan = layout([counter(.http5xx, cap: perAccount, rules: compared)])

    @Test("lets no account alone force a rollback: a thousand failures of one count as one")
    func forcing() throws {
        var content = SignalContent()
        for account in 1...20 as ClosedRange<UInt64> { content.add(key(1, account: account, plan), plan) }
        content.add(key(1, account: 1, plan), admitted: 1_000, failed: 1_000, plan)
        let metric = try told(content, self.plan).seen().metrics[0]
        #expect(metric.events == 1 && metric.exposure == 20)
    }

    @Test("lets no account alone hide one: a million harmless requests of one count as one")
    func hiding() throws {
        var content = SignalContent()
        for account in 1...20 as ClosedRange<UInt64> { content.add(key(1, account: account, plan), failed: 1, plan) }
        content.add(key(1, account: 99, plan), admitted: 1_000_000, plan)
        let metric = try told(content, self.plan).seen().metrics[0]
        #expect(metric.events == 20 && metric.exposure == 21)
    }

    @Test("takes all requests of an application that name nobody for one account")
    func nameless() throws {
        var content = SignalContent()
        content.add(key(1, plan), admitted: 50, failed: 50, plan)
        content.add(key(2, plan), admitted: 50, failed: 50, plan)
        let metric = try told(content, self.plan).seen().metrics[0]
        #expect(metric.events == 2 && metric.exposure == 2)
    }

    @Test("counts an account again in the next window, and on each side")
    func windows() throws {
        var content = SignalContent()
        for number in 0..<3 {
            let moment = monday + Int64(number) * day
            content.add(key(1, account: 1, at: moment, plan), admitted: 9, failed: 9, plan)
            content.add(key(1, account: 1, arm: .baseline, at: moment, plan), admitted: 9, failed: 9, plan)
        }
        let metric = try told(content, self.plan).seen().metrics[0]
        #expect(metric.events == 3 && metric.exposure == 3)
        #expect(metric.splits == [ArmSplit(share: 10_000, candidate: 3, baseline: 3)])
    }

    @Test("holds over shares for the whole, and within each for the comparison")
    func shares() throws {
        var content = SignalContent()
        content.add(key(1, account: 1, plan), admitted: 2, failed: 2, plan)
        content.add(key(1, account: 1, stage: 1, share: 100_000, plan), admitted: 2, failed: 2, plan)
        let metric = try told(content, self.plan).seen().metrics[0]
        #expect(metric.events == 1)
        #expect(metric.splits.map(\.candidate) == [1, 1])
        #expect(metric.splits.map(\.share) == [10_000, 100_000])
    }

    @Test("changes nothing as long as nobody reaches it, and never lets more count than without it")
    func laws() {
        let wide = layout([counter(.http5xx, cap: InfluenceCap(per: .account, events: 1_000))])
        let none = layout([counter(.http5xx)])
        repeated(seeds: 150) { _, generator in
            let world = World(none, using: &generator)
            func seen(_ layout: SignalLayout) throws -> MetricObservation {
                var content = SignalContent()
                for use in world.uses {
                    let ended = use.ended == nil ? 0 : 1
                    content.add(use.key, ended: ended, failed: use.outcome.isFailure ? ended : 0, layout)
                }
                return try told(content, layout).seen().metrics[0]
            }
            let (free, capped, loose) = (try seen(none), try seen(self.plan), try seen(wide))
            try #require(free.events == loose.events && free.exposure == loose.exposure)
            try #require(capped.events <= free.events && capped.exposure <= free.exposure)
            try #require(capped.events <= capped.exposure)
            try #require((capped.events == 0) == (free.events == 0))
        }
    }

    @Test("says that the source fails when there are more actors than can be told apart, and goes on with a new window")
    func bounded() throws {
        let plan = layout([counter(.http5xx, cap: perAccount)])
        var content = SignalContent()
        for account in 0..<10 as Range<UInt64> { content.add(key(1, account: account, plan), plan) }
        #expect(try told(content, plan, room: 10).seen().metrics[0].failures == 0)
        content.add(key(1, account: 10, plan), plan)
        let metric = try told(content, plan, room: 10).seen().metrics[0]
        #expect(metric.failures == 1 && metric.exposure == 10)

        var ledger = ledger(plan, gateways: [gateways[0]], room: 1)
        for number in 0..<4 {
            let from = monday + Int64(number) * 2 * day
            var content = SignalContent()
            content.add(key(1, account: UInt64(number), at: from, plan), plan)
            _ = try ledger.take(batch(number, from: from, to: from + 2 * day, content, plan), at: from + 2 * day)
        }
        #expect(ledger.seen().metrics[0].exposure == 4)
        #expect(ledger.seen().metrics[0].failures == 0)
    }

    @Test("leaves out exposure that is told after its window is final")
    func late() throws {
        let plan = layout([counter(.http5xx, cap: perAccount)])
        var ledger = ledger(plan, gateways: [gateways[0]])
        var admitted = SignalContent()
        admitted.add(key(1, account: 1, plan), admitted: 1, ended: 0, plan)
        _ = try ledger.take(batch(0, from: monday, to: monday + 2 * day, admitted, plan), at: monday + 3 * day)
        var ended = SignalContent()
        ended.add(key(1, account: 1, plan), admitted: 0, ended: 1, failed: 1, plan)
        _ = try ledger.take(
            batch(1, from: monday + 2 * day, to: monday + 3 * day, ended, plan), at: monday + 3 * day)
        // The failure counts all the same, and what failed was exposure.
        let metric = ledger.seen().metrics[0]
        #expect(metric.events == 1 && metric.exposure == 1)
        #expect(ledger.lateExposure(metric: 0, epoch: 1) == 1)
    }
}
