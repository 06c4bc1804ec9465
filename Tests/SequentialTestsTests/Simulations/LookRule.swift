import SequentialTests
import Testing

/// A rule that looks at the counts every so many trials, made quick: instead of the evidence at each look, the counts
/// between which it suffices. That the two are the same rests on evidence rising and falling with the counts, which
/// `EProcessTests` shows.
struct LookRule {
    /// Trials between two looks.
    let step: Int
    /// Looks in all.
    let looks: Int
    /// For "below": at look number i (from 1) the most events with which it is reached; −1 where none is.
    /// For "above": the fewest; `Int.max` where none is.
    private let limits: [Int]
    private let side: Side

    init(_ process: BetaEProcess, errorRate: Double, step: Int, looks: Int) throws {
        let threshold = try Threshold(errorRate: errorRate)
        self.step = step
        self.looks = looks
        self.side = process.side
        var limits = [Int]()
        var limit = 0
        for look in 1...looks {
            let trials = look * step
            let reaches = { (events: Int) in
                try threshold.crossing(process.logEvidence(events: events, trials: trials)) == .reached
            }
            if process.side == .below {
                // The limit never falls with the looks.
                while try limit <= trials && reaches(limit) { limit += 1 }
                limits.append(limit - 1)
            } else {
                while try limit <= trials && !reaches(limit) { limit += 1 }
                limits.append(limit <= trials ? limit : .max)
            }
        }
        self.limits = limits
    }

    func isReached(events: Int, look: Int) -> Bool {
        self.side == .below ? events <= self.limits[look - 1] : events >= self.limits[look - 1]
    }
}

/// Counts that grow from look to look.
struct GrowingCount {
    private(set) var events = 0
    /// Trials from the start until the next event.
    private var next: Int

    init(rate: Double, _ chance: inout Chance) {
        self.next = chance.trialsToEvent(rate: rate)
    }

    /// The events among the first `trials`, all of one rate.
    mutating func advance(to trials: Int, rate: Double, _ chance: inout Chance) -> Int {
        while self.next <= trials {
            self.events += 1
            self.next += chance.trialsToEvent(rate: rate)
        }
        return self.events
    }
}
