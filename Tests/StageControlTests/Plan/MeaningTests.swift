import ReleaseModel
import SequentialTests
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("What a plan means")
struct MeaningTests {
    private let spec: ReleasePlan.Spec

    init() throws { self.spec = try ReleasePlan.read(PlanSource(example: "atlas-2-api")).spec }

    @Test("a stage adds to what earlier ones opened")
    func openings() {
        let open = self.spec.openings(atStage: 4)
        #expect(Set(open.keys.map(\.text)) == ["staff", "trusted", "drawn", "general"])
        #expect(open.mapValues(\.weight.percent).values.sorted() == [10, 100, 100, 100])
        #expect(open.first { $0.key.text == "general" }?.value.stage == 4)
        #expect(self.spec.openings(atStage: 0).keys.map(\.text) == ["staff"])
        #expect(self.spec.openings(atStage: -1).isEmpty)
    }

    @Test("a stage says what it opens, and whether people must decide")
    func widenings() {
        let widenings = self.spec.stages.indices.map { self.spec.widening(atStage: $0) }
        #expect(
            widenings.map { $0.newCohorts.map(\.text) } == [["staff"], ["trusted"], ["drawn"], ["general"], [], []])
        #expect(widenings.map { $0.widerCohorts.count } == [0, 0, 0, 0, 1, 1])
        #expect(widenings.map(\.raisesLevel) == [true, false, false, true, false, false])
        #expect(widenings.map(\.asksForPeople) == [true, true, true, true, false, true])
        #expect(widenings.allSatisfy { !$0.isNone })
    }

    @Test("evidence runs on among the same people, and each run has its share of the budget")
    func evidence() throws {
        #expect(self.spec.evidenceRuns == [0..<1, 1..<2, 2..<3, 3..<6])
        #expect(self.spec.evidence(inStage: 5) == 3...5)
        #expect(self.spec.evidence(inStage: 2) == 2...2)
        #expect(self.spec.plannedStarts == 4)
        #expect(abs(try #require(self.spec.advanceErrorRate) - 0.01) < 1e-15)
        #expect(try self.spec.advanceBudget() == ErrorBudget(errorRate: 0.05, plannedStarts: 4, reserve: 0.2))
        #expect(try self.spec.alarmBudget() == ErrorBudget(errorRate: 0.05, plannedStarts: 4, reserve: 0.2))
    }

    @Test("a stage ends by what its metrics show and the next one's gates ask, and breaks by its guards too")
    func criteria() {
        let (exit, abort) = (self.spec.exitCriteria(ofStage: 1), self.spec.abortCriteria(ofStage: 0))
        #expect(exit.advance.map(\.metric.text) == ["severe-harm", "policy-flags"])
        #expect(exit.minExposure == 2_000 && exit.gates.map(\.evidence.text) == ["access-criteria-published"])
        #expect(exit.approval?.distinct == 2 && exit.bake?.cover == .fullWeeks && !exit.isNone)
        #expect(self.spec.exitCriteria(ofStage: 0).advance.map(\.metric.text) == ["policy-flags"])
        #expect(self.spec.exitCriteria(ofStage: 5).gates == [])
        #expect(abort.rollback.map(\.metric.text) == ["policy-flags", "errors", "severe-harm"])
        #expect(abort.tripwires.map(\.metric.text) == ["severe-harm"] && !abort.isNone)
    }

    @Test("a worse event leads back at least as far")
    func targets() {
        let policy = RollbackPolicy(target: .baseline, severityTarget: [.medium: .previousStage, .critical: .closed])
        #expect(policy.target(after: nil) == .baseline)
        #expect(Severity.allCases.map { policy.target(after: $0) } == [.baseline, .baseline, .baseline, .closed])
    }

    @Test("reports come in no later than the plan says")
    func delay() throws {
        let delay = PlanReportingDelay(p50: TimeSpan(3, .day), p90: TimeSpan(14, .day), p99: TimeSpan(45, .day))
        let curve = try delay.envelope()
        #expect(
            [0, 2.9, 3, 13, 14, 44, 45, 900].map { curve.share(at: $0) } == [0, 0, 0.5, 0.5, 0.9, 0.9, 0.99, 0.99])
        let same = PlanReportingDelay(p50: TimeSpan(3, .day), p90: TimeSpan(3, .day), p99: TimeSpan(45, .day))
        #expect(throws: StatisticsFault.self) { try same.envelope() }
    }

    @Test("expected traffic is that of the stage, else of its weight")
    func traffic() {
        let perDay = self.spec.stages.map { self.spec.traffic.perDay(.requests, in: $0) }
        #expect(perDay == [3_000, 20_000, 60_000, 20_000, 200_000, 2_000_000])
        #expect(self.spec.traffic.perDay(.downloads, in: self.spec.stages[0]) == nil)
    }

    @Test("a stage's reach counts what is reported by its end, over its whole run of evidence")
    func feasibility() throws {
        let all = self.spec.feasibility()
        let harm = all.filter { $0.metric.text == "severe-harm" }
        #expect(harm.map(\.stage) == [1, 2, 3, 4])
        // 20,000 a day for 30 days, of which half counts after 3 days and four tenths more after 14: 19.9 days' worth.
        #expect(harm[0].reach == 398_000)
        // general-10 adds its own 30 days; of the 60 of general-1, older by then, 58.05 days' worth counts.
        #expect(abs(try #require(harm[3].reach) - 5_141_000) < 1e-3)
        // α = 0.01 and no event: 5.463 over the exposure.
        #expect(abs(try #require(harm[0].smallestRate) * 398_000 - 5.463) < 1e-3)
        #expect(all.allSatisfy { $0.errorRate == self.spec.advanceErrorRate })
        #expect(harm.allSatisfy { abs($0.toDecide * $0.bound - 22.1) < 0.1 })
    }
}
