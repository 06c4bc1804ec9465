import ReleaseModel
import StageControl
import StrictJSON
import Testing

@Suite("People and a rollout")
struct PeopleTests {
    private func refusal(
        _ world: World, _ signatory: Signatory, _ command: RolloutCommand
    ) -> RolloutRefusal? {
        do throws(RolloutRefusal) {
            _ = try Rollout.decide(command, by: signatory, in: world.rollout, at: world.now)
            return nil
        } catch {
            return error
        }
    }

    private func reviewed() throws -> World {
        var world = World()
        try world.person(People.manager, .submit)
        try world.tick()
        return world
    }

    @Test("a plan with an error is not put before those who approve")
    func objection() throws {
        let world = World(try RolloutPlan.short(("spec.owner", nil)))
        guard case .planObjection = self.refusal(world, People.manager, .submit) else {
            Issue.record("submitted")
            return
        }
        #expect(self.refusal(World(), People.viewer, .submit) == .roleMissing([.releaseManager]))
    }

    @Test("one person opens nothing, and not twice")
    func onePerson() throws {
        var world = try self.reviewed()
        try world.sign(.openPlan, People.first)
        #expect(world.rollout.phase == .inReview)
        #expect(self.refusal(world, People.first, .approve(world.approval(.openPlan))) == .alreadySigned)
        #expect(self.refusal(world, People.manager, .start(notBefore: world.now)) == .wrongPhase("approved"))
        try world.sign(.openPlan, People.second)
        #expect(world.rollout.phase == .approved)
    }

    @Test("whatever a plan says, nothing opens by one person's word")
    func leastTwo() throws {
        let plan = try RolloutPlan.short(
            ("spec.stages[0].requiresApproval", ["roles": [], "distinct": 1]),
            ("spec.overrides.riskIncreasing.approvers", 1))
        let rollout = World(plan).rollout
        for motion in [
            Motion.openPlan, .openStage(1), .resume, .override, .supersede(RolloutID(bits: 9)),
            .restore(AudienceUnit(ApplicationID(bits: 9))),
        ] {
            #expect(rollout.requirement(for: motion).distinct == 2 && !rollout.requirement(for: motion).roles.isEmpty)
        }
        #expect(rollout.requirement(for: .openStage(64)).distinct == 2)
    }

    @Test("who wrote a plan or changed it does not sign for it")
    func ownWork() throws {
        var world = World()
        let author = Signatory(People.author, roles: [.releaseManager, .approver])
        let reviser = Signatory(PersonID(bits: 5), roles: [.releaseManager, .approver])
        try world.person(author, .submit)
        #expect(self.refusal(world, author, .approve(world.approval(.openPlan))) == .ownWork)
        try world.person(reviser, .revise(try RolloutPlan.short(("spec.stages[0].setWeight", 20)), reason: "more"))
        #expect(world.rollout.phase == .draft)
        try world.person(author, .submit)
        #expect(self.refusal(world, reviser, .approve(world.approval(.openPlan))) == .ownWork)
        #expect(self.refusal(world, author, .approve(world.approval(.openPlan))) == .ownWork)
    }

    @Test("a signature is for the plan and the evidence that were seen")
    func bound() throws {
        var world = try self.reviewed()
        var approval = world.approval(.openPlan)
        let other = try RolloutPlan.short(("spec.stages[0].setWeight", 20)).digest
        approval.plan = other
        #expect(
            self.refusal(world, People.first, .approve(approval))
                == .otherPlan(found: other, expected: world.rollout.plan.digest))
        approval = world.approval(.openPlan)
        approval.evidence = other
        #expect(
            self.refusal(world, People.first, .approve(approval))
                == .otherEvidence(found: other, expected: world.rollout.evidence))
        try world.sign(.openPlan, People.first, People.third)
        try world.person(People.manager, .start(notBefore: world.now.advanced(milliseconds: 60_000)))
        // Other evidence comes in: the signatures are void.
        world.evidence[0].digest = other
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .inReview && world.rollout.ballots.isEmpty)
    }

    @Test("a signature goes with its signer: withdrawn, or dismissed")
    func voided() throws {
        var world = try self.reviewed()
        try world.sign(.openPlan, People.first, People.second)
        var other = world
        try world.person(People.first, .withdraw(.openPlan))
        #expect(world.rollout.phase == .inReview)
        #expect(self.refusal(world, People.first, .withdraw(.openPlan)) == .notSigned)
        try other.person(People.manager, .start(notBefore: other.now))
        try other.person(People.operatorOnly, .dismiss(People.second.person, reason: "left"))
        try other.tick(after: TimeSpan(1, .second))
        #expect(other.rollout.phase == .inReview && other.rollout.stage == nil)
        #expect(
            self.refusal(other, People.second, .approve(other.approval(.openPlan)))
                == .dismissed(People.second.person))
    }

    @Test("an edit voids every signature")
    func edit() throws {
        var world = try self.reviewed()
        try world.sign(.openPlan, People.first, People.second)
        try world.person(
            People.otherManager, .revise(try RolloutPlan.short(("spec.stages[0].setWeight", 20)), reason: "more"))
        #expect(world.rollout.phase == .draft && world.rollout.ballots.isEmpty)
        #expect(self.refusal(world, People.manager, .revise(world.rollout.plan, reason: "none")) == .samePlan)
        var running = try World.opened()
        #expect(
            self.refusal(running, People.manager, .revise(world.rollout.plan, reason: "none"))
                == .wrongPhase("one that has not started"))
        try running.tick()
    }

    @Test("one person stops; two let it go on, and never the machine")
    func stop() throws {
        var world = try World.opened()
        #expect(self.refusal(world, People.viewer, .hold(reason: "")) != nil)
        try world.person(People.operatorOnly, .hold(reason: "a call"))
        #expect(world.rollout.enforcement.isFrozen)
        #expect(world.rollout.phase == .paused(stage: 0))
        world.use(20_000)
        try world.run(TimeSpan(5, .hour))
        #expect(world.rollout.stage == 0 && world.rollout.heldBy == People.operatorOnly.person)
        #expect(world.rollout.summary.reasons.contains("A person has stopped it; people must resume it."))
        try world.sign(.resume, People.first)
        #expect(world.rollout.heldBy != nil)
        try world.sign(.resume, People.third)
        #expect(world.rollout.heldBy == nil && !world.rollout.enforcement.isFrozen)
        // Time that was paused did not count.
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .active(stage: 0, .baking))
        #expect(self.refusal(world, People.first, .approve(world.approval(.resume))) != nil)
    }

    @Test("a person's stop hides no harm")
    func harmWhileStopped() throws {
        var world = try World.opened(at: 1)
        try world.person(People.operatorOnly, .hold(reason: "a call"))
        world.use(1, events: 1, tripped: 1)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == nil && world.rollout.enforcement.openings.isEmpty)
        #expect(world.rollout.heldBy != nil)
    }

    @Test("one person steps back, rolls back and ends it, at any time")
    func closing() throws {
        let world = try World.opened(at: 2)
        for (command, stage) in [
            (RolloutCommand.stepBack(reason: "x"), 1 as Int?), (.rollBack(reason: "x"), 1), (.abort(reason: "x"), nil),
        ] {
            var copy = world
            try copy.person(People.operatorOnly, command)
            #expect(copy.rollout.stage == stage)
            #expect(copy.rollout.enforcement.generation == world.rollout.enforcement.generation + 1)
            #expect(!copy.rollout.enforcement.openings.contains { $0.cohort == .test("general") })
        }
        let long = String(repeating: "x", count: 1_025)
        #expect(self.refusal(world, People.operatorOnly, .abort(reason: long)) == .reasonTooLong)
    }

    @Test("after a person's rollback only people open again, and not before the pause is over")
    func afterRollback() throws {
        var world = try World.opened(at: 1)
        try world.person(People.operatorOnly, .rollBack(reason: "a complaint"))
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .rolledBack(stage: 0))
        guard case .coolingDown = self.refusal(world, People.first, .approve(world.approval(.resume))) else {
            Issue.record("no pause")
            return
        }
        try world.run(TimeSpan(25, .hour))
        #expect(world.rollout.phase == .rolledBack(stage: 0))
        try world.sign(.resume, People.first, People.second)
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.obstacles == [.approval])
        try world.sign(.resume, People.third)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .active(stage: 0, .preparing))
        // The stage that failed opens by people, although its plan asks for none.
        world.use(20_000)
        try world.run(TimeSpan(2, .hour))
        #expect(world.rollout.phase == .active(stage: 0, .awaitingApproval))
        try world.sign(.openStage(1), People.first, People.third)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == 1)
    }

    @Test("two people may open against the rules for a day; it is seen for ever, and ends with the evidence")
    func override() throws {
        var world = try World.opened()
        #expect(self.refusal(world, People.first, .approve(world.approval(.override, reason: ""))) != nil)
        let signers = [People.third, People.first]
        for signatory in signers { try world.person(signatory, .approve(world.approval(.override))) }
        #expect(world.rollout.override?.people == signers.map(\.person).sorted())
        var blind = world
        blind.blindSince = blind.now
        try blind.tick(after: TimeSpan(20, .minute))
        #expect(blind.rollout.override == nil && blind.rollout.stage == 0)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == 1 && world.rollout.overriddenStages == [1])
        let mark = try #require(world.rollout.summary.overrides.first)
        #expect(mark.approvals.map(\.person) == signers.map(\.person))
        #expect(mark.approvals.allSatisfy { $0.reason == "because" } && mark.at == world.now)
        #expect(mark.waived == [.bake, .rule(metric: 0)])
    }

    @Test("no stage that follows and no way back takes the mark of an override away")
    func overrideMarks() throws {
        var world = try World.opened()
        try world.sign(.override, People.first, People.third)
        try world.tick(after: TimeSpan(1, .second))
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.override == nil, "it opens one stage and no more")
        var back = world
        try back.person(People.operatorOnly, .stepBack(reason: "too early"))
        #expect(back.rollout.summary.overrides.map(\.stage) == [1])
        world.use(20_000)
        try world.run(TimeSpan(3, .hour))
        try world.sign(.openStage(2), People.first, People.third)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == 2 && world.rollout.summary.overrides.map(\.stage) == [1])
    }

    @Test("what people are asked for is there with who must sign and who has")
    func asked() throws {
        var world = World()
        #expect(world.rollout.asked.isEmpty)
        try world.person(People.manager, .submit)
        try world.tick()
        #expect(world.rollout.asked.map(\.motion) == [.openPlan])
        try world.sign(.openPlan, People.first)
        let asked = try #require(world.rollout.asked.first)
        #expect(asked.approvals.map(\.person) == [People.first.person] && !asked.isSigned)
        #expect(asked.requirement == ApprovalRequirement(roles: [.approver], distinct: 2))
        world = try World.opened(at: 1)
        #expect(world.rollout.asked.map(\.motion) == [.openStage(2)])
        try world.person(People.operatorOnly, .hold(reason: "look"))
        #expect(world.rollout.asked.map(\.motion) == [.resume, .openStage(2)])
    }

    @Test("an override ends after a day", arguments: [(23, 1), (25, 0)])
    func overrideEnds(hours: Int, stage: Int) throws {
        var world = try World.opened()
        try world.sign(.override, People.first, People.third)
        // Something that nobody waives is in the way meanwhile.
        world.drill = false
        try world.run(TimeSpan(hours, .hour))
        #expect(world.rollout.stage == 0)
        world.drill = true
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == stage)
    }

    @Test("nobody opens in spite of what is not known")
    func unknown() throws {
        var world = try World.opened()
        world.count(.test("harm")) { $0.failures = 1 }
        try world.tick(after: TimeSpan(1, .second))
        try world.sign(.override, People.first, People.third)
        #expect(world.rollout.override != nil)
        let step = try world.tick(after: TimeSpan(1, .second))
        #expect(step.assessment?.obstacles.contains(.unknown(metric: 0)) == true && world.rollout.stage == 0)
    }

    @Test("another release takes over when two people say so")
    func supersede() throws {
        var world = try World.opened(at: 1)
        let other = RolloutID(bits: 99)
        try world.sign(.supersede(other), People.first)
        #expect(world.rollout.stage == 1)
        try world.sign(.supersede(other), People.third)
        #expect(world.rollout.phase == .superseded(by: other) && world.rollout.enforcement.openings.isEmpty)
        #expect(try world.tick(after: TimeSpan(1, .second)) == Step(assessment: nil, entries: [], actions: []))
    }

    @Test("every refusal has a code of its own and says what to do")
    func codes() throws {
        let digest = RolloutPlan.short.digest
        let all: [RolloutRefusal] = [
            .wrongPhase("open"), .roleMissing([.approver]), .ownWork, .dismissed(People.author),
            .otherPlan(found: digest, expected: digest), .otherEvidence(found: digest, expected: digest),
            .alreadySigned, .notSigned, .reasonMissing, .reasonTooLong, .samePlan, .planObjection("x"),
            .coolingDown(until: Timestamp(milliseconds: 1)), .errorBudgetSpent,
        ]
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(all.allSatisfy { $0.description.contains(";") || $0.description.contains(":") })
    }
}
