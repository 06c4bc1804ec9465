import Arms
import ReleaseModel
import StageControl
import Testing

@testable import Signals

@Suite("An observation")
struct ObservingTests {
    @Test("keeps requests apart whose outcome nobody knows: they are exposure to harm, and no success")
    func unknown() throws {
        let plan = layout([counter(.http5xx), counter(.flags)])
        var ledger = ledger(plan)
        var content = SignalContent()
        content.add(key(1, plan), admitted: 10, ended: 7, failed: 2, plan)
        content.add(key(1, arm: .baseline, plan), admitted: 10, ended: 1, plan)
        _ = try ledger.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
        let seen = ledger.seen()
        #expect(seen.unknownOutcomes == 3)
        #expect(seen.metrics.map(\.exposure) == [7, 10])
        #expect(seen.metrics.map(\.uncounted) == [3, 0], "what is reported counts requests as soon as they are let in")
        #expect(seen.metrics.map(\.events) == [2, 0])
        #expect(seen.requests == 10)
    }

    @Test("counts what came within the initial delay for the stage's use, and for no rate")
    func settling() throws {
        let rules = MetricRules(tripwire: Tripwire(count: 5))
        let plan = layout([counter(.http5xx, rules: rules)])
        var ledger = ledger(plan)
        var content = SignalContent()
        content.add(key(1, isSettling: true, plan), admitted: 4, failed: 3, plan)
        content.add(key(1, plan), admitted: 2, failed: 1, plan)
        _ = try ledger.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
        let seen = ledger.seen()
        #expect(seen.metrics[0].events == 1 && seen.metrics[0].exposure == 2 && seen.metrics[0].tripped == 4)
        #expect(seen.requests == 6 && seen.metrics[0].uncounted == 4)
    }

    @Test("counts the use of an epoch by the parts of the public that stages ask for")
    func strata() throws {
        let regions = Stratum(dimension: .region, quotas: [name("eu"): 5, name("us"): 5])
        let plan = layout([], strata: [regions])
        var ledger = ledger(plan)
        var content = SignalContent()
        for (region, count) in [("eu", 3), ("us", 4), ("moon", 9)] {
            let stratum = plan.stratum { $0.dimension == .region ? name(region) : nil }
            content.add(key(1, stratum: stratum, plan), admitted: count, plan)
            content.add(key(1, arm: .baseline, stratum: stratum, plan), admitted: 100, plan)
            content.add(key(1, stage: 1, stratum: stratum, plan), admitted: 50, plan)
        }
        _ = try ledger.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
        #expect(
            ledger.seen().strata == [
                StratumCount(dimension: .region, part: name("eu"), requests: 53),
                StratumCount(dimension: .region, part: name("us"), requests: 54),
            ])
        #expect(ledger.seen().requests == 166)
    }

    @Test("counts each unit once, at the share at which chance placed it")
    func units() throws {
        let plan = layout([])
        var ledger = ledger(plan)
        var content = SignalContent()
        for account in 1...3 as ClosedRange<UInt64> {
            content.add(key(1, account: account, arm: account == 1 ? .candidate : .baseline, plan), admitted: 5, plan)
            // At a tenth all of them are in, as whoever was in stays in.
            content.add(key(1, account: account, stage: 1, share: 100_000, plan), admitted: 5, plan)
        }
        content.add(key(1, account: 4, arm: .baseline, stage: 1, share: 100_000, plan), plan)
        // Where nothing is left to chance, and where nobody is named, no unit was placed by it.
        content.add(key(1, account: 5, share: 1_000_000, plan), plan)
        content.add(key(1, arm: .baseline, plan), plan)
        _ = try ledger.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
        #expect(
            ledger.seen().units == [
                ArmSplit(share: 10_000, candidate: 1, baseline: 2), ArmSplit(share: 100_000, candidate: 0, baseline: 1),
            ])
    }

    @Test("takes an application for one unit where applications have the buckets")
    func applications() throws {
        let plan = layout([counter(.violations, type: .eventRate, exposure: .accountDays)], unit: .application)
        var ledger = ledger(plan)
        var content = SignalContent()
        for application in 1...2 {
            for account in 1...3 as ClosedRange<UInt64> {
                content.add(key(application, account: account, plan), plan)
                content.add(key(application, account: account, at: monday + day, plan), plan)
            }
        }
        _ = try ledger.take(batch(0, from: monday, to: monday + 2 * day, content, plan), at: monday + 2 * day)
        #expect(ledger.seen().units == [ArmSplit(share: 10_000, candidate: 2, baseline: 0)])
        #expect(ledger.seen().metrics[0].exposure == 4)
    }

    @Test("counts downloads for a metric whose exposure they are")
    func downloads() throws {
        let plan = layout([counter(.violations, type: .eventRate, exposure: .downloads)])
        var counter = SignalCounter(layout: plan)
        counter.download(key(1, plan), count: 4)
        var ledger = ledger(plan)
        let content = counter.draw(at: monday).content
        _ = try ledger.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
        #expect(ledger.seen().metrics[0].exposure == 4)
        #expect(ledger.seen().requests == 0)
    }

    @Test("takes the mean of days that are over, and goes on from what they added up to")
    func means() throws {
        let plan = layout([mean(.outputTokens, cap: 10)])
        var ledger = ledger(plan, gateways: [gateways[0]])
        for number in 0..<20 {
            let from = monday + Int64(number) * day
            var content = SignalContent()
            content.add(key(1, account: 1, at: from, plan), admitted: 1, tokens: number == 0 ? 25 : 4, plan)
            _ = try ledger.take(batch(number, from: from, to: from + day, content, plan), at: from + day)
            let metric = ledger.seen().metrics[0]
            #expect(metric.exposure == number)
            #expect(metric.days.map(\.exposure) == Array(repeating: 1, count: number))
            #expect(metric.events == (number == 0 ? 0 : 1_000_000 + (number - 1) * 400_000))
        }
        #expect(ledger.room.used < 12)
    }

    @Test("is as old as the channel of reports where its events come by it")
    func channels() throws {
        let plan = layout([counter(.http5xx), incidents()])
        var ledger = ledger(plan, gateways: [gateways[0]])
        _ = try ledger.take(batch(0, from: monday, to: monday + 100, plan), at: monday + 100)
        #expect(ledger.seen().metrics.map(\.watermark) == [monday + 100, monday])
        #expect(ledger.seen().metrics.map(\.heartbeat) == [monday + 100, monday])
        ledger.hearReports(at: monday + 60)
        ledger.hearReports(at: monday + 50)
        #expect(ledger.seen().metrics.map(\.watermark) == [monday + 100, monday + 60])
        ledger.hearReports(at: monday + 500)
        #expect(ledger.seen().metrics.map(\.heartbeat) == [monday + 100, monday + 100])
    }

    @Test("knows nothing of an epoch that was not opened, and keeps latencies for people")
    func empty() throws {
        let plan = layout([counter(.http5xx)])
        var ledger = ledger(plan)
        var content = SignalContent()
        content.add(key(1, plan), admitted: 2, plan)
        _ = try ledger.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
        let nothing = ledger.observed(epoch: 9, at: clock(monday))
        #expect(nothing.metrics[0].exposure == 0 && nothing.requests == 0)
        let latencies = ledger.latencies(key(1, plan).panel, .requestDuration)
        #expect(latencies.count == 2)
        #expect(latencies.quantile(0.5).map { 993...1_007 ~= $0 } ?? false)
        ledger.forget(epochsBefore: 2)
        #expect(ledger.room.used == 0)
        #expect(ledger.seen().requests == 0)
    }
}
