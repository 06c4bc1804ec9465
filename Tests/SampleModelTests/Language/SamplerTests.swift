import Testing

@testable import SampleModel

@Suite("A sampler")
struct SamplerTests {
    private let probabilities = [0.1, 0.4, 0.3, 0.2]

    private func frequencies(_ sampler: Sampler, draws: Int = 20_000) -> [Double] {
        var generator = SeededGenerator(seed: 11)
        var counts = [0, 0, 0, 0]
        for _ in 0..<draws { counts[sampler.draw(from: self.probabilities, using: &generator)] += 1 }
        return counts.map { Double($0) / Double(draws) }
    }

    @Test("draws as often as the model says at temperature 1")
    func one() {
        for (seen, expected) in zip(self.frequencies(Sampler(temperature: 1)), self.probabilities) {
            #expect(abs(seen - expected) < 0.02)
        }
    }

    @Test("draws by the square of the probabilities at temperature one half")
    func half() {
        let squares = self.probabilities.map { $0 * $0 }
        let total = squares.reduce(0, +)
        for (seen, expected) in zip(self.frequencies(Sampler(temperature: 0.5)), squares) {
            #expect(abs(seen - expected / total) < 0.02)
        }
    }

    @Test("takes the most probable at temperature 0 and at nearly 0")
    func zero() {
        #expect(self.frequencies(Sampler(temperature: 0), draws: 50) == [0, 1, 0, 0])
        #expect(self.frequencies(Sampler(temperature: 1e-6), draws: 50) == [0, 1, 0, 0])
    }

    @Test("keeps the smallest set that reaches top_p, and never nothing")
    func topP() {
        let seen = self.frequencies(Sampler(temperature: 1, topP: 0.6))
        #expect(seen[0] == 0 && seen[3] == 0)
        #expect(abs(seen[1] - 4 / 7.0) < 0.02)
        #expect(self.frequencies(Sampler(temperature: 1, topP: 0), draws: 50) == [0, 1, 0, 0])
    }

    @Test("keeps the first top_k")
    func topK() {
        #expect(self.frequencies(Sampler(temperature: 1, topK: 1), draws: 50) == [0, 1, 0, 0])
        #expect(self.frequencies(Sampler(temperature: 1, topK: 3))[0] == 0)
    }

    @Test("never draws what has probability zero", arguments: 0..<100 as Range<UInt64>)
    func never(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let index = Sampler(temperature: 2).draw(from: [0, 0.5, 0, 0.5, 0], using: &generator)
        #expect(index == 1 || index == 3)
    }
}
