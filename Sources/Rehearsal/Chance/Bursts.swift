/// Events that one account brings about together: how many, and how many of them count.
///
/// The number is geometric, and what counts ends at the influence cap. A metric's rate is one of what counts, as its
/// bound is; so bursts come the more seldom the larger they are.
struct Bursts: Hashable, Sendable {
    /// Events of one burst on average; at least 1.
    let mean: Double
    /// How many of them count at the most; nil is all.
    let cap: Int?

    /// Events that come one by one.
    static let none = Bursts(mean: 1, cap: nil)

    /// Whether every burst counts as one event.
    var areSingle: Bool { self.mean <= 1 || self.cap == 1 }

    /// What a burst counts as on average: Σ P(size ≥ j) over j up to the cap.
    var counted: Double {
        guard let cap else { return self.mean }
        var (sum, tail) = (0.0, 1.0)
        for _ in 0..<cap where tail > 0x1p-60 {
            sum += tail
            tail *= 1 - 1 / self.mean
        }
        return sum
    }

    /// What the burst of a key counts as.
    func size(_ key: UInt64) -> Int {
        guard !self.areSingle else { return 1 }
        var (chance, size) = (Chance(key), 1)
        while size < self.cap ?? .max, chance.fraction() < 1 - 1 / self.mean { size += 1 }
        return size
    }
}
