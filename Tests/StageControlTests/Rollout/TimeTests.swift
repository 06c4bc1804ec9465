import ReleaseModel
import StageControl
import StrictJSON
import Testing

@Suite("Time in a rollout")
struct TimeTests {
    private let second = TimeSpan(1, .second)

    @Test("a stage lasts by the clock that nobody can set, and only while somebody looks")
    func activeTime() throws {
        var world = try World.opened()
        // Three days in which nobody looked are minutes.
        try world.tick(after: TimeSpan(3, .day))
        #expect(world.rollout.ran <= Rollout.longestSilence + 10_000)
        // A process that starts anew knows nothing of the time between.
        let ran = world.rollout.ran
        world.clock = ClockReading(boot: 2, monotonic: 0, wall: world.now.advanced(milliseconds: 7_200_000))
        try world.tick()
        #expect(world.rollout.ran == ran && world.rollout.clock?.boot == 2)
        try world.run(TimeSpan(30, .minute))
        #expect(world.rollout.ran == ran + 1_800_000)
    }

    @Test(
        "a jump of the time of day by more than a minute holds until people go on",
        arguments: [-3_600_000, 61_001, 3_600_000])
    func jump(milliseconds: Int64) throws {
        var world = try World.opened()
        let clock = world.clock
        world.clock = ClockReading(
            boot: 1, monotonic: clock.monotonic + 1_000, wall: clock.wall.advanced(milliseconds: 1_000 + milliseconds))
        try world.tick()
        #expect(world.rollout.latchedHolds == [.clockJump])
        try world.run(TimeSpan(1, .hour))
        #expect(world.rollout.phase == .active(stage: 0, .held([.clockJump])))
        try world.sign(.resume, People.first, People.third)
        try world.tick(after: self.second)
        #expect(!world.rollout.enforcement.isFrozen)
    }

    @Test("less than a minute is nothing")
    func drift() throws {
        var world = try World.opened()
        let clock = world.clock
        world.clock = ClockReading(
            boot: 1, monotonic: clock.monotonic + 1_000, wall: clock.wall.advanced(milliseconds: 60_500))
        #expect(try world.tick().assessment?.holds == [])
    }

    @Test("a stage that lasts too long, and a release that does not advance, ask people and never ship")
    func deadlines() throws {
        var world = try World.opened(
            try RolloutPlan.short(("spec.stages[0].bake.max", "2h"), ("spec.progressDeadline", "8d")))
        try world.run(TimeSpan(3, .hour))
        #expect(world.rollout.phase == .active(stage: 0, .held([.stageTime])))
        world.use(20_000)
        try world.run(TimeSpan(1, .hour))
        #expect(world.rollout.stage == 0)
        try world.run(TimeSpan(8, .day))
        #expect(world.rollout.latchedHolds == [.stageTime, .progressDeadline])
        try world.sign(.resume, People.first, People.third)
        try world.tick(after: self.second)
        #expect(world.rollout.stage == 1)
    }

    @Test("hours and drills gate what opens, and nothing that closes")
    func windows() throws {
        let window: JSONValue = ["days": ["Mon"], "from": "09:00", "to": "10:00", "timeZone": "Europe/Berlin"]
        let plan = try RolloutPlan.short(("spec.evaluation.changeWindows[0]", window))
        var world = World(plan)
        world.zones = []
        try world.open()
        #expect(world.rollout.stage == nil)
        // A Monday, 09:30 in Berlin in summer.
        world.clock = ClockReading(boot: 2, monotonic: 0, wall: Timestamp(milliseconds: 1_786_951_800_000))
        #expect(try world.tick().assessment?.obstacles == [.window])
        world.wait(self.second)
        var look = world.look()
        look.zones = [ZoneOffset(zone: try #require(TimeZoneName("Europe/Berlin")), minutes: 120)]
        let step = try Rollout.step(world.rollout, look)
        #expect(step.assessment?.transition == .start)
        look.drill = DrillReport(at: world.now, p99: 2_001)
        #expect(try Rollout.step(world.rollout, look).assessment?.obstacles == [.drill])
        look.drill = DrillReport(at: world.now.advanced(milliseconds: -31 * 86_400_000), p99: 100)
        #expect(try Rollout.step(world.rollout, look).assessment?.obstacles == [.drill])
        world.take(step.entries)
        world.drill = false
        world.use(1, events: 1, tripped: 1)
        try world.tick(after: self.second)
        #expect(world.rollout.enforcement.openings.isEmpty && world.rollout.epoch == 2)
    }

    @Test("whole weeks are whole weeks")
    func weeks() throws {
        let week = TimeSpan(7, .day), plan = RolloutPlan.short.plan.spec
        #expect(plan.stages[2].bake?.cover == .fullWeeks)
        var world = try World.opened(
            try RolloutPlan.short(
                ("spec.stages[0].bake", ["min": "8d", "max": "30d", "cover": "fullWeeks"])))
        world.use(20_000)
        try world.run(week)
        try world.run(TimeSpan(6, .day))
        #expect(world.rollout.stage == 0)
        try world.run(TimeSpan(25, .hour))
        #expect(world.rollout.stage == 1)
    }

    @Test("the machine starts not before it may")
    func notBefore() throws {
        var world = World()
        try world.person(People.manager, .submit)
        try world.tick()
        try world.sign(.openPlan, People.first, People.second)
        try world.person(People.manager, .start(notBefore: world.now.advanced(milliseconds: 3_600_000)))
        #expect(try world.tick(after: self.second).assessment?.obstacles == [.notBefore])
        try world.tick(after: TimeSpan(1, .hour))
        #expect(world.rollout.stage == 0)
    }
}
