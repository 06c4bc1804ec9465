import Rehearsal

/// Workers that share the runs of a rehearsal. What comes out does not depend on how many they are.
struct RehearsalCrew: Sendable {
    /// How many runs are under way at a time.
    let workers: Int
    /// The seed of the whole rehearsal.
    let seed: UInt64

    /// Runs that one worker takes at once: enough not to wait for each other, few enough to end together.
    private static let portion = 32

    /// What came of so many runs.
    func tally(_ rehearsal: Rehearsal, runs: Int) async throws -> RehearsalTally {
        try await withThrowingTaskGroup(of: RehearsalTally.self) { group in
            var next = 0
            var sum = try rehearsal.tally(seed: self.seed, runs: 0..<0)
            func start(_ group: inout ThrowingTaskGroup<RehearsalTally, any Error>) {
                guard next < runs else { return }
                let portion = next..<min(runs, next + Self.portion)
                next = portion.upperBound
                let seed = self.seed
                group.addTask { try rehearsal.tally(seed: seed, runs: portion) }
            }
            for _ in 0..<self.workers { start(&group) }
            while let tally = try await group.next() {
                sum = sum + tally
                start(&group)
            }
            return sum
        }
    }
}
