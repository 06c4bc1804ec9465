import ReleaseModel
import SequentialTests
import StageControl
import StrictJSON
import Testing

@Suite("A template")
struct TemplateTests {
    /// What the files in `Examples/plans` release.
    private static func release(baseline: String?) throws -> PlanTemplate.Release {
        PlanTemplate.Release(
            model: try #require(Name("aurora")), candidate: try #require(Name("aurora-2.0")),
            baseline: baseline.flatMap { Name($0) }, owner: try #require(Name("release-team")))
    }

    private static func plan(_ template: PlanTemplate) throws -> ReleasePlan {
        try ReleasePlan.read(PlanSource(template.document(for: try Self.release(baseline: nil))))
    }

    @Test(
        "passes the linter, which only misses the seed that its user must commit to", arguments: PlanTemplate.allCases,
        [nil, "aurora-1.0"])
    func lints(template: PlanTemplate, baseline: String?) throws {
        let document = template.document(for: try Self.release(baseline: baseline))
        let findings = PlanLint.findings(in: try ReleasePlan.read(PlanSource(document)))
        #expect(findings.map(\.rule) == ["seed-commitment"], "\(findings)")
        #expect(findings.allSatisfy { $0.severity == .warning })
    }

    @Test("is the example that people read", arguments: PlanTemplate.allCases)
    func example(template: PlanTemplate) throws {
        let release = try Self.release(baseline: template == .bySize ? nil : "aurora-1.0")
        let example = try PlanSource(example: template.rawValue)
        #expect(template.document(for: release) == example.value)
    }

    @Test("by size takes the nine months and four sizes that GPT-2 took")
    func bySize() throws {
        let stages = try Self.plan(.bySize).spec.stages
        #expect(stages.map(\.name.text) == ["partners", "small", "medium", "large", "full"])
        #expect(stages.map(\.level) == [.gradual, .downloadable, .downloadable, .downloadable, .open])
        let days = stages.dropFirst().reduce(0) { $0 + ($1.bake?.min.days ?? 0) }
        #expect(days == 264)  // 2019-02-14 to 2019-11-05
        let weights = stages.flatMap(\.components).filter { $0.kind == .modelParametersFinal }
        #expect(weights.map { $0.version?.text } == ["aurora-2.0-small", "aurora-2.0-medium", "aurora-2.0-large", nil])
        #expect(stages.dropFirst().allSatisfy { $0.gates.contains { $0.evidence.text == "partner-findings" } })
    }

    /// Published of DALL·E 2: 400 people, then 1,000 a week; 3,000,000 images; 0.05 % flagged, 30 % of those confirmed.
    @Test("weekly invitations lets the published release through, and not one with thirteen times its violations")
    func weeklyInvitations() throws {
        let spec = try Self.plan(.weeklyInvitations).spec
        #expect(spec.stages.map { $0.audience.people?.max } == [400, 10_000, 1_000_000, nil])
        #expect(spec.stages.map(\.audience.invitationsPerWeek) == [nil, 1_000, 250_000, nil])
        let (violations, errorRate) = (5e-4 * 0.3, try #require(spec.advanceErrorRate))
        let metric = try #require(spec.metrics.first { $0.name.text == "violations" })
        let bound = try #require(metric.rules.advance?.bound)
        let law = TimeToDecide(bound: bound, trueRate: violations, errorRate: errorRate)
        #expect(law.probability(within: 3_000_000) > 0.999)
        let bad = TimeToDecide(bound: bound, trueRate: 2e-3, errorRate: errorRate)
        #expect(bad.probability(within: 3_000_000) <= errorRate)
        let rollback = try #require(metric.rules.rollback)
        #expect(rollback.bound < 2e-3 && rollback.bound > bound)
        // The flags that belong to it are within their own bound too.
        #expect(spec.metrics.first?.rules.advance.map { $0.bound > 5e-4 } == true)
    }

    @Test("never lets rules alone open a new cohort, in any of them", arguments: PlanTemplate.allCases)
    func peopleOpen(template: PlanTemplate) throws {
        let spec = try Self.plan(template).spec
        for index in spec.stages.indices where spec.widening(atStage: index).asksForPeople {
            #expect(spec.stages[index].requiresApproval?.distinct == 2)
        }
    }
}
