import SequentialTests
import SluiceTesting
import Testing

/// The frequencies are those of an independent simulation of 20,000 rollouts in NumPy, to one in a hundred.
@Suite("Under continuous looks")
struct FalseDecisionTests {
    @Test(
        "a release at its bound is advanced in less than one of twenty",
        arguments: [(0.01, 20, 4.26), (0.001, 200, 4.38)])
    func falseAdvance(bound: Double, step: Int, percent: Double) throws {
        let rule = try LookRule(BetaEProcess(.below, bound: bound), errorRate: 0.05, step: step, looks: 1000)
        let frequency = Self.frequency(rule, rate: bound, seed: 1)
        #expect(frequency.isWithinOnePoint(of: percent) && frequency.share <= 0.05, "\(frequency)")
    }

    @Test(
        "a release at the tolerated rate is rolled back in less than one of a hundred",
        arguments: [(0.005, 50, 0.60), (0.0002, 500, 0.53)])
    func falseRollback(bound: Double, step: Int, percent: Double) throws {
        let rule = try LookRule(BetaEProcess(.above, bound: bound), errorRate: 0.01, step: step, looks: 1000)
        let frequency = Self.frequency(rule, rate: bound, seed: 2)
        #expect(frequency.isWithinOnePoint(of: percent) && frequency.share <= 0.01, "\(frequency)")
    }

    @Test("an exact test, looked at again and again, advances three in ten of them: the simulation can tell")
    func naive() throws {
        let (bound, step, looks) = (0.01, 20, 1000)
        // The most events with which the fixed-size test is content, at each look.
        var (limits, limit) = ([Int](), 0)
        for look in 1...looks {
            while try ClopperPearson.upper(events: limit, trials: look * step, errorRate: 0.05) <= bound { limit += 1 }
            limits.append(limit - 1)
        }
        let most = limits
        let frequency = Self.frequency(step: step, looks: looks, rate: bound, seed: 3) { events, look in
            events <= most[look - 1]
        }
        #expect(frequency.isWithinOnePoint(of: 30.70), "\(frequency)")
    }

    private static func frequency(_ rule: LookRule, rate: Double, seed: UInt64) -> Frequency {
        self.frequency(step: rule.step, looks: rule.looks, rate: rate, seed: seed) { events, look in
            rule.isReached(events: events, look: look)
        }
    }

    private static func frequency(
        step: Int, looks: Int, rate: Double, seed: UInt64, _ isReached: (_ events: Int, _ look: Int) -> Bool
    ) -> Frequency {
        var (chance, frequency) = (Chance(seed: seed), Frequency())
        for _ in 0..<Frequency.repetitions(4000) {
            var count = GrowingCount(rate: rate, &chance)
            let hit = (1...looks).contains { look in
                isReached(count.advance(to: look * step, rate: rate, &chance), look)
            }
            frequency.count(hit)
        }
        return frequency
    }

    @Test(
        "rates that change from hour to hour do no harm while their running mean keeps to the null hypothesis",
        arguments: Profile.allCases)
    func varyingRates(profile: Profile) throws {
        let (bound, looks) = (0.002, 2000)
        let rule = try LookRule(BetaEProcess(.below, bound: bound), errorRate: 0.05, step: 50, looks: looks)
        let rates = (0..<looks).map { bound * profile.multiple(at: Double($0) / Double(looks), look: $0) }
        var (chance, frequency) = (Chance(seed: 4), Frequency())
        for _ in 0..<Frequency.repetitions(1000) {
            var events = 0
            let hit = rates.indices.contains { look in
                events += chance.binomial(50, rates[look])
                return rule.isReached(events: events, look: look + 1)
            }
            frequency.count(hit)
        }
        #expect(frequency.isWithinOnePoint(of: profile.percent), "\(frequency)")
    }

    /// How the rate varies, and how often a release is then advanced.
    enum Profile: CaseIterable {
        case burstAtFirst
        case dayAndNight
        case falling
        /// The running mean is below the bound until the end: the evidence is right about the past, and useless.
        case goodPast

        func multiple(at time: Double, look: Int) -> Double {
            switch self {
            case .burstAtFirst: time < 0.05 ? 5 : (1 - 5 * 0.05) / 0.95
            case .dayAndNight: (look / 40).isMultiple(of: 2) ? 1.9 : 0.1
            case .falling: 2 - 2 * time
            case .goodPast: time < 0.5 ? 0.2 : 1.8
            }
        }

        var percent: Double {
            switch self {
            case .burstAtFirst: 0.10
            case .dayAndNight: 1.38
            case .falling: 0.10
            case .goodPast: 100
            }
        }
    }
}
