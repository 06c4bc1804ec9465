import ReleaseModel
import SequentialTests
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Rehearsal

/// What becomes of releases whose harm is known.
@Suite("A rehearsed release")
struct OutcomeTests {
    @Test("at three tenths of the bound is carried out")
    func good() async throws {
        let tally = try await tally(try Rehearsal(try RehearsedPlan.plan(), .harm(0.3)), runs: 80)
        #expect(tally.count { $0 == .completed } >= 76)
        #expect(tally.rolledBack <= 2)
    }

    @Test("at three times the bound goes back nearly always")
    func bad() async throws {
        let tally = try await tally(try Rehearsal(try RehearsedPlan.plan(), .harm(3)), runs: 80)
        #expect(tally.rolledBack >= 78)
        #expect(tally.falseAdvances <= 1)
    }

    @Test("at the bound advances in one of twenty at the most")
    func atTheBound() async throws {
        // The plan gives its one run of evidence 80 % of 6.25 %, which is 5 %.
        let plan = try RehearsedPlan.plan { options in
            options.isPlain = true
            options.most = "24h"
        }
        let tally = try await tally(try Rehearsal(plan, .harm(1, isPlain: true)), runs: 2_000)
        let most = try ClopperPearson.lower(events: tally.falseAdvances, trials: 2_000, errorRate: 0.001)
        #expect(most <= 0.05, "\(tally.falseAdvances)")
        #expect(tally.falseAdvances >= 20)
        #expect(tally.falseRollbacks <= 100)
    }

    @Test("whose reports are late advances no sooner than with reports at once, and goes back no later than they come")
    func lateReports() throws {
        let late = try RehearsedPlan.plan { $0.delay = ["p50": "6h", "p90": "2d", "p99": "5d"] }
        let prompt = try RehearsedPlan.plan()
        let knowing = try Rehearsal(late, .harm(0.3))
        let atOnce = try Rehearsal(prompt, .harm(0.3))
        for seed in seeds(12) {
            let (one, other) = (try knowing.run(seed: seed), try atOnce.run(seed: seed))
            if one.opened.count > 1 { #expect(one.opened[1] >= other.opened[1]) }
        }
        // The same late reports, in a plan that knows of them and in one that is told they are ten times as quick: what
        // the plan thinks of its reports changes when it advances, and never when it goes back.
        var slower = Suppositions.harm(4)
        slower.delayFactor = 10
        let hasty = try Rehearsal(
            try RehearsedPlan.plan { $0.delay = ["p50": "36m", "p90": "288m", "p99": "12h"] }, slower)
        let careful = try Rehearsal(late, .harm(4))
        for seed in seeds(12) {
            let (one, other) = (try careful.run(seed: seed), try hasty.run(seed: seed))
            guard case .rolledBack = other.end, other.opened.count == 1 else { continue }
            #expect(one.end == other.end)
        }
    }

    @Test("stops at a tripwire whose condition all events meet")
    func tripwire() throws {
        var suppositions = Suppositions.harm(0.3)
        suppositions.tripwireShares = [Suppositions.Figure("harm", 1)]
        let run = try Rehearsal(try RehearsedPlan.plan(), suppositions).run(seed: 1)
        #expect(run.end == .rolledBack(metric: 0, rule: .tripwire))
    }

    @Test("does more harm than its influence cap counts when events come together")
    func clustering() throws {
        let plan = try RehearsedPlan.plan { $0.isPlain = true }
        let single = try Rehearsal(plan, .harm(0.3, isPlain: true))
        let clustered = try Rehearsal(plan, .harm(0.3, isPlain: true) { $0.clustering = 5 })
        let (one, other) = (
            RehearsalReport(single, try single.tally(seed: 1, runs: 0..<10), seed: 1),
            RehearsalReport(clustered, try clustered.tally(seed: 1, runs: 0..<10), seed: 1)
        )
        let (harm, more) = (one.stages[0].harm[0].events, other.stages[0].harm[0].events)
        #expect(abs(more / harm - 5) < 0.01)
        #expect(one.completes == other.completes)
    }

    @Test("waits for a person's signature as long as people take, and for a window")
    func people() throws {
        let plan = try RehearsedPlan.plan { $0.isSigned = true }
        let quick = try Rehearsal(plan, .harm(0.2)).run(seed: 3)
        let slow = try Rehearsal(plan, .harm(0.2) { $0.approvalDelay = TimeSpan(3, .day) }).run(seed: 3)
        #expect(slow.opened[1] - quick.opened[1] == 3 * 86_400_000)
        let windows: JSONValue = [["days": ["Fri"], "from": "09:00", "to": "12:00", "timeZone": "UTC"]]
        let friday = try Rehearsal(try RehearsedPlan.plan { $0.windows = windows }, .harm(0.2)).run(seed: 3)
        #expect(friday.opened[1].isMultiple(of: 7 * 86_400_000))
    }
}
