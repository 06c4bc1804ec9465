import Synchronization

/// Seeds for requests that bring none, and names for answers. With a seed of its own, a server that gets the same
/// requests in the same order gives the same answers.
final class SeedSource: Sendable {
    private let seed: UInt64
    private let taken = Atomic<UInt64>(0)

    init(seed: UInt64?) {
        self.seed = seed ?? UInt64.random(in: .min ... .max)
    }

    /// A number that was not taken before.
    func next() -> UInt64 {
        let stream = self.taken.add(1, ordering: .relaxed).newValue
        var generator = SeededGenerator(seed: self.seed, stream: stream)
        return generator.next()
    }

    /// A name of 16 hexadecimal digits with `prefix` before it.
    func identifier(_ prefix: String) -> String {
        let digits = String(self.next(), radix: 16)
        return prefix + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
