/// Count, mean and variance, one value after the other (Welford, 1962).
struct Moments {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    var variance: Double { self.squares / (self.count - 1) }

    mutating func add(_ value: Double) {
        self.count += 1
        let difference = value - self.mean
        self.mean += difference / self.count
        self.squares += difference * (value - self.mean)
    }

    /// Welch's t of two means with their own variances.
    func welch(_ other: Moments) -> Double {
        (self.mean - other.mean) / (self.variance / self.count + other.variance / other.count).squareRoot()
    }
}

/// What all samples say when the slowest are left out: those are interrupts and misses, in which a difference between
/// keys would drown. Where to cut nobody knows before, so that each cut is looked at (dudect does the same).
struct Comparison {
    /// The part of all samples that is kept, of the quickest first.
    let kept: Double
    let moments: [Moments]

    /// - Parameter sorted: all times in their order, from which the cut is read: it is the same for every kind.
    init(kept: Double, times: [Double], sorted: [Double], kinds: [KeyTiming.Kind]) {
        let limit = sorted[Int(Double(sorted.count - 1) * kept)]
        var moments = [Moments](repeating: Moments(), count: KeyTiming.Kind.allCases.count)
        for (time, kind) in zip(times, kinds) where time <= limit { moments[kind.rawValue].add(time) }
        (self.kept, self.moments) = (kept, moments)
    }

    /// Every two kinds, and the t of their means.
    var pairs: [(one: KeyTiming.Kind, other: KeyTiming.Kind, t: Double)] {
        KeyTiming.Kind.allCases.flatMap { one in
            KeyTiming.Kind.allCases.filter { one.rawValue < $0.rawValue }.map { other in
                (one, other, self.moments[one.rawValue].welch(self.moments[other.rawValue]))
            }
        }
    }
}
