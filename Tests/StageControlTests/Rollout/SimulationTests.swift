import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

/// Releases in virtual time, with a look at every event: the worst that peeking can do.
@Suite("A simulated release")
struct SimulationTests {
    /// How a run ended.
    private enum End: Hashable {
        case advanced, rolledBack, undecided
    }

    /// The bound of the plan on the rate of harm.
    private static let bound = 1e-3

    /// A plan whose first stage has the whole of 5 % for a false advance, with the stage open and baked.
    private static func baked() throws -> World {
        var world = try World.opened(try RolloutPlan.short(("spec.errorBudget.falseAdvance", 0.125)))
        #expect(abs(try #require(world.rollout.shares?.advance) - 0.05) < 1e-12)
        try world.run(TimeSpan(65, .minute))
        return world
    }

    /// One run at a true rate, in so many exposures, with a look before and after every event.
    private static func run(_ world: World, rate: Double, exposures: Int, seed: UInt64) throws -> End {
        var (world, generator) = (world, SeededGenerator(seed: seed))
        var left = exposures
        while left > 0 {
            let gap = min(left, Int(-log(Double.random(in: 0..<1, using: &generator).nextUp) / rate))
            for (requests, events) in [(gap, 0), (1, 1)] {
                world.use(requests, events: events)
                try world.tick(after: TimeSpan(1, .second))
                if world.rollout.stage == 1 { return .advanced }
                if world.rollout.stage == nil { return .rolledBack }
            }
            left -= gap + 1
        }
        return .undecided
    }

    private static func ends(
        _ runs: Int, rate: Double, exposures: Int
    ) async throws -> [End: Int] {
        let world = try Self.baked()
        let parts = 8
        return try await withThrowingTaskGroup(of: [End: Int].self) { group in
            for part in 0..<parts {
                group.addTask {
                    var ends: [End: Int] = [:]
                    for seed in stride(from: part, to: runs, by: parts) {
                        ends[
                            try Self.run(world, rate: rate, exposures: exposures, seed: UInt64(seed)), default: 0] += 1
                    }
                    return ends
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
        }
    }

    @Test("at a third of the bound advances")
    func good() async throws {
        let ends = try await Self.ends(200, rate: 0.3 * Self.bound, exposures: 60_000)
        #expect(ends[.advanced, default: 0] >= 196 && ends[.rolledBack, default: 0] <= 2, "\(ends)")
    }

    @Test("at three times the bound rolls back")
    func bad() async throws {
        let ends = try await Self.ends(200, rate: 3 * Self.bound, exposures: 200_000)
        #expect(ends[.rolledBack, default: 0] >= 198 && ends[.advanced, default: 0] <= 1, "\(ends)")
    }

    @Test("at the bound advances in no more than one of twenty, however often one looks")
    func atTheBound() async throws {
        let ends = try await Self.ends(2_000, rate: Self.bound, exposures: 25_000)
        #expect(ends[.advanced, default: 0] <= 100 && ends[.advanced, default: 0] >= 20, "\(ends)")
        #expect(ends[.rolledBack, default: 0] <= 40, "\(ends)")
    }
}

/// Releases whose harm is reported days later.
@Suite("A simulated release with late reports")
struct LateReportTests {
    private static let perDay = 2_000

    /// The days after the opening on which a release advanced and rolled back; nil if it did neither in time.
    private struct Days: Hashable {
        var advance: Int?
        var rollback: Int?
    }

    private static func plan(withDelay: Bool) throws -> SealedPlan {
        let delay: JSONValue = ["model": "lowerEnvelope", "p50": "5d", "p90": "19d", "p99": "53d"]
        return try RolloutPlan.short(
            ("spec.errorBudget.falseAdvance", 0.125), ("spec.stages[0].bake.min", "5m"),
            ("spec.stages[0].bake.max", nil), ("spec.metrics[0].reportingDelay", withDelay ? delay : nil))
    }

    /// A release with so many exposures a day, of which each event is reported late: lognormally, after 5 days in the
    /// median.
    private static func days(_ world: World, rate: Double, seed: UInt64) throws -> Days {
        var (world, generator, days) = (world, SeededGenerator(seed: seed), Days())
        var reports: [Double] = []
        var time = 0.0
        while time < 45 {
            time += -log(Double.random(in: 0..<1, using: &generator).nextUp) / (rate * Double(Self.perDay))
            let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
            reports.append(time + 5 * exp(normal))
        }
        for day in 0..<45 {
            world.use(Self.perDay)
            let due = reports.count { $0 >= Double(day) && $0 < Double(day + 1) }
            world.count(.test("harm")) { $0.events += due }
            try world.tick(after: TimeSpan(1, .day))
            if world.rollout.stage == 1 { days.advance = day }
            if world.rollout.stage == nil { days.rollback = day }
            if world.rollout.stage != 0 { break }
        }
        return days
    }

    @Test("late reports never speed an advance and never slow a rollback")
    func lateReports() throws {
        let (knowing, naive) = try (Self.opened(withDelay: true), Self.opened(withDelay: false))
        var wrong = (knowing: 0, naive: 0)
        for seed in 0..<120 as Range<UInt64> {
            let (late, early) = try (
                Self.days(knowing, rate: 1.5e-3, seed: seed), Self.days(naive, rate: 1.5e-3, seed: seed)
            )
            if let advance = late.advance { #expect(advance >= early.advance ?? 0) }
            if let rollback = early.rollback { #expect(late.rollback == rollback || late.advance != nil) }
            wrong.knowing += late.advance == nil ? 0 : 1
            wrong.naive += early.advance == nil ? 0 : 1
        }
        // Whoever divides what is reported by what was exposed is wrong nearly always.
        #expect(wrong.knowing <= 6 && wrong.naive >= 80, "\(wrong)")
        for seed in 0..<60 as Range<UInt64> {
            let (late, early) = try (
                Self.days(knowing, rate: 2e-2, seed: seed), Self.days(naive, rate: 2e-2, seed: seed)
            )
            #expect(early.rollback.map { $0 == late.rollback } ?? true)
            #expect(late.advance == nil)
        }
    }

    @Test("a good release with late reports advances all the same")
    func good() throws {
        let world = try Self.opened(withDelay: true)
        let advances = try (0..<40 as Range<UInt64>).compactMap { try Self.days(world, rate: 1e-4, seed: $0).advance }
        #expect(advances.count >= 36 && (advances.min() ?? 0) >= 5, "\(advances)")
    }

    private static func opened(withDelay: Bool) throws -> World {
        var world = try World.opened(try Self.plan(withDelay: withDelay))
        try world.run(TimeSpan(10, .minute))
        return world
    }
}
