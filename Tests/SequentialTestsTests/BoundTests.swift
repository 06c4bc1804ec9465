import SequentialTests
import SluiceTesting
import Testing

@Suite("A confidence sequence")
struct ConfidenceSequenceTests {
    @Test(
        "of a rate in exposure has the published products of bound and exposure",
        arguments: [
            (0.05, [3.680, 6.596, 8.835, 10.83, 12.69, 14.45]), (0.01, [5.463, 8.571, 10.95, 13.07, 15.03, 16.89]),
            (0.001, [7.939, 11.26, 13.81, 16.07, 18.16, 20.14]),
        ])
    func products(errorRate: Double, expected: [Double]) throws {
        for (events, product) in expected.enumerated() {
            let upper = try GammaConfidenceSequence().upper(events: events, exposure: 250, errorRate: errorRate)
            #expect(abs(upper * 250 / product - 1) < 5e-4)
        }
    }

    @Test("ends where its e-process has just enough evidence")
    func evidenceAtBounds() {
        repeated(seeds: 150) { _, generator in
            let errorRate = exponential(Double.random(in: -9 ... -0.7, using: &generator))
            let threshold = try Threshold(errorRate: errorRate).logEvidence
            let trials = Int(exponential(Double.random(in: 0...18, using: &generator)))
            let share = exponential(Double.random(in: -15...0, using: &generator))
            let events = min(trials, Int(Double(trials) * share))
            let sequence = BetaConfidenceSequence(generator.oneIn(2) ? .standard : .centred)
            let upper = try sequence.upper(events: events, trials: trials, errorRate: errorRate)
            let lower = try sequence.lower(events: events, trials: trials, errorRate: errorRate)
            try #require(lower >= 0 && lower <= upper && upper <= 1, "\(events)/\(trials)")
            for (side, bound) in [(Side.below, upper), (.above, lower)] where bound > 1e-280 && bound < 1 - 1e-9 {
                let prior: BetaPrior =
                    sequence.priorChoice == .standard
                    ? .standard(side, bound: bound) : .centred(side, bound: bound)
                let process = try BetaEProcess(side, bound: bound, prior: prior)
                let logEvidence = try process.logEvidence(events: events, trials: trials)
                // Where the evidence does not depend on the bound any more, none is excluded.
                try #require(abs(logEvidence - threshold) < 1e-7, "\(side) \(events)/\(trials) \(errorRate) \(bound)")
            }
        }
    }

    @Test("comes no closer for more events, and closer for more exposure")
    func monotone() throws {
        let sequence = GammaConfidenceSequence()
        var previous = (lower: 0.0, upper: 0.0)
        for events in 0..<60 {
            let upper = try sequence.upper(events: events, exposure: 10, errorRate: 0.05)
            let lower = try sequence.lower(events: events, exposure: 10, errorRate: 0.05)
            #expect(upper > previous.upper && lower >= previous.lower && lower < upper)
            #expect(lower <= Double(events) / 10 && upper > Double(events) / 10)
            #expect(try sequence.upper(events: events, exposure: 11, errorRate: 0.05) < upper)
            #expect(try sequence.upper(events: events, exposure: 10, errorRate: 0.04) > upper)
            previous = (lower, upper)
        }
        #expect(previous.lower > 3)
    }

    @Test("excludes nothing before there is anything to go by")
    func nothing() throws {
        #expect(try GammaConfidenceSequence().upper(events: 3, exposure: 0, errorRate: 0.05) == .infinity)
        #expect(try GammaConfidenceSequence().lower(events: 3, exposure: 0, errorRate: 0.05) == 0)
        #expect(try GammaConfidenceSequence().lower(events: 0, exposure: 9, errorRate: 0.05) == 0)
        #expect(try BetaConfidenceSequence().upper(events: 0, trials: 0, errorRate: 0.05) == 1)
        #expect(try BetaConfidenceSequence().lower(events: 0, trials: 0, errorRate: 0.05) == 0)
        #expect(try BetaConfidenceSequence().upper(events: 9, trials: 9, errorRate: 0.05) == 1)
    }

    @Test("holds at the ends of what can be counted")
    func extremes() throws {
        for events in [0, 1, 5, 1_000_000, 999_999_999, 1_000_000_000] {
            let sequence = BetaConfidenceSequence()
            let lower = try sequence.lower(events: events, trials: 1_000_000_000, errorRate: 1e-6)
            let upper = try sequence.upper(events: events, trials: 1_000_000_000, errorRate: 1e-6)
            let rate = Double(events) / 1e9
            #expect(lower <= rate && rate <= upper && lower >= 0 && upper <= 1, "\(events): \(lower) \(upper)")
        }
        for exposure in [1e-199, 1e-9, 1e300] {
            let upper = try GammaConfidenceSequence().upper(events: 2, exposure: exposure, errorRate: 0.05)
            #expect(abs(upper * exposure - 8.834885775018359) < 1e-8)
        }
    }

    @Test("by a prior of one's own holds what the prior does not know")
    func ownPrior() throws {
        let sequence = GammaConfidenceSequence(prior: try GammaPrior(a: 1, b: 1000))
        let upper = try sequence.upper(events: 4, exposure: 5000, errorRate: 0.05)
        let lower = try sequence.lower(events: 4, exposure: 5000, errorRate: 0.05)
        #expect(lower > 0 && lower < 4.0 / 5000 && upper > 4.0 / 5000 && upper < 0.01)
    }
}

@Suite("Exact bounds of a fixed size")
struct FixedSizeTests {
    @Test("have the probability that they say in the tail that they cut")
    func tails() throws {
        for (events, trials) in [(0, 5), (1, 5), (3, 40), (48, 50), (39, 40)] {
            for errorRate in [0.001, 0.05, 0.4, 0.9] {
                let upper = try ClopperPearson.upper(events: events, trials: trials, errorRate: errorRate)
                let lower = try ClopperPearson.lower(events: events, trials: trials, errorRate: errorRate)
                let atMost = (0...events).reduce(0) { $0 + Self.binomial($1, trials, upper) }
                #expect(abs(atMost - errorRate) < 1e-10)
                guard events > 0 else { continue }
                let atLeast = (events...trials).reduce(0) { $0 + Self.binomial($1, trials, lower) }
                #expect(abs(atLeast - errorRate) < 1e-10)
            }
        }
    }

    private static func binomial(_ k: Int, _ n: Int, _ p: Double) -> Double {
        var term = 1.0
        for i in 0..<k { term *= Double(n - i) / Double(i + 1) * p }
        for _ in k..<n { term *= 1 - p }
        return term
    }

    @Test("give the recall of a monitor that saw 48 of 50 probes")
    func recall() throws {
        #expect(abs(try ClopperPearson.lower(events: 48, trials: 50, errorRate: 0.05) - 0.879) < 5e-4)
    }

    @Test("follow the rule of three")
    func ruleOfThree() throws {
        let upper = try ClopperPearson.upper(events: 0, trials: 3000, errorRate: 0.05)
        #expect(abs(upper - (1 - exponential(logarithm(0.05) / 3000))) < 1e-14)
        #expect(abs(try Garwood.upper(events: 0, exposure: 3000, errorRate: 0.05) * 3000 + logarithm(0.05)) < 1e-12)
    }

    @Test("are closer than those that hold at all moments")
    func closer() throws {
        for events in [0, 1, 4, 30] {
            let exact = try ClopperPearson.upper(events: events, trials: 5000, errorRate: 0.05)
            let anytime = try BetaConfidenceSequence().upper(events: events, trials: 5000, errorRate: 0.05)
            #expect(exact < anytime)
            let garwood = try Garwood.upper(events: events, exposure: 5000, errorRate: 0.05)
            #expect(try garwood < GammaConfidenceSequence().upper(events: events, exposure: 5000, errorRate: 0.05))
            #expect(abs(exact / garwood - 1) < 0.01)
        }
    }

    @Test("mirror each other, and hold at the ends")
    func mirror() throws {
        for (events, trials) in [(0, 1), (1, 1), (7, 30), (2, 1_000_000_000), (999_999_998, 1_000_000_000)] {
            let upper = try ClopperPearson.upper(events: events, trials: trials, errorRate: 1e-9)
            let lower = try ClopperPearson.lower(events: trials - events, trials: trials, errorRate: 1e-9)
            #expect(abs(upper + lower - 1) < 1e-12)
            #expect(upper >= Double(events) / Double(trials) && upper <= 1)
        }
        #expect(try ClopperPearson.upper(events: 0, trials: 0, errorRate: 0.05) == 1)
        #expect(try ClopperPearson.lower(events: 0, trials: 0, errorRate: 0.05) == 0)
        #expect(try Garwood.lower(events: 1, exposure: 1, errorRate: 1e-300) > 0)
        #expect(try Garwood.upper(events: 1_000_000_000, exposure: 1, errorRate: 1e-300).isFinite)
    }
}

@Suite("Running bounds")
struct RunningBoundsTests {
    @Test("only come closer")
    func closer() {
        repeated(seeds: 100) { _, generator in
            var bounds = RunningBounds()
            for _ in 0..<40 {
                let before = bounds
                let upper = generator.oneIn(5) ? .infinity : Double.random(in: 0...1, using: &generator)
                try bounds.narrow(lower: Double.random(in: 0...1, using: &generator), upper: upper)
                try #require(bounds.lower >= before.lower)
                try #require((bounds.upper ?? .infinity) <= (before.upper ?? .infinity))
                try #require((bounds.upper ?? .infinity) <= upper)
            }
        }
    }

    @Test("say when they have passed each other, and take no number that is none")
    func empty() throws {
        var bounds = RunningBounds()
        #expect(!bounds.isEmpty && bounds.upper == nil)
        try bounds.narrow(lower: 0.2, upper: 0.5)
        #expect(!bounds.isEmpty)
        let before = bounds
        #expect(throws: StatisticsFault.self) { try bounds.narrow(lower: .nan) }
        #expect(throws: StatisticsFault.self) { try bounds.narrow(lower: 0.3, upper: .nan) }
        #expect(throws: StatisticsFault.self) { try bounds.narrow(upper: -1) }
        #expect(bounds == before)
        try bounds.narrow(upper: 0.1)
        #expect(bounds.isEmpty)
    }
}
