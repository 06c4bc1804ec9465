import SequentialTests
import SluiceTesting
import Testing

@Suite("An e-process")
struct EProcessTests {
    @Test("knows nothing at first")
    func start() throws {
        for side in Side.allCases {
            for bound in [1e-9, 1e-4, 0.05, 0.5, 0.9, 1 - 1e-9] {
                #expect(try BetaEProcess(side, bound: bound).logEvidence(events: 0, trials: 0) == 0)
                #expect(try GammaEProcess(side, bound: bound * 1e5).logEvidence(events: 0, exposure: 0) == 0)
            }
        }
    }

    @Test("is a fair bet at its bound: what the next trial brings on average is what there is")
    func betaFairness() {
        repeated(seeds: 400) { _, generator in
            let case1 = try Self.randomBeta(&generator)
            let (process, p) = (case1.process, case1.process.bound)
            let now = try process.logEvidence(events: case1.events, trials: case1.trials)
            let hit = try process.logEvidence(events: case1.events + 1, trials: case1.trials + 1)
            let miss = try process.logEvidence(events: case1.events, trials: case1.trials + 1)
            let mean = p * exponential(hit - now) + (1 - p) * exponential(miss - now)
            try #require(abs(mean - 1) < 1e-9, "\(case1): \(mean)")
        }
    }

    @Test("is a losing bet on the other side of its bound")
    func betaUnfairness() {
        repeated(seeds: 400) { _, generator in
            let case1 = try Self.randomBeta(&generator)
            let (process, bound) = (case1.process, case1.process.bound)
            let inside = Double.random(in: 0..<1, using: &generator)
            let rate = process.side == .below ? bound + (1 - bound) * inside : bound * inside
            let now = try process.logEvidence(events: case1.events, trials: case1.trials)
            let hit = try process.logEvidence(events: case1.events + 1, trials: case1.trials + 1)
            let miss = try process.logEvidence(events: case1.events, trials: case1.trials + 1)
            let mean = rate * exponential(hit - now) + (1 - rate) * exponential(miss - now)
            try #require(mean <= 1 + 1e-9, "\(case1), rate \(rate): \(mean)")
        }
    }

    @Test("about exposure is a fair bet at its bound too")
    func gammaFairness() {
        repeated(seeds: 200) { _, generator in
            let side: Side = Bool.random(using: &generator) ? .below : .above
            let bound = exponential(Double.random(in: -12...2, using: &generator))
            let process = try GammaEProcess(side, bound: bound)
            let exposure = exponential(Double.random(in: -2...6, using: &generator)) / bound
            let events = Int(exposure * bound * Double.random(in: 0...2, using: &generator))
            let more = Double.random(in: 0.01...3, using: &generator)
            let now = try process.logEvidence(events: events, exposure: exposure)
            var (mean, logProbability) = (0.0, -more)
            // The terms fall off like a power of what the prior has seen, not like the Poisson probabilities.
            for count in 0..<600 {
                let next = try process.logEvidence(events: events + count, exposure: exposure + more / bound)
                mean += exponential(logProbability + next - now)
                logProbability += logarithm(more / Double(count + 1))
            }
            try #require(abs(mean - 1) < 1e-9, "\(side) \(bound) \(events) \(exposure) \(more): \(mean)")
        }
    }

    @Test("below falls with every event and rises with every trial without; above it is the other way round")
    func monotone() {
        repeated(seeds: 400) { _, generator in
            let case1 = try Self.randomBeta(&generator)
            let process = case1.process
            let now = try process.logEvidence(events: case1.events, trials: case1.trials)
            let hit = try process.logEvidence(events: case1.events + 1, trials: case1.trials + 1)
            let miss = try process.logEvidence(events: case1.events, trials: case1.trials + 1)
            let slack = 1e-11 * (1 + abs(now))
            if process.side == .below {
                try #require(hit <= now + slack && miss >= now - slack, "\(case1)")
            } else {
                try #require(hit >= now - slack && miss <= now + slack, "\(case1)")
            }
        }
    }

    @Test("below a bound is the one above the bound's complement, seen in the mirror")
    func mirror() {
        repeated(seeds: 200) { _, generator in
            // Halves, quarters, …: their complements are exact.
            let bound = Double(Int.random(in: 1..<64, using: &generator)) / 64
            let a = exponential(Double.random(in: -3...5, using: &generator))
            let b = exponential(Double.random(in: -3...5, using: &generator))
            let trials = Int.random(in: 0...5000, using: &generator)
            let events = Int.random(in: 0...trials, using: &generator)
            let below = try BetaEProcess(.below, bound: bound, prior: BetaPrior(a: a, b: b))
            let above = try BetaEProcess(.above, bound: 1 - bound, prior: BetaPrior(a: b, b: a))
            let left = try below.logEvidence(events: events, trials: trials)
            let right = try above.logEvidence(events: trials - events, trials: trials)
            try #require(abs(left - right) <= 1e-10 * (1 + abs(left)), "\(bound) \(a) \(b) \(events)/\(trials)")
        }
    }

    @Test("is the average of likelihood ratios over its prior, as a sum over a fine grid says")
    func definition() throws {
        for (events, trials) in [(0, 40), (3, 40), (11, 40), (40, 40)] {
            for side in Side.allCases {
                let (bound, a, b) = (0.125, 1.5, 6.0)
                let (low, high) = side == .below ? (0.0, bound) : (bound, 1.0)
                let cells = 200_000
                var (weighted, weights) = (0.0, 0.0)
                for cell in 0..<cells {
                    let t = low + (high - low) * (Double(cell) + 0.5) / Double(cells)
                    let weight = exponential((a - 1) * logarithm(t) + (b - 1) * logarithm(1 - t))
                    let ratio =
                        Double(events) * logarithm(t / bound)
                        + Double(trials - events) * logarithm((1 - t) / (1 - bound))
                    weighted += weight * exponential(ratio)
                    weights += weight
                }
                let process = try BetaEProcess(side, bound: bound, prior: BetaPrior(a: a, b: b))
                let logEvidence = try process.logEvidence(events: events, trials: trials)
                #expect(abs(logEvidence - logarithm(weighted / weights)) < 1e-6, "\(side) \(events)/\(trials)")
            }
        }
    }

    @Test("of rare events is nearly the same for trials and for exposure")
    func rareEvents() throws {
        for side in Side.allCases {
            let beta = try BetaEProcess(side, bound: 1e-7)
            let gamma = try GammaEProcess(side, bound: 1e-7)
            for events in [0, 2, 9, 40] {
                let left = try beta.logEvidence(events: events, trials: 100_000_000)
                let right = try gamma.logEvidence(events: events, exposure: 100_000_000)
                #expect(abs(left - right) < 1e-4)
            }
        }
    }

    @Test("gives a number for every count that can be")
    func extremes() throws {
        let counts = [0, 1, 2, 1000, 1_000_000_000, Int.max / 2, Int.max]
        for bound in [Double.leastNormalMagnitude, 1e-300, 1e-9, 1e-3, 0.5, 0.999, 1 - 0x1p-53] {
            for side in Side.allCases {
                let beta = try BetaEProcess(side, bound: bound)
                let gamma = try GammaEProcess(side, bound: bound)
                for (events, trials) in counts.flatMap({ events in counts.map { (events, $0) } })
                where events <= trials {
                    let logEvidence = try beta.logEvidence(events: events, trials: trials)
                    #expect(logEvidence.isFinite, "beta \(side) \(bound) \(events)/\(trials): \(logEvidence)")
                }
                for (events, exposure) in counts.flatMap({ events in [0, 1e-9, 1, 1e9, 1e18].map { (events, $0) } }) {
                    let logEvidence = try gamma.logEvidence(events: events, exposure: exposure)
                    #expect(logEvidence.isFinite, "gamma \(side) \(bound) \(events)/\(exposure): \(logEvidence)")
                }
            }
        }
    }

    private struct RandomBeta {
        var process: BetaEProcess
        var events: Int
        var trials: Int
    }

    /// Bounds from 10⁻⁷ to nearly 1, up to a thousand events expected at the bound, priors of both kinds.
    private static func randomBeta(_ generator: inout SeededGenerator) throws -> RandomBeta {
        let side: Side = Bool.random(using: &generator) ? .below : .above
        let bound = exponential(Double.random(in: -16 ... -0.01, using: &generator))
        let prior = generator.oneIn(2) ? BetaPrior.standard(side, bound: bound) : .centred(side, bound: bound)
        let trials = Int(exponential(Double.random(in: 0...7, using: &generator)) / bound)
        let events = min(trials, Int(Double(trials) * bound * Double.random(in: 0...2.5, using: &generator)))
        return RandomBeta(
            process: try BetaEProcess(side, bound: bound, prior: prior), events: events, trials: trials)
    }
}
