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
        let term = try #require(world.rollout.exposureTerms(at: world.now)[.budget])
        #expect(term.budget == 20_000 && term.begins == world.rollout.stageOpened && term.ends == nil)
        world.use(19_999, events: 20)
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [])
        world.use(1)
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [.exposureBudget])
        #expect(world.rollout.phase == .active(stage: 0, .held([.exposureBudget])))
        #expect(world.rollout.summary.reasons.contains(HoldCause.exposureBudget.sentence(in: world.spec)))
        try world.run(TimeSpan(3, .hour))
        #expect(world.rollout.exposureBudget == 20_000 && world.rollout.enforcement.isFrozen)
        #expect(DecisionCheck.differences(in: world.log, from: world.draft) == [])
    }

    @Test("a budget that is used up keeps nobody from going on who has shown enough, as soon as its time is over")
    func usedUpAndShown() throws {
        var world = try World.opened(try self.plan("fixed", initial: 20_000))
        world.use(20_000)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .active(stage: 0, .held([.exposureBudget])))
        try world.run(TimeSpan(50, .minute))
        #expect(world.rollout.stage == 0)
        try world.run(TimeSpan(20, .minute))
        #expect(world.rollout.stage == 1)
    }

    @Test("a budget is used up, too, where those who lend it know of no more than was counted")
    func lost() throws {
        var world = try World.opened(try self.plan("fixed", initial: 20_000))
        world.use(100)
        world.exposureUsed = 19_999
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [])
        world.exposureUsed = 20_000
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [.exposureBudget])
        #expect(world.rollout.enforcement.isFrozen)
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
        var holders = try (1...3).map { ExposureHolder(gateway: try Sample.name("gw-\($0)")) }
        var leases = ExposureLeases(try #require(world.rollout.exposureTerms(at: world.now)[.budget]))
        for _ in 0..<60 {
            let place = Int(generator.next() % 3)
            let term = try #require(world.rollout.exposureTerms(at: world.now)[.budget])
            if let entry = leases.renew(to: term) { leases.apply(entry) }
            // A gateway gives back what is over, and draws a block, as far as one may be handed out.
            holders[place].giveBack(at: world.now)
            for returned in holders[place].returns {
                if let entry = leases.takeBack(returned) { leases.apply(entry) }
                holders[place].arrived(returned.id)
            }
            let id = holders[place].ask(at: world.now)
            switch leases.lease(id, of: 500, at: world.now) {
            case .granted(let lease, let entry):
                if let entry { leases.apply(entry) }
                holders[place].receive(lease)
            case .refused: holders[place].refused(id)
            }
            let asked = Int.random(in: 0...500, using: &generator)
            let used = (0..<asked).count { _ in holders[place].take(at: world.now) != nil }
            world.use(used, events: generator.oneIn(9) ? 1 : 0)
            let budget = try #require(world.rollout.exposureBudget)
            #expect(world.requests <= leases.committed && leases.committed <= budget)
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
        let strata = world.rollout.summary.strata
        #expect(strata.map(\.part) == [.test("eu"), .test("us")])
        #expect(strata.map(\.verdict) == [.pass, .undecided] && strata.map(\.requests) == [100, 0])
        // At 5 % a hundred requests without harm exclude rates above 3.68 in a hundred; the stage has less than all of
        // the 5 %. None exclude nothing.
        #expect(strata[0].smallestRate.map { 0.0368...0.06 ~= $0 } ?? false)
        #expect(strata[1].smallestRate == .infinity)
        #expect("\(strata[1])" == "region us: 0 of 50 requests; no rate of harm could have been excluded")
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
