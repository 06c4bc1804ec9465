import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("Whatever happens to a rollout")
struct HistoryTests {
    /// Where histories begin: every place that a release can be at.
    private static let beginnings: [World] = {
        do {
            var review = World()
            try review.person(People.manager, .submit)
            try review.tick()
            var approved = review
            try approved.sign(.openPlan, People.first, People.third)
            var harmed = try World.opened(at: 1)
            harmed.use(1, events: 1, tripped: 1)
            try harmed.tick(after: TimeSpan(1, .second))
            var back = try World.opened(at: 1)
            try back.person(People.operatorOnly, .stepBack(reason: "a complaint"))
            try back.run(TimeSpan(25, .hour))
            var baked = try World.opened()
            try baked.run(TimeSpan(2, .hour))
            var waiting = try World.opened(at: 1)
            try waiting.run(TimeSpan(3, .hour))
            return [
                baked, waiting, World(), review, approved, try World.opened(), try World.opened(at: 1),
                try World.opened(at: 2), harmed,
                back,
            ]
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// 104 × 1,000 histories: each begins somewhere, goes on for a while, and parts into ten ways three times over.
    @Test("nothing opens but by two people for this plan, and every law holds", arguments: seeds(104))
    func laws(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &* 0x9E37 &+ 1)
        let beginning = Self.beginnings[Int(seed % UInt64(Self.beginnings.count))]
        var trunk = try History(beginning, SeededGenerator(seed: generator.next()))
        for _ in 0..<(8 + seed % 16) { try trunk.happen() }
        try trunk.replay()
        let ends = try Self.part(trunk, times: 3, &generator)
        #expect(ends == 1_000)
    }

    @Test("histories reach everything that can happen to a release")
    func reach() throws {
        var (transitions, motions, holds) = (Set<String>(), Set<Motion>(), Set<String>())
        for seed in 0..<240 as Range<UInt64> {
            let beginning = Self.beginnings[Int(seed % UInt64(Self.beginnings.count))]
            var history = try History(beginning, SeededGenerator(seed: seed &+ 77))
            for _ in 0..<40 { try history.happen() }
            for entry in history.world.log.dropFirst(beginning.log.count) {
                switch entry.event {
                case .decision(let record):
                    if let transition = record.assessment.transition { transitions.insert(Self.kind(of: transition)) }
                    if record.assessment.transition == .advance(to: 2) { transitions.insert("advance to everybody") }
                    holds.formUnion(record.assessment.holds.map { Self.kind(of: $0) })
                case .command(.approve(let approval), _): motions.insert(approval.motion)
                case .command, .admission: break
                }
            }
        }
        #expect(
            transitions.isSuperset(of: [
                "start", "advance", "roll_back", "rolled_back", "restart", "advance to everybody",
            ]),
            "\(transitions)")
        #expect(motions.isSuperset(of: [.openPlan, .openStage(2), .resume, .override]))
        let all: Set = ["no_data", "source_error", "rule", "evidence", "companion", "clock_jump"]
        #expect(holds.isSuperset(of: all), "\(holds)")
    }

    private static func kind(of value: some Encodable) -> String {
        (try? JSONValue(encoding: value))?["kind"]?.stringValue ?? ""
    }

    private static func part(_ history: History, times: Int, _ generator: inout SeededGenerator) throws -> Int {
        guard times > 0 else {
            if generator.oneIn(500) { try history.replay() }
            return 1
        }
        var ends = 0
        for _ in 0..<10 {
            var branch = history
            branch.generator = SeededGenerator(seed: generator.next())
            try branch.happen()
            ends += try self.part(branch, times: times - 1, &generator)
        }
        return ends
    }
}
