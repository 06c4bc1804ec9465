import SequentialTests
import SluiceTesting
import Testing

@Suite("The incomplete beta and gamma functions")
struct SpecialFunctionTests {
    @Test("and their complements add up to one")
    func complements() {
        repeated(seeds: 500) { _, generator in
            let a = exponential(Double.random(in: -5...14, using: &generator))
            let b = exponential(Double.random(in: -5...14, using: &generator))
            let spread = (a * b / (a + b + 1)).squareRoot() / (a + b)
            let near = a / (a + b) + spread * Double.random(in: -4...4, using: &generator)
            let x = min(1 - 1e-9, max(1e-9, near))
            let beta = try IncompleteBeta.logLower(a: a, b: b, x: x)
            let betaRest = try IncompleteBeta.logUpper(a: a, b: b, x: x)
            try #require(abs(exponential(beta) + exponential(betaRest) - 1) < 1e-12, "\(a) \(b) \(x)")
            let z = max(1e-6, a + a.squareRoot() * Double.random(in: -4...4, using: &generator))
            let gamma = try IncompleteGamma.logP(a: a, z: z)
            let gammaRest = try IncompleteGamma.logQ(a: a, z: z)
            try #require(abs(exponential(gamma) + exponential(gammaRest) - 1) < 1e-12, "\(a) \(z)")
        }
    }

    @Test("keep to the mirror: I_x(a, b) = 1 − I_{1−x}(b, a)")
    func mirror() {
        repeated(seeds: 300) { _, generator in
            let x = Double(Int.random(in: 1..<1024, using: &generator)) / 1024
            let a = exponential(Double.random(in: -3...7, using: &generator))
            let b = exponential(Double.random(in: -3...7, using: &generator))
            let left = try IncompleteBeta.logLower(a: a, b: b, x: x)
            let right = try IncompleteBeta.logUpper(a: b, b: a, x: 1 - x)
            try #require(abs(left - right) <= 1e-10 * max(1, abs(left)), "\(a) \(b) \(x): \(left) \(right)")
        }
    }

    @Test("rise with their argument, wherever one way of computing gives way to another")
    func rising() {
        repeated(seeds: 150) { _, generator in
            let a = exponential(Double.random(in: -4...9, using: &generator))
            let b = exponential(Double.random(in: -2...9, using: &generator))
            var (beta, gamma) = (-Double.infinity, -Double.infinity)
            for step in 1...60 {
                let share = Double(step) / 61
                let nextBeta = try IncompleteBeta.logLower(a: a, b: b, x: share)
                let nextGamma = try IncompleteGamma.logP(a: a, z: 2 * (a + 3) * share)
                try #require(nextBeta >= beta - 1e-11 * max(1, abs(beta)), "\(a) \(b) \(share)")
                try #require(nextGamma >= gamma - 1e-11 * max(1, abs(gamma)), "\(a) \(share)")
                (beta, gamma) = (nextBeta, nextGamma)
            }
        }
    }

    @Test("are known in closed form where one shape is 1")
    func closedForms() throws {
        for x in [1e-9, 1e-3, 0.2, 0.5, 0.8, 0.999] {
            for b in [0.5, 1, 7, 1e4] {
                let upper = try IncompleteBeta.logUpper(a: 1, b: b, x: x)
                let expected = b * logarithm(onePlus: -x)
                #expect(abs(upper - expected) <= 1e-10 * max(abs(expected), 1e-6))
            }
        }
        for z in [1e-9, 0.1, 1, 5, 31, 33, 700, 1e6] {
            #expect(abs(try IncompleteGamma.logQ(a: 1, z: z) + z) <= 1e-10 * max(z, 1e-4))
        }
    }

    @Test("are 0 and 1 at the ends")
    func ends() throws {
        #expect(try IncompleteBeta.logLower(a: 2, b: 3, x: 0) == -.infinity)
        #expect(try IncompleteBeta.logLower(a: 2, b: 3, x: 1) == 0)
        #expect(try IncompleteBeta.logUpper(a: 2, b: 3, x: 0) == 0)
        #expect(try IncompleteBeta.logUpper(a: 2, b: 3, x: 1) == -.infinity)
        #expect(try IncompleteGamma.logP(a: 2, z: 0) == -.infinity)
        #expect(try IncompleteGamma.logQ(a: 2, z: 0) == 0)
    }

    @Test("are told to far into their tails")
    func tails() throws {
        // 1 − I is about (1 − x)^b: e^(−10⁹·ln 2).
        let deep = try IncompleteBeta.logUpper(a: 1, b: 1e9, x: 0.5)
        #expect(abs(deep / (-1e9 * logarithm(2)) - 1) < 1e-12)
        #expect(try IncompleteGamma.logQ(a: 0.5, z: 1e9) < -9.9e8)
        #expect(try IncompleteGamma.logP(a: 1e6, z: 1).isFinite)
    }
}
