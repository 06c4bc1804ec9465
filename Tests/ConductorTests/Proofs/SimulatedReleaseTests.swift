import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import sluice

/// Releases in virtual time through the real conductor, with a look before and after every event: the worst that
/// peeking can do. The rules alone are shown the same by two thousand runs in `StageControlTests`.
@Suite("A simulated release through the real conductor")
struct SimulatedReleaseTests {
    /// How a run ended.
    private enum End: String {
        case advanced, rolledBack, undecided
    }

    /// How runs ended, with the log of each world that they ran in checked.
    private struct Ends: CustomStringConvertible {
        var counts: [End: Int] = [:]
        var looks = 0
        var entries = 0

        subscript(end: End) -> Int { self.counts[end, default: 0] }

        mutating func merge(_ other: Ends) {
            self.counts.merge(other.counts) { $0 + $1 }
            self.looks += other.looks
            self.entries += other.entries
        }

        var description: String {
            "\(self[.advanced]) advanced, \(self[.rolledBack]) rolled back, \(self[.undecided]) undecided; "
                + "\(self.looks) looks, \(self.entries) entries decided again without a difference"
        }
    }

    /// One run at a true rate, in so many exposures.
    private static func run(
        _ release: ConductedRelease, rate: Double, exposures: Int, seed: UInt64, _ ends: inout Ends
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        let id = try await release.open(try TrialPlan.read())
        try #require(abs(try #require(try release.rollout(id).shares?.advance) - TrialPlan.falseAdvance) < 1e-12)
        var end = End.undecided
        var (left, number) = (exposures, 0)
        while left > 0, end == .undecided {
            let gap = min(left, Int(-log(Double.random(in: 0..<1, using: &generator).nextUp) / rate))
            try release.use(gap, of: id)
            await release.round()
            ends.looks += 1
            end = try Self.end(release, id)
            left -= gap + 1
            guard left >= 0, end == .undecided else { continue }
            try release.use(1, of: id)
            await release.pass(milliseconds: 1_000)
            number += 1
            try await release.report(Int(seed) * 1_000_000 + number, of: id)
            ends.looks += 1
            end = try Self.end(release, id)
        }
        ends.counts[end, default: 0] += 1
        try await release.perform(.abort(reason: "the run is over"), on: id, by: ConductedRelease.carol)
    }

    private static func end(_ release: ConductedRelease, _ id: RolloutID) throws -> End {
        switch try release.rollout(id).stage {
        case 0: .undecided
        case nil: .rolledBack
        default: .advanced
        }
    }

    private static func ends(_ runs: Int, rate: Double, exposures: Int) async throws -> Ends {
        // A control plane of its own for each fifty, as an installation has that released as often.
        let parts = max(min(runs, 4), runs / 50)
        return try await withThrowingTaskGroup(of: Ends.self) { group in
            for part in 0..<parts {
                group.addTask {
                    let release = try await ConductedRelease.furnished()
                    var ends = Ends()
                    for seed in stride(from: part, to: runs, by: parts) {
                        try await Self.run(
                            release, rate: rate, exposures: exposures, seed: UInt64(seed), &ends)
                    }
                    let log = try DecisionLog(release.reader)
                    try log.requireNoDifference()
                    ends.entries = try log.check().entries
                    try release.close()
                    return ends
                }
            }
            return try await group.reduce(into: Ends()) { $0.merge($1) }
        }
    }

    @Test("at three tenths of the bound advances", .timeLimit(.minutes(30)))
    func good() async throws {
        let runs = Proof.runs(6, of: 200)
        let ends = try await Self.ends(runs, rate: 0.3 * TrialPlan.bound, exposures: 60_000)
        try Proof.note("0.3 x bound, \(runs) runs: \(ends)")
        #expect(ends[.advanced] >= runs * 98 / 100 && ends[.rolledBack] <= max(1, runs / 100), "\(ends)")
    }

    @Test("at three times the bound rolls back", .timeLimit(.minutes(30)))
    func bad() async throws {
        let runs = Proof.runs(6, of: 200)
        let ends = try await Self.ends(runs, rate: 3 * TrialPlan.bound, exposures: 200_000)
        try Proof.note("3 x bound, \(runs) runs: \(ends)")
        #expect(ends[.rolledBack] >= runs * 98 / 100 && ends[.advanced] <= max(1, runs / 100), "\(ends)")
    }

    @Test("at the bound advances in no more than one of twenty", .timeLimit(.minutes(60)))
    func atTheBound() async throws {
        let runs = Proof.runs(40, of: 2_000)
        let ends = try await Self.ends(runs, rate: TrialPlan.bound, exposures: 25_000)
        try Proof.note("1 x bound, \(runs) runs: \(ends)")
        // Of forty runs more than six would come once in two hundred times; of two thousand none above is allowed.
        #expect(ends[.advanced] <= (Proof.isFull ? runs / 20 : 6), "\(ends)")
        #expect(ends[.advanced] >= (Proof.isFull ? runs / 100 : 0), "a test that never opens shows nothing: \(ends)")
        #expect(ends[.rolledBack] <= max(2, runs / 50), "\(ends)")
    }
}
