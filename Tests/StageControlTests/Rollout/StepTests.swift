import ReleaseModel
import StageControl
import StrictJSON
import Testing

@Suite("A rollout, step by step")
struct StepTests {
    private let second = TimeSpan(1, .second)

    @Test("the plans of these tests are good plans")
    func plans() throws {
        #expect(PlanLint.findings(in: RolloutPlan.short.plan).filter { $0.severity == .error } == [])
        #expect(PlanLint.findings(in: try RolloutPlan.example().plan).filter { $0.severity == .error } == [])
    }

    @Test("opens, bakes, shows, advances, and completes")
    func wholeWay() throws {
        var world = try World.opened()
        #expect(world.rollout.enforcement.openings.map(\.weight) == [100_000])
        #expect(world.rollout.phase == .active(stage: 0, .baking))
        try world.run(TimeSpan(2, .hour))
        #expect(world.rollout.phase == .active(stage: 0, .undecided))
        world.use(20_000)
        try world.tick(after: self.second)
        #expect(world.rollout.stage == 1 && world.rollout.epoch == 1)
        #expect(world.rollout.enforcement.openings.map(\.weight) == [500_000])
        try world.run(TimeSpan(130, .minute))
        #expect(world.rollout.phase == .active(stage: 1, .awaitingApproval))
        try world.sign(.openStage(2), People.first, People.second)
        try world.tick(after: self.second)
        #expect(world.rollout.stage == 2 && world.rollout.epoch == 2)
        world.use(20_000)
        try world.run(TimeSpan(9, .day))
        #expect(world.rollout.phase == .watching(stage: 2))
        let step = try world.tick(after: self.second)
        #expect(step.isQuiet && step.assessment?.obstacles == [.watch])
        try world.run(TimeSpan(26, .hour))
        #expect(world.rollout.phase == .completed)
        #expect(world.rollout.enforcement.openings.count == 2)
    }

    // MARK: What is recorded

    @Test("a quiet look records nothing and loses nothing")
    func quiet() throws {
        var often = try World.opened()
        var seldom = often
        for _ in 0..<600 { try often.tick(after: self.second) }
        try seldom.run(TimeSpan(10, .minute))
        #expect(often.log.count == seldom.log.count)
        #expect(often.rollout == seldom.rollout)
        #expect(often.rollout.ran == seldom.rollout.ran && often.rollout.ran > 0)
    }

    @Test("a look that was recorded, and an older one, lead to nothing")
    func duplicates() throws {
        var world = try World.opened()
        let old = world.look()
        world.use(10)
        world.wait(self.second)
        let look = world.look()
        let step = try Rollout.step(world.rollout, look, recording: .everything)
        world.take(step.entries)
        #expect(step.entries.count == 1)
        #expect(
            try Rollout.step(world.rollout, look, recording: .everything)
                == Step(assessment: nil, entries: [], actions: []))
        #expect(try Rollout.step(world.rollout, old, recording: .everything).isQuiet)
        // The same moment with something else in it is another look.
        world.use(1, events: 1, tripped: 1)
        #expect(try !Rollout.step(world.rollout, world.look()).isQuiet)
        // An entry that is delivered twice is taken in once.
        let rollout = world.rollout
        world.take(step.entries)
        #expect(world.rollout == rollout)
    }

    @Test("a decision is known by rollout, epoch, tick and inputs")
    func identity() throws {
        let world = try World.opened()
        var records: [DecisionRecord] = []
        for entry in world.log {
            if case .decision(let record) = entry.event { records.append(record) }
        }
        #expect(Set(records.map(\.id)).count == records.count)
        #expect(records.map(\.tick) == Array(1...records.count))
    }

    // MARK: What closes

    @Test("a tripwire closes at once, cuts what is on its way, and waits for people")
    func tripwire() throws {
        var world = try World.opened(at: 1)
        world.use(1, events: 1, tripped: 1)
        let step = try world.tick(after: self.second)
        guard case .rollBack(let back) = step.assessment?.transition else {
            Issue.record("not rolled back")
            return
        }
        #expect(back == .init(stage: nil, reaction: .halt, metric: 0, rule: .tripwire, drain: 0))
        #expect(step.actions.first == .enforce(world.rollout.enforcement))
        #expect(world.rollout.enforcement.openings.isEmpty && world.rollout.enforcement.drain == 0)
        #expect(world.rollout.phase == .rollingBack(to: nil))
        try world.tick(after: self.second)
        try world.run(TimeSpan(3, .day))
        #expect(world.rollout.phase == .rolledBack(stage: nil))
    }

    @Test("a rollback is over when every gateway has confirmed it, or cannot serve any more")
    func confirmed() throws {
        var world = try World.opened(at: 1)
        world.confirms = world.rollout.enforcement.generation
        try world.person(People.operatorOnly, .stepBack(reason: "x"))
        try world.tick(after: self.second)
        #expect(world.rollout.phase == .rollingBack(to: 0))
        var look = world.look()
        look.clock = ClockReading(
            boot: 1, monotonic: look.clock.monotonic + 6_000, wall: look.clock.wall.advanced(milliseconds: 6_000))
        let step = try Rollout.step(world.rollout, look)
        #expect(step.assessment?.transition == .rolledBack)
        world.confirms = nil
        try world.tick(after: self.second)
        #expect(world.rollout.phase == .rolledBack(stage: 0))
    }

    @Test("harm that is shown steps back, goes on once by itself, and then waits for people")
    func restarts() throws {
        var world = try World.opened(at: 1)
        world.use(20_000, events: 200)
        try world.tick(after: self.second)
        #expect(world.rollout.stage == 0 && world.rollout.automaticRollbacks == 1)
        #expect(world.rollout.enforcement.openings.map(\.weight) == [100_000])
        #expect(world.rollout.enforcement.isFrozen && world.rollout.enforcement.drain == 30_000)
        try world.run(TimeSpan(23, .hour))
        #expect(world.rollout.phase == .rolledBack(stage: 0) && world.rollout.shares == nil)
        try world.run(TimeSpan(70, .minute))
        #expect(
            world.rollout.phase == .active(stage: 0, .preparing) || world.rollout.phase == .active(stage: 0, .baking))
        // The restart has paid its own, smaller share.
        let share = try #require(world.rollout.shares?.advance)
        #expect(abs(share - 0.05 * 0.2 * 6 / (Double.pi * Double.pi)) < 1e-12)
        world.use(20_000, events: 200)
        try world.tick(after: self.second)
        #expect(world.rollout.automaticRollbacks == 2 && world.rollout.stage == nil)
        try world.run(TimeSpan(3, .day))
        #expect(world.rollout.phase == .rolledBack(stage: nil))
    }

    @Test("after as many rollbacks as the plan allows it waits for people, although a stage is open")
    func mostRollbacks() throws {
        var world = try World.opened(try RolloutPlan.short(("spec.rollback.maxAutomaticRollbacks", 0)), at: 1)
        world.use(20_000, events: 200)
        try world.run(TimeSpan(30, .hour))
        #expect(world.rollout.phase == .rolledBack(stage: 0))
        #expect(world.rollout.last?.assessment.obstacles == [.approval])
    }

    @Test("harm that begins after a long good time is found while everything is open")
    func drift() throws {
        var world = try World.opened(at: 2)
        world.use(400_000)
        try world.run(TimeSpan(5, .minute))
        world.use(10_000, events: 60)
        let step = try world.tick(after: self.second)
        guard case .rollBack(let back) = step.assessment?.transition else {
            Issue.record("not rolled back")
            return
        }
        #expect(back == .init(stage: 1, reaction: .rollback, metric: 0, rule: .drift, drain: 30_000))
    }

    @Test("what fails beats what holds: a broken sample ratio hides no harm")
    func order() throws {
        var world = try World.opened(at: 1)
        world.units = [ArmSplit(share: 500_000, candidate: 9_000, baseline: 1_000)]
        var held = world
        try held.tick(after: self.second)
        #expect(held.rollout.phase == .active(stage: 1, .held([.sampleRatio])))
        world.use(20_000, events: 200)
        let step = try world.tick(after: self.second)
        guard case .rollBack(let back) = step.assessment?.transition else {
            Issue.record("not rolled back")
            return
        }
        #expect(back.rule == .rollback && step.assessment?.holds == [.sampleRatio])
    }

    @Test("a hold rule holds until people go on, with evidence that begins anew")
    func holdRule() throws {
        var world = try World.opened()
        world.use(2_000, .test("refusals"), events: 900)
        try world.tick(after: self.second)
        #expect(world.rollout.phase == .active(stage: 0, .held([.rule(metric: 1)])))
        try world.run(TimeSpan(3, .hour))
        #expect(world.rollout.enforcement.isFrozen)
        let epoch = world.rollout.epoch
        try world.sign(.resume, People.first, People.third)
        #expect(world.rollout.epoch == epoch + 1 && !world.rollout.enforcement.isFrozen)
        try world.tick(after: self.second)
        #expect(world.rollout.stage == 0 && world.rollout.latchedHolds.isEmpty)
    }

    // MARK: What is not known

    @Test("silence holds, steps back when it lasts, and is no evidence")
    func silence() throws {
        var world = try World.opened(at: 1)
        world.blindSince = world.now
        try world.run(TimeSpan(10, .minute))
        #expect(!world.rollout.enforcement.isFrozen)
        try world.run(TimeSpan(5, .minute))
        #expect(world.rollout.phase == .active(stage: 1, .held([.noData(metric: 0), .noData(metric: 1)])))
        #expect(world.rollout.enforcement.isFrozen && world.rollout.stage == 1)
        try world.run(TimeSpan(220, .minute))
        #expect(world.rollout.stage == 1)
        try world.run(TimeSpan(10, .minute))
        #expect(world.rollout.stage == 0)
    }

    @Test("a source that is back lets it go on, but not where a person held")
    func back() throws {
        var world = try World.opened(at: 1)
        world.blindSince = world.now
        try world.run(TimeSpan(1, .hour))
        world.blindSince = nil
        let ran = world.rollout.ran
        try world.tick(after: self.second)
        #expect(!world.rollout.enforcement.isFrozen && world.rollout.ran == ran)
    }

    @Test("no metric at all is silence at once; no event with a live source is data")
    func nothing() throws {
        var world = try World.opened(at: 1)
        var look = world.look()
        look.metrics = []
        world.wait(self.second)
        look.clock = world.clock
        let step = try Rollout.step(world.rollout, look)
        #expect(step.assessment?.holds == [.noData(metric: 0), .noData(metric: 1)])
        world.use(1_000)
        #expect(try Rollout.step(world.rollout, world.look()).assessment?.holds == [])
    }

    @Test("a source may fail a few times, and then what the plan says is done")
    func failing() throws {
        var world = try World.opened(at: 1)
        world.use(20_000)
        world.count(.test("harm")) { $0.failures = 4 }
        var step = try world.tick(after: self.second)
        #expect(step.assessment?.holds == [])
        #expect(step.assessment?.obstacles.contains(.unknown(metric: 0)) == true)
        world.count(.test("harm")) { $0.failures = 5 }
        step = try world.tick(after: self.second)
        #expect(step.assessment?.holds == [.sourceError(metric: 0)])
    }

    @Test("a control that is not up, and evidence that lapses, hold for as long")
    func companions() throws {
        var world = try World.opened(at: 1)
        world.silentSince = world.now
        try world.run(TimeSpan(5, .minute))
        #expect(world.rollout.phase == .active(stage: 1, .held([.companion(.test("filter"))])))
        world.silentSince = nil
        let evidence = world.evidence
        world.evidence = []
        try world.tick(after: self.second)
        #expect(world.rollout.phase == .active(stage: 1, .held([.evidence(.test("risk-assessment"))])))
        world.evidence = evidence
        try world.tick(after: self.second)
        #expect(!world.rollout.enforcement.isFrozen)
    }
}
