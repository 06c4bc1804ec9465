import ReleaseModel
import StageControl
import Testing

@testable import Signals

private let plan = layout([counter(.http5xx)])

extension SignalLedger {
    fileprivate mutating func taking(_ batch: SignalBatch, at now: Timestamp = monday + 30 * day) -> BatchReceipt? {
        try? self.take(batch, at: now)
    }

    fileprivate func faults(_ batch: SignalBatch, at now: Timestamp = monday + 30 * day) -> [BatchFault] {
        var copy = self
        do {
            _ = try copy.take(batch, at: now)
            return []
        } catch {
            return error.faults
        }
    }
}

private func failing(_ count: Int = 1, at moment: Timestamp = monday) -> SignalContent {
    var content = SignalContent()
    content.add(key(1, at: moment, plan), admitted: count, failed: count, plan)
    return content
}

@Suite("A ledger, of a batch,")
struct LedgerBatchTests {
    @Test("tells everything that is wrong at once, and counts nothing of it")
    func allFaults() throws {
        var content = SignalContent()
        content.add(key(1, stage: 0, at: monday + 9 * day, plan), admitted: 1, plan)
        var odd = SignalCounts(thresholds: 0)
        (odd.admitted, odd.ended, odd.failed, odd.outputTokens) = (1, 1, 2, -5)
        content.cells[key(2, stage: 5, plan)] = odd
        content.cells[key(3, share: 1_000_001, stratum: 1, plan)] = SignalCounts(thresholds: 3)
        content.uncounted = -1
        var bad = batch(0, gateway: name("gw-9"), from: monday + 2 * day, to: monday + 2 * day, content, plan)
        bad.rollout = RolloutID(bits: 8)
        let now = monday + day
        let faults = ledger(plan).faults(bad, at: now)
        let expected: [BatchFault] = [
            .anotherRollout(RolloutID(bits: 8)), .unknownGateway(name("gw-9")), .noTime,
            .fromFuture(milliseconds: day), .impossibleCount(field: "uncounted"),
            .impossibleCount(field: "outputTokens"), .impossibleCount(field: "share"),
            .unknownStage(epoch: 1, stage: 5), .contradiction("failed: are 2 of 1 requests that ended"),
            .contradiction("stratum: is 1; expected 0 to 0"), .contradiction("exceeding: has 3 of 0 thresholds"),
            .contradiction("histograms: hold 0 durations of 1 requests that ended"),
        ]
        for fault in expected where fault != .impossibleCount(field: "outputTokens") {
            #expect(faults.contains(fault), "\(fault) of \(faults)")
        }
        #expect(faults.contains(.impossibleCount(field: "output_tokens")))
        #expect(faults.contains(.slotOutside(slot: 20_509)))
        #expect(faults.allSatisfy { !$0.description.isEmpty })
        var other = batch(0, from: monday, to: monday + 1, plan)
        other.plan = layout([]).plan
        #expect(ledger(plan).faults(other) == [.anotherPlan(other.plan)])
    }

    @Test("counts each once, however often it comes")
    func idempotent() {
        var ledger = ledger(plan)
        let one = batch(0, from: monday, to: monday + 1, failing(), plan)
        #expect(ledger.taking(one) == .counted)
        let before = ledger
        #expect(ledger.taking(one) == .known)
        #expect(ledger == before)
        #expect(ledger.seen().metrics[0].events == 1)
    }

    @Test("counts it at once where another is missing, and lets the watermark wait")
    func gap() {
        var ledger = ledger(plan, gateways: [gateways[0]])
        let (first, second) = (
            batch(0, from: monday, to: monday + 10, failing(), plan),
            batch(1, from: monday + 10, to: monday + 20, failing(2), plan)
        )
        let missing = MissingStretch(gateway: gateways[0], from: monday, to: monday + 10)
        #expect(ledger.taking(second) == .ahead(missing: missing))
        #expect(ledger.missing == [missing])
        #expect(ledger.seen().metrics[0].events == 2)
        #expect(ledger.watermark == monday)
        #expect(ledger.seen().metrics[0].heartbeat == monday + 20)
        #expect(ledger.taking(second) == .known)
        #expect(ledger.taking(first) == .counted)
        #expect(ledger.watermark == monday + 20)
        #expect(ledger.missing.isEmpty)
        #expect(ledger.seen().metrics[0].events == 3)
    }

    @Test("refuses one that overlaps what was counted, or leaves time out")
    func contiguous() {
        var ledger = ledger(plan)
        #expect(ledger.taking(batch(0, from: monday, to: monday + 10, plan)) == .counted)
        #expect(
            ledger.faults(batch(1, from: monday + 9, to: monday + 20, plan)) == [.notContiguous(expected: monday + 10)])
        #expect(
            ledger.faults(batch(1, from: monday + 11, to: monday + 20, plan)) == [.notContiguous(expected: monday + 10)]
        )
        #expect(ledger.taking(batch(3, from: monday + 30, to: monday + 40, plan)) != nil)
        #expect(
            ledger.faults(batch(2, from: monday + 20, to: monday + 29, plan)) == [.notContiguous(expected: monday + 30)]
        )
        #expect(
            ledger.faults(batch(4, from: monday + 41, to: monday + 50, plan)) == [.notContiguous(expected: monday + 40)]
        )
        #expect(
            ledger.faults(batch(3, from: monday + 30, to: monday + 41, plan)) == [.notContiguous(expected: monday + 30)]
        )
    }

    @Test("refuses more than may wait")
    func tooFar() {
        var ledger = ledger(plan)
        for sequence in 1...SignalLimits.ahead {
            let from = monday + Int64(sequence)
            guard ledger.taking(batch(sequence, from: from, to: from + 1, plan)) != nil else { return }
        }
        let from = monday + Int64(SignalLimits.ahead + 1)
        #expect(
            ledger.faults(batch(SignalLimits.ahead + 1, from: from, to: from + 1, plan)) == [.tooFarAhead(missing: 0)])
        #expect(ledger.taking(batch(0, from: monday, to: monday + 1, plan)) == .counted)
        #expect(ledger.missing.isEmpty)
    }

    @Test("refuses requests of a stage that was not open yet, and admissions outside of its own time")
    func places() {
        var ledger = SignalLedger(rollout: rollout, layout: plan, from: monday)
        ledger.open(StageOpening(epoch: 1, stage: 0, at: monday + 2 * day))
        ledger.join(gateways[0], from: monday)
        let early = batch(0, from: monday, to: monday + 3 * day, failing(), plan)
        #expect(ledger.faults(early) == [.beforeStage(epoch: 1, stage: 0, slot: 20_500)])
        let elsewhere = batch(0, from: monday, to: monday + 2 * day, failing(at: monday + 3 * day), plan)
        #expect(ledger.faults(elsewhere) == [.slotOutside(slot: 20_503)])
        var ended = SignalContent()
        ended.add(key(1, at: monday + 2 * day, plan), admitted: 0, ended: 1, plan)
        #expect(ledger.faults(batch(0, from: monday, to: monday + 9 * day, ended, plan)).isEmpty)
        // Of an earlier slot a batch may tell what ended, not what was admitted.
        let after = batch(1, from: monday + 4 * day, to: monday + 9 * day, ended, plan)
        #expect(ledger.faults(after).isEmpty)
        let again = batch(1, from: monday + 4 * day, to: monday + 9 * day, failing(at: monday + 2 * day), plan)
        #expect(ledger.faults(again) == [.slotOutside(slot: 20_502)])
    }

    @Test("tells of a histogram that contradicts the exact counts")
    func contradictions() {
        let plan = layout([slower(.requestDuration, than: 8_000, name: "slow")])
        var content = SignalContent()
        content.add(key(1, plan), admitted: 3, plan)
        content.cells[key(1, plan)]?.exceedances[0] = Exceedance(measured: 3, exceeding: 1)
        let faults = ledger(plan).faults(batch(0, from: monday, to: monday + 1, content, plan))
        #expect(
            faults == [
                .contradiction(
                    "exceeding: are 1 of request_duration beyond 8000000000 ns, and the histogram has 0 to 0")
            ])
        content.cells[key(1, plan)]?.exceedances[0] = Exceedance(measured: 4, exceeding: 0)
        #expect(ledger(plan).faults(batch(0, from: monday, to: monday + 1, content, plan)).count == 1)
        content.cells[key(1, plan)]?.exceedances[0] = Exceedance(measured: 3, exceeding: 0)
        #expect(ledger(plan).faults(batch(0, from: monday, to: monday + 1, content, plan)).isEmpty)
        content.histograms[key(1, plan).panel]?[.timeToFirstToken] = LatencyHistogram()
        for _ in 0..<4 { content.histograms[key(1, plan).panel]?[.timeToFirstToken]?.record(1) }
        #expect(ledger(plan).faults(batch(0, from: monday, to: monday + 1, content, plan)).count == 1)
    }

    @Test("says that the source fails while a gateway's batches are refused, and from what it could not count on")
    func failures() throws {
        var ledger = ledger(plan)
        for _ in 0..<3 { #expect(ledger.taking(batch(0, from: monday, to: monday, plan)) == nil) }
        #expect(ledger.seen().metrics[0].failures == 3)
        #expect(ledger.taking(batch(0, from: monday, to: monday + 1, plan)) == .counted)
        #expect(ledger.seen().metrics[0].failures == 0)
        var content = SignalContent()
        content.uncounted = 2
        #expect(ledger.taking(batch(1, from: monday + 1, to: monday + 2, content, plan)) == .counted)
        #expect(ledger.seen().metrics[0].failures == 2)
        // A new epoch begins with whole counts.
        ledger.open(StageOpening(epoch: 2, stage: 0, at: monday + day))
        #expect(ledger.observed(epoch: 2, at: clock(monday + day)).metrics[0].failures == 0)
    }
}

@Suite("A watermark")
struct WatermarkTests {
    @Test("is where the last of all gateways that are counted on has come to")
    func least() {
        var ledger = ledger(plan)
        #expect(ledger.taking(batch(0, from: monday, to: monday + 10, plan)) == .counted)
        #expect(ledger.watermark == monday)
        #expect(ledger.taking(batch(0, gateway: gateways[1], from: monday, to: monday + 7, plan)) == .counted)
        #expect(ledger.watermark == monday + 7)
        #expect(ledger.seen().metrics[0].heartbeat == monday + 7)
        // One that joins late, and one that claims to have counted for long, do not pull it back.
        ledger.join(name("gw-3"), from: monday + 2)
        #expect(ledger.watermark == monday + 7)
        ledger.dismiss(name("gw-3"))
        ledger.dismiss(gateways[1])
        #expect(ledger.watermark == monday + 10)
        #expect(
            ledger.taking(batch(1, gateway: gateways[1], from: monday + 7, to: monday + 8, failing(), plan)) == .counted
        )
        #expect(ledger.seen().metrics[0].events == 1)
    }

    @Test("does not wait for a gateway that has stopped of itself, and waits for it again when it starts again")
    func stops() {
        var ledger = ledger(plan)
        #expect(ledger.taking(batch(0, from: monday, to: monday + 5, isLast: true, plan)) == .counted)
        #expect(ledger.taking(batch(0, gateway: gateways[1], from: monday, to: monday + 9, plan)) == .counted)
        #expect(ledger.watermark == monday + 9)
        ledger.join(gateways[0], from: monday + 20)
        #expect(ledger.taking(batch(1, gateway: gateways[1], from: monday + 9, to: monday + 30, plan)) == .counted)
        #expect(ledger.watermark == monday + 20)
        #expect(ledger.taking(batch(0, boot: 4, from: monday + 20, to: monday + 40, plan)) == .counted)
        #expect(ledger.watermark == monday + 30)
    }

    @Test("goes on over a new start that begins where the old one ended, and waits where it does not")
    func restarts() {
        var ledger = ledger(plan, gateways: [gateways[0]])
        #expect(ledger.taking(batch(0, from: monday, to: monday + 5, plan)) == .counted)
        #expect(ledger.taking(batch(0, boot: 1, from: monday + 5, to: monday + 9, plan)) == .counted)
        #expect(ledger.watermark == monday + 9)
        let late = batch(0, boot: 2, from: monday + 12, to: monday + 20, failing(), plan)
        let missing = MissingStretch(gateway: gateways[0], from: monday + 9, to: monday + 12)
        #expect(ledger.taking(late) == .ahead(missing: missing))
        #expect(ledger.watermark == monday + 9)
        #expect(ledger.giveUp(on: gateways[0]) == missing)
        #expect(ledger.watermark == monday + 20)
        #expect(ledger.lost == [missing])
        #expect(ledger.giveUp(on: gateways[0]) == nil)
        // What was lost is found after all: it counts, once, and is lost no longer.
        let found = batch(1, boot: 1, from: monday + 9, to: monday + 12, failing(), plan)
        #expect(ledger.taking(found) == .counted)
        #expect(ledger.taking(found) == .known)
        #expect(ledger.lost.isEmpty)
        #expect(ledger.seen().metrics[0].events == 2)
    }
}
