import ReleaseModel
import StrictJSON
import Testing

@testable import StageControl

/// Reads an example with some changes.
private func spec(_ example: String, _ changes: [LintCase.Change] = []) throws -> ReleasePlan.Spec {
    try ReleasePlan.read(PlanSource(try PlanSource(example: example).value.setting(changes))).spec
}

@Suite("What a stage can count")
struct ExpectedExposureTests {
    private static let names = ["atlas-2-api", "trust-tiers", "trusted-circle-then-public", "weekly-invitations"]

    private func perDay(_ changes: [LintCase.Change], metric: Int = 0, stage: Int = 1) throws -> Double? {
        let spec = try spec("atlas-2-api", changes)
        return spec.perDay(of: spec.metrics[metric], inStage: stage)
    }

    @Test("is the use that is expected, and what the stage's caps leave of it")
    func caps() throws {
        #expect(try self.perDay([]) == 20_000)
        #expect(try self.perDay([("spec.stages[1].caps", ["requestsPerDay": 500])]) == 500)
        #expect(try self.perDay([("spec.traffic", [:])]) == nil)
        // Two listed applications and fifty more, each once a minute.
        #expect(
            try self.perDay([
                ("spec.stages[1].caps", ["requestsPerMinutePerApp": 1]),
                ("spec.traffic.requests.stages.trusted-testers", 1_000_000),
                ("spec.traffic.accountDays.stages.trusted-testers", 1_000_000),
            ]) == 52 * 1_440)
    }

    @Test("is of each actor no more than the influence cap lets count, and no more actors than there can be")
    func influence() throws {
        let cap = "spec.metrics[0].influenceCap"
        func capped(_ value: JSONValue, _ accounts: JSONValue? = 4_000) throws -> Double? {
            try self.perDay([(cap, value), ("spec.traffic.accountDays.stages.trusted-testers", accounts)])
        }
        #expect(try capped(["per": "account", "events": 1]) == 4_000)
        #expect(try capped(["per": "account", "events": 3]) == 12_000)
        #expect(try capped(["per": "account", "events": 10]) == 20_000)
        #expect(try capped(["per": "account", "events": 1, "window": "12h"]) == 8_000)
        #expect(try capped(["per": "account", "events": 1, "window": "7d"]) == 4_000)
        #expect(try capped(["per": "application", "events": 1]) == 52)
        #expect(try capped(["per": "application", "events": 7, "window": "7d"]) == 52)
        // Another metric has no cap.
        let free = try self.perDay([(cap, ["per": "application"])], metric: 3)
        #expect(free == 20_000)
    }

    @Test("counts people where the stage says how many there may be, at the weight that they are let in with")
    func people() throws {
        let changes: [LintCase.Change] = [
            ("spec.metrics[0].influenceCap", ["per": "account", "events": 1]),
            ("spec.stages[0].audience.people", ["max": 30]),
            ("spec.stages[1].audience", ["cohorts": ["trusted"], "people": ["max": 400]]),
            ("spec.stages[1].setWeight", 50), ("spec.stages[2].setWeight", 100),
        ]
        #expect(try self.perDay(changes) == 30 + 400 * 0.5)
        let spec = try spec("atlas-2-api", changes)
        #expect(spec.ceiling(of: .account, inStage: 1) == 400)
        #expect(spec.ceiling(of: .application, inStage: 1) == nil)
        #expect(spec.ceiling(of: .application, inStage: 0) == 2)
        #expect(spec.ceiling(of: .application, inStage: 2) == 200)
    }

    @Test("says when nobody knows how many actors there will be")
    func missing() throws {
        let known = try spec("atlas-2-api")
        let unknown = try spec("atlas-2-api", [("spec.traffic.accountDays", nil)])
        #expect(known.stages.indices.allSatisfy { !known.missesActors(of: known.metrics[0], inStage: $0) })
        #expect(unknown.stages.indices.allSatisfy { unknown.missesActors(of: unknown.metrics[0], inStage: $0) })
        #expect(unknown.stages.indices.allSatisfy { !unknown.missesActors(of: unknown.metrics[3], inStage: $0) })
        #expect(unknown.feasibility().allSatisfy { $0.missesActors == ($0.metric.text != "ttft-p95") })
    }

    @Test("never is more for a tighter cap, or for less use", arguments: names)
    func monotone(name: String) throws {
        let plan = try spec(name)
        for (index, metric) in plan.metrics.enumerated() where metric.influenceCap != nil {
            let tight = try spec(name, [("spec.metrics[\(index)].influenceCap.events", 1)])
            let slow = try spec(name, [("spec.metrics[\(index)].influenceCap.window", "30d")])
            for stage in plan.stages.indices {
                guard let most = plan.perDay(of: metric, inStage: stage) else { continue }
                for other in [tight, slow] {
                    let less = try #require(other.perDay(of: other.metrics[index], inStage: stage))
                    #expect(less <= most)
                }
            }
        }
    }
}

@Suite("The time to decide")
struct DecisionTimeTests {
    private static let names = ["atlas-2-api", "trust-tiers", "trusted-circle-then-public", "weekly-invitations"]

    @Test("rests on the exposure that the linter counts with", arguments: names)
    func oracle(name: String) throws {
        let spec = try spec(name)
        var compared = 0
        for feasibility in spec.feasibility() where spec.evidence(inStage: feasibility.stage).count == 1 {
            let days = spec.mostTime(of: spec.stages[feasibility.stage]).days
            #expect(spec.exposure(for: feasibility, days: days) == feasibility.reach, "\(feasibility)")
            compared += 1
        }
        #expect(compared > 2)
    }

    @Test("is the moment from which the exposure suffices", arguments: names)
    func moment(name: String) throws {
        let spec = try spec(name)
        for feasibility in spec.feasibility() {
            guard case .days(let days) = spec.decisionTime(feasibility) else { continue }
            let reached = try #require(spec.exposure(for: feasibility, days: days))
            #expect(reached >= feasibility.toDecide)
            guard days > 0 else { continue }
            let before = try #require(spec.exposure(for: feasibility, days: days * 0.999))
            #expect(before < feasibility.toDecide)
        }
    }

    @Test("is shorter with more use, never without any, and unknown where nobody says how much")
    func traffic() throws {
        func times(_ perDay: JSONValue?) throws -> [DecisionTime] {
            let spec = try spec(
                "trusted-circle-then-public",
                [
                    ("spec.traffic.requests.stages.trusted-circle", perDay),
                    ("spec.traffic.requests.atFullWeight", nil),
                ])
            return spec.feasibility().filter { $0.stage == 1 }.map { spec.decisionTime($0) }
        }
        for (some, more) in zip(try times(20_000), try times(40_000)) {
            guard case .days(let long) = some, case .days(let short) = more else {
                Issue.record("\(some) and \(more) are no days")
                continue
            }
            #expect(short < long)
        }
        #expect(try times(0).allSatisfy { $0 == .never })
        #expect(try times(nil).allSatisfy { $0 == .unknown })
    }
}
