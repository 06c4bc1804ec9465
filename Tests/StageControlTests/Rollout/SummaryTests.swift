import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A rollout, for people")
struct SummaryTests {
    @Test("says where it stands, why it does not go on, and what it cannot rule out")
    func words() throws {
        var world = World(try RolloutPlan.example())
        var text = Self.page(world)
        try world.open()
        text += Self.page(world)
        try world.run(TimeSpan(1, .hour))
        world.use(5_000)
        try world.run(TimeSpan(10, .minute))
        text += Self.page(world)
        world.blindSince = world.now
        try world.run(TimeSpan(20, .minute))
        text += Self.page(world)
        try world.person(People.operatorOnly, .hold(reason: "a call"))
        text += Self.page(world)
        world.blindSince = nil
        world.use(1, .test("severe-harm"), events: 1, tripped: 1)
        try world.tick(after: TimeSpan(1, .second))
        text += Self.page(world)
        try expectSnapshot(text, "summaries")
        #expect(!text.contains("safe "))
    }

    private static func page(_ world: World) -> String {
        let summary = world.rollout.summary
        var text = summary.sentence + "\n"
        for reason in summary.reasons { text += "  - \(reason)\n" }
        for band in summary.bands {
            text += "  \(band.metric) \(band.word.rawValue): \(band.events) in \(band.exposure)"
            text += band.upper.map { ", at most \(($0 * 1e6).rounded() / 1e6)\n" } ?? "\n"
        }
        for limit in summary.limits { text += "  \(limit)\n" }
        return text + "\n"
    }

    @Test("harm is harm, what is shown is within its bound, and silence is unknown")
    func bands() throws {
        var world = try World.opened()
        world.use(200)
        try world.run(TimeSpan(5, .minute))
        #expect(world.rollout.summary.bands.map(\.word) == [.notYet, .notYet])
        world.use(20_000)
        try world.run(TimeSpan(5, .minute))
        #expect(world.rollout.summary.bands.map(\.word) == [.withinBound, .notYet])
        #expect(world.rollout.summary.limits.count == 1)
        let upper = try #require(world.rollout.summary.bands[0].upper)
        world.use(10, events: 5)
        try world.run(TimeSpan(5, .minute))
        // A bound that was shown is never taken back.
        #expect(world.rollout.summary.bands[0].upper == upper)
        world.use(2_000, .test("refusals"), events: 2_000)
        world.use(6_000, .test("refusals"), events: 6_000)
        try world.run(TimeSpan(5, .minute))
        #expect(world.rollout.summary.bands[1].word == .harm)
        world.blindSince = world.now
        try world.run(TimeSpan(20, .minute))
        #expect(world.rollout.summary.bands[0].word == .unknown)
        #expect(world.rollout.summary.advanceBudgetLeft < 1 && world.rollout.summary.advanceBudgetLeft > 0)
    }
}
