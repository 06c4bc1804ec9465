import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

/// What a harm budget bears, in the unit in which its metric counts, whatever the requests turn out to be.
@Suite("A budget of requests that grows by a harm budget")
struct ExposureUnitTests {
    private static let tokens = 60
    private static let (events, shift) = (3.0, 1.5)

    private static func opened(
        _ unit: ExposureUnit, bound: Double, initial: Int
    ) throws -> World {
        try World.opened(
            try RolloutPlan.short(
                ("spec.metrics[0].exposure", .string(unit.rawValue)),
                ("spec.metrics[0].rules.advance.bound", .double(bound)),
                ("spec.metrics[0].rules.rollback.bound", .double(bound * 4)),
                (
                    "spec.metrics[0].harmBudget",
                    ["expectedPerStage": .double(Self.events), "cohortShift": .double(Self.shift)]
                ),
                ("spec.stages[0].exposureBudget", ["initial": .integer(Int64(initial)), "growth": "byHarmBudget"]),
                ("spec.stages[0].caps", ["outputTokensPerRequest": .integer(Int64(Self.tokens))]),
                ("spec.stages[0].bake.min", "20d")))
    }

    @Test(
        "keeps exposure in the metric's own unit within what was judged and what is borne, in every history",
        arguments: [ExposureUnit.requests, .outputTokens, .accountDays])
    func bounded(unit: ExposureUnit) {
        var grown = 0
        repeated(seeds: 40) { _, generator in
            let most = unit == .outputTokens ? Self.tokens : 1
            let initial = Int.random(in: 200...2_000, using: &generator)
            var world = try Self.opened(unit, bound: 1e-3 / Double(most), initial: initial)
            // What is true of the requests so far, with what those under way may still come to.
            var (truth, underWay, lost) = (0, 0, 0)
            var allowed = Double(initial * most)
            for _ in 0..<80 {
                let budget = try #require(world.rollout.exposureBudget)
                let left = max(0, budget - world.requests)
                let asked = generator.oneIn(3) ? left : Int.random(in: 0...left, using: &generator)
                world.requests += asked
                underWay += asked
                let ended = generator.oneIn(4) ? underWay : Int.random(in: 0...underWay, using: &generator)
                underWay -= ended
                // Some are never heard of again; nobody knows what they came to.
                let gone = generator.oneIn(5) ? Int.random(in: 0...ended / 10, using: &generator) : 0
                lost += gone
                let isWorst = generator.oneIn(3)
                let counted = (0..<(ended - gone)).reduce(0) { sum, _ in
                    sum + (isWorst ? most : Int.random(in: 0...most, using: &generator))
                }
                truth += counted + gone * most
                let uncounted = underWay + lost
                world.count(.test("harm")) {
                    $0.exposure += counted
                    $0.uncounted = uncounted
                    if generator.oneIn(30) { $0.events += 1 }
                }
                try #require(Double(truth + underWay * most) <= allowed + 1e-6)
                let step = try world.tick(after: TimeSpan(5, .minute))
                guard world.rollout.stage == 0, world.rollout.epoch == 1 else { break }
                if case .decision(let record)? = step.entries.first?.event, let upper = record.bounds.first?.upper {
                    let judged = Double(world.counts[.test("harm")]?.exposure ?? 0)
                    allowed = max(allowed, judged + Self.events / (Self.shift * upper))
                }
            }
            grown += allowed > Double(initial * most) ? 1 : 0
        }
        #expect(grown > 20, "most of them grow")
    }

    @Test("grows in tokens by as many requests as are sure to keep them")
    func tokens() throws {
        var world = try Self.opened(.outputTokens, bound: 1e-5, initial: 1_000)
        world.requests = 900
        world.count(.test("harm")) { ($0.exposure, $0.uncounted) = (45_000, 10) }
        try world.run(TimeSpan(5, .minute))
        let upper = try #require(world.rollout.last?.bounds.first?.upper)
        let further = (Self.events / (Self.shift * upper) - 600) / 60
        #expect(further > 100 && world.rollout.exposureBudget == 900 + Int(further))
    }

    @Test("takes what is not counted yet off what is borne")
    func uncounted() throws {
        var world = try Self.opened(.requests, bound: 1e-3, initial: 2_000)
        world.use(1_900)
        world.count(.test("harm")) { $0.uncounted = 1_900 }
        try world.run(TimeSpan(5, .minute))
        #expect(world.rollout.exposureBudget == 2_000)
    }
}
