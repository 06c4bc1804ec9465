import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Rehearsal

/// A clock that looks only where something can be decided, beside one that looks at every interval.
@Suite("The clock of a run")
struct ClockTests {
    /// A plan and a world.
    struct Setting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let multiples: [Double]
        let plan: @Sendable (inout RehearsedPlan.Options) -> Void
        let world: @Sendable (inout Suppositions) -> Void

        init(
            _ name: String, _ multiples: [Double], _ plan: @escaping @Sendable (inout RehearsedPlan.Options) -> Void,
            _ world: @escaping @Sendable (inout Suppositions) -> Void = { _ in }
        ) {
            (self.testDescription, self.multiples, self.plan, self.world) = (name, multiples, plan, world)
        }
    }

    private static let office: JSONValue = [
        ["days": ["Mon", "Tue", "Wed", "Thu"], "from": "08:00", "to": "16:00", "timeZone": "UTC"]
    ]

    static let settings = [
        Setting("nothing besides", [0.3, 1, 3]) { _ in },
        Setting("a look every two hours", [1]) { $0.interval = "2h" },
        Setting("change windows", [0.3, 1.5]) { $0.windows = Self.office },
        Setting("people who take two days, and change windows", [0.3, 1]) { options in
            options.windows = Self.office
            options.isSigned = true
        } _: {
            $0.approvalDelay = TimeSpan(2, .day)
        },
        Setting("late reports", [0.5, 3]) { $0.delay = ["p50": "6h", "p90": "2d", "p99": "5d"] },
        Setting("a budget that grows", [0.3, 1]) { $0.budget = ["initial": 3_000, "growth": "byHarmBudget"] },
        Setting("a budget that grows with late reports", [0.3]) { options in
            options.delay = ["p50": "6h", "p90": "1d", "p99": "2d"]
            options.budget = ["initial": 9_000, "growth": "byHarmBudget"]
        },
        Setting("events that come together", [1]) { _ in
        } _: {
            $0.clustering = 4
        },
        Setting("a tripwire", [0.3]) { $0.tripwire = ["count": 4, "action": "halt"] },
        Setting("three stages and a watch", [0.2]) { options in
            options.isLong = true
            options.drift = ["arl": 1e10]
        },
    ]

    @Test("leads to what looking at every interval leads to", arguments: Self.settings)
    func isExact(setting: Setting) throws {
        let plan = try RehearsedPlan.plan { options in
            options.interval = "6h"
            options.most = "6d"
            setting.plan(&options)
        }
        for multiple in setting.multiples {
            let rehearsal = try Rehearsal(plan, .harm(multiple, setting.world))
            for seed in seeds(10) {
                var fast = try rehearsal.run(seed: seed)
                var slow = try rehearsal.run(seed: seed, pace: .everyTick)
                (fast.looks, slow.looks) = (0, 0)
                #expect(fast == slow, "seed \(seed), \(multiple) times the bound")
            }
        }
    }

    @Test("looks at a plan of ten seconds far more seldom than every ten seconds")
    func isQuick() throws {
        let rehearsal = try Rehearsal(try RehearsedPlan.plan { $0.interval = "10s" }, .harm(0.3))
        let run = try rehearsal.run(seed: 1)
        #expect(run.end == .completed)
        #expect(Int64(run.looks) * 50 < run.ended / 10_000)
    }
}
