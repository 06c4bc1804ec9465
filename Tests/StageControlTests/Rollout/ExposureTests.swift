import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("How much exposure a stage has")
struct ExposureTests {
    private func plan(_ growth: String, initial: JSONValue = 2_000) throws -> SealedPlan {
        try RolloutPlan.short(
            ("spec.metrics[0].harmBudget", ["expectedPerStage": 2, "cohortShift": 2]),
            ("spec.stages[0].exposureBudget", ["initial": initial, "growth": .string(growth)]))
    }

    @Test("a fixed budget holds once it is used up, and lets nothing more be handed out")
    func fixed() throws {
        var world = try World.opened(try self.plan("fixed", initial: 20_000))
        #expect(world.rollout.enforcement.isMetered && world.rollout.exposureBudget == 20_000)
        #expect(world.rollout.lendable(requests: 500, outstanding: 19_000) == 500)
        world.use(20_000, events: 20)
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [])
        #expect(world.rollout.lendable(requests: world.requests, outstanding: 0) == 0)
        world.use(1)
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [.exposureBudget])
        try world.run(TimeSpan(3, .hour))
        #expect(world.rollout.exposureBudget == 20_000 && world.rollout.enforcement.isFrozen)
    }

    @Test("a budget grows with what is shown, by as much as the harm budget bears, and never falls")
    func growing() throws {
        var world = try World.opened(try self.plan("byHarmBudget"))
        #expect(world.rollout.exposureBudget == 2_000)
        world.use(1_900)
        try world.run(TimeSpan(5, .minute))
        let bound = try #require(world.rollout.last?.bounds.first?.upper)
        #expect(world.rollout.exposureBudget == 1_900 + Int(2 / (2 * bound)))
        let budget = try #require(world.rollout.exposureBudget)
        world.use(10, events: 3)
        try world.run(TimeSpan(10, .minute))
        #expect(world.rollout.exposureBudget == budget)
        #expect(world.rollout.last?.bounds.first?.upper == bound)
    }

    @Test("exposure stays within the budget whatever the gateways do, and with nobody deciding", arguments: seeds(20))
    func leases(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var world = try World.opened(try self.plan("byHarmBudget"))
        var blocks = [0, 0, 0]
        for _ in 0..<60 {
            let place = Int(generator.next() % 3)
            // A gateway draws a block, as far as one may be handed out.
            let outstanding = blocks.reduce(0, +)
            let lendable = try #require(world.rollout.lendable(requests: world.requests, outstanding: outstanding))
            blocks[place] += min(500, lendable)
            let used = Int.random(in: 0...blocks[place], using: &generator)
            blocks[place] -= used
            world.use(used, events: generator.oneIn(9) ? 1 : 0)
            let budget = try #require(world.rollout.exposureBudget)
            #expect(world.requests + blocks.reduce(0, +) <= budget)
            if generator.oneIn(2), world.rollout.stage == 0 { try world.tick(after: TimeSpan(5, .minute)) }
            if world.rollout.stage != 0 || world.rollout.epoch != 1 { break }
        }
    }

    @Test("parts of the public that were not seen keep a stage from ending")
    func strata() throws {
        var world = try World.opened(
            try RolloutPlan.short(
                ("spec.stages[0].strata[0]", ["dimension": "region", "quotas": ["eu": 100, "us": 50]]),
                ("spec.stages[1].strata", [])))
        world.use(20_000)
        world.strata = [StratumCount(dimension: .region, part: .test("eu"), requests: 100)]
        try world.run(TimeSpan(2, .hour))
        #expect(world.rollout.last?.assessment.obstacles == [.stratum(dimension: "region", part: .test("us"))])
        world.strata.append(StratumCount(dimension: .region, part: .test("us"), requests: 50))
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == 1)
    }

    @Test("what is enforced says all that a gateway needs, and survives its text")
    func enforcement() throws {
        let world = try World.opened(try RolloutPlan.example())
        let enforcement = world.rollout.enforcement
        #expect(enforcement.openings.map(\.cohort) == [.test("staff")] && enforcement.lease == 5_000)
        #expect(enforcement.openings[0].caps == StageCaps(requestsPerMinutePerApp: 60, tokensPerMinutePerApp: 200_000))
        #expect(enforcement.weight(of: .test("staff")) == 1_000_000 && enforcement.weight(of: .test("drawn")) == 0)
        let document = try JSONValue(encoding: enforcement)
        #expect(try document.decoded(as: Enforcement.self) == enforcement)
        #expect(document.canonical.count < 300)
        let odd = document.setting("openings[0].caps.perSecond", to: 3)
        #expect(throws: (any Error).self) { try odd.decoded(as: Enforcement.self) }
    }
}
