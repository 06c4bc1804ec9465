import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

/// Releases whose harm is reported days later, through the real conductor: the same reports of the same days, under a
/// plan that knows of the delay and under one that does not.
@Suite("A conducted release with late reports")
struct LateReportTests {
    private static let perDay = 2_000
    private static let days = 45

    /// The days after the opening on which a release advanced and rolled back; nil if it did neither in time.
    private struct Days: Hashable {
        var advance: Int?
        var rollback: Int?
    }

    /// The moments of harm in days, each with that of its report: lognormally late, after 5 days in the median.
    private static func reports(rate: Double, seed: UInt64) -> [(occurred: Double, reported: Double)] {
        var generator = SeededGenerator(seed: seed)
        var (reports, time): ([(Double, Double)], Double) = ([], 0)
        while true {
            time += -log(Double.random(in: 0..<1, using: &generator).nextUp) / (rate * Double(self.perDay))
            guard time < Double(self.days) else { return reports }
            let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
            reports.append((time, time + 5 * exp(normal)))
        }
    }

    private static func days(
        _ release: ConductedRelease, knowsDelay: Bool, rate: Double, seed: UInt64
    ) async throws -> Days {
        let id = try await release.open(try TrialPlan.read(knowsDelay: knowsDelay))
        let opened = release.time.now
        let reports = Self.reports(rate: rate, seed: seed)
        var days = Days()
        for day in 0..<Self.days where try release.rollout(id).stage == 0 {
            try release.use(Self.perDay, of: id)
            await release.pass(milliseconds: 86_400_000)
            let due = reports.enumerated().filter { Int($1.reported) == day }
            for (number, report) in due where try release.rollout(id).stage == 0 {
                let occurred = opened.advanced(milliseconds: Int64(report.occurred * 86_400_000))
                try await release.report(
                    Int(seed) * 1_000_000 + (knowsDelay ? 500_000 : 0) + number, of: id,
                    occurred: min(occurred, release.time.now))
            }
            await release.round(after: 0)
            let stage = try release.rollout(id).stage
            if stage == 1 { days.advance = day }
            if stage == nil { days.rollback = day }
        }
        try await release.perform(.abort(reason: "the run is over"), on: id, by: ConductedRelease.carol)
        return days
    }

    /// What both plans did with the same reports.
    private typealias Pair = (knowing: Days, naive: Days)

    private static func pairs(_ runs: Int, rate: Double) async throws -> [Pair] {
        let parts = max(min(runs, 2), runs / 10)
        return try await withThrowingTaskGroup(of: [Pair].self) { group in
            for part in 0..<parts {
                group.addTask {
                    try await Self.pairs(Array(stride(from: part, to: runs, by: parts)), rate: rate)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func pairs(_ seeds: [Int], rate: Double) async throws -> [Pair] {
        let release = try await ConductedRelease.furnished()
        var pairs: [Pair] = []
        for seed in seeds.map({ UInt64($0) }) {
            let knowing = try await Self.days(release, knowsDelay: true, rate: rate, seed: seed)
            let naive = try await Self.days(release, knowsDelay: false, rate: rate, seed: seed)
            pairs.append((knowing, naive))
        }
        try DecisionLog(release.reader).requireNoDifference()
        try release.close()
        return pairs
    }

    @Test("never advances sooner for it, and never rolls back later", .timeLimit(.minutes(30)))
    func pairwise() async throws {
        let runs = Proof.runs(6, of: 60)
        let above = try await Self.pairs(runs, rate: 1.5 * TrialPlan.bound)
        for (knowing, naive) in above {
            if let advance = knowing.advance { #expect(naive.advance.map { $0 <= advance } ?? false) }
            // Whoever has advanced by mistake has nothing left to roll back from in this stage.
            if let rollback = naive.rollback { #expect(knowing.rollback == rollback) }
        }
        let wrong = (above.count { $0.knowing.advance != nil }, above.count { $0.naive.advance != nil })
        try Proof.note(
            "late reports at 1.5 x bound, \(runs) pairs: advanced \(wrong.0) knowing of the delay, \(wrong.1) not")
        #expect(wrong.0 <= max(1, runs / 20) && wrong.1 >= runs * 2 / 3, "\(wrong)")
        let harmful = try await Self.pairs(Proof.runs(3, of: 30), rate: 20 * TrialPlan.bound)
        for (knowing, naive) in harmful {
            #expect(knowing.advance == nil)
            if let rollback = naive.rollback { #expect(knowing.rollback == rollback) }
        }
        let backs = (harmful.count { $0.knowing.rollback != nil }, harmful.count { $0.naive.rollback != nil })
        try Proof.note(
            "late reports at 20 x bound, \(harmful.count) pairs: rolled back \(backs.0) knowing of the delay, "
                + "\(backs.1) not, each pair on the same day")
        #expect(backs.0 == harmful.count)
    }

    @Test("still advances if it is good, only later", .timeLimit(.minutes(30)))
    func good() async throws {
        let runs = Proof.runs(3, of: 40)
        let pairs = try await Self.pairs(runs, rate: 0.1 * TrialPlan.bound)
        let advances = pairs.compactMap(\.knowing.advance)
        try Proof.note(
            "late reports at 0.1 x bound, \(runs) pairs: \(advances.count) advance knowing of the delay, on day "
                + "\(advances.sorted()[advances.count / 2]) in the median")
        #expect(advances.count >= runs * 9 / 10 && advances.allSatisfy { $0 >= 4 }, "\(advances)")
    }
}
