import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Rehearsal

/// Many runs, and what is said of them.
@Suite("A rehearsal's report")
struct TallyTests {
    private static func report(parts: Int) async throws -> RehearsalReport {
        let rehearsal = try Rehearsal(
            try RehearsedPlan.plan { $0.isLong = true },
            .harm(0.8) { $0.tripwireShares = [Suppositions.Figure("harm", 0.002)] })
        let whole = try await tally(rehearsal, seed: 11, runs: 16, parts: parts)
        var cells: [(cell: RehearsalCell, tally: RehearsalTally)] = []
        for cell in rehearsal.grid() {
            cells.append((cell, try await tally(cell.rehearsal, seed: 11, runs: 4, parts: parts)))
        }
        return RehearsalReport(rehearsal, whole, seed: 11, grid: cells)
    }

    /// One report, for all tests that look at one.
    private static let made = Task { try await Self.report(parts: 2) }

    @Test("is the same from one worker and from several")
    func parts() async throws {
        let (one, two) = (try await Self.report(parts: 1), try await Self.made.value)
        #expect(one == two)
    }

    @Test("is another with another seed")
    func seeds() async throws {
        let rehearsal = try Rehearsal(try RehearsedPlan.plan(), .harm(0.6))
        let (one, other) = try (rehearsal.tally(seed: 1, runs: 0..<4), rehearsal.tally(seed: 2, runs: 0..<4))
        #expect(one != other)
        #expect(one == (try rehearsal.tally(seed: 1, runs: 0..<4)))
    }

    @Test("comes back from its JSON")
    func json() async throws {
        let report = try await Self.made.value
        let json = try JSONValue(parsing: try JSONValue(encoding: report).canonical)
        #expect(try json.decoded(as: RehearsalReport.self) == report)
    }

    @Test("is a table, a plot and a picture that people have read")
    func snapshots() async throws {
        let report = try await Self.made.value
        try expectSnapshot(report.table, "table")
        try expectSnapshot(report.plot(width: 80), "plot")
        try expectSnapshot(report.svg, "picture.svg")
    }

    @Test("accounts for every run")
    func ends() async throws {
        let report = try await Self.made.value
        #expect(report.endings.reduce(0) { $0 + $1.runs.count } == report.runs)
        #expect(report.stages[0].reached.count == report.runs)
        for (earlier, later) in zip(report.stages, report.stages.dropFirst()) {
            #expect(later.reached.count <= earlier.reached.count)
        }
        #expect(report.sensitivity.map(\.multiple) == RehearsalCell.multiples)
        #expect(report.sensitivity.filter { $0.falseAdvance != nil }.map(\.multiple) == [1, 3, 10])
    }

    @Test("says what nobody said")
    func suppositions() throws {
        let rehearsal = try Rehearsal(try RehearsedPlan.plan(), Suppositions())
        let report = RehearsalReport(rehearsal, try rehearsal.tally(seed: 1, runs: 0..<1), seed: 1)
        let said = report.suppositions.joined(separator: "\n")
        #expect(said.contains("since nobody said another"))
        #expect(said.contains("no event meets the tripwire's condition severity == 'critical'"))
        #expect(report.falseAdvance == nil)
    }
}
