import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("The difference of two plans")
struct DifferenceTests {
    private let document: JSONValue

    init() throws { self.document = try PlanSource(example: "atlas-2-api").value }

    private func changes(_ edits: [(path: String, value: JSONValue?)]) throws -> [String] {
        let plans = try [self.document, self.document.setting(edits)].map { try ReleasePlan.read(PlanSource($0)) }
        return PlanDifference(from: plans[0], to: plans[1]).changes.map(\.description)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let path: String
        let value: JSONValue?
        let changes: [String]
        var testDescription: String { "\(self.path) = \(self.value?.canonicalText ?? "nothing")" }

        init(_ path: String, _ value: JSONValue?, _ changes: String...) {
            (self.path, self.value, self.changes) = (path, value, changes)
        }
    }

    @Test(
        "says of every change which way it goes",
        arguments: [
            Case("spec.stages[3].setWeight", 5, "spec.stages[3].setWeight: 1 → 5 [raises-exposure]"),
            Case("spec.stages[3].setWeight", 0.5, "spec.stages[3].setWeight: 1 → 0.5 [tightens]"),
            Case(
                "spec.metrics[0].rules.advance.bound", 2e-4,
                "spec.metrics[0].rules.advance.bound: 0.0001 → 0.0002 [loosens-bound]"),
            Case(
                "spec.metrics[0].rules.advance.bound", 5e-5,
                "spec.metrics[0].rules.advance.bound: 0.0001 → 0.00005 [tightens]"),
            Case("spec.stages[1].bake.min", "8d", "spec.stages[1].bake.min: \"7d\" → \"8d\" [tightens]"),
            Case("spec.stages[5].watch.for", "30d", "spec.stages[5].watch.for: \"90d\" → \"30d\" [loosens-bound]"),
            Case("spec.stages[1].bake.cover", nil, "spec.stages[1].bake.cover: \"fullWeeks\" → none [loosens-bound]"),
            Case(
                "spec.stages[4].bake.cover", "fullWeeks", "spec.stages[4].bake.cover: none → \"fullWeeks\" [tightens]"),
            Case(
                "spec.metrics[0].rules.rollback.action", "stepBack",
                "spec.metrics[0].rules.rollback.action: \"rollback\" → \"stepBack\" [loosens-bound]"),
            Case(
                "spec.metrics[0].rules.rollback.action", "halt",
                "spec.metrics[0].rules.rollback.action: \"rollback\" → \"halt\" [tightens]"),
            Case("spec.rollback.target", "closed", "spec.rollback.target: \"previousStage\" → \"closed\" [tightens]"),
            Case(
                "spec.rollback.severityTarget.critical", nil,
                "spec.rollback.severityTarget.critical: \"closed\" → none [raises-exposure]"),
            Case(
                "spec.stages[0].gates[1]", nil,
                #"spec.stages[0].gates[1]: {"evidence":"red-team-report","maxAge":"90d","status":"accepted"} → none "#
                    + "[loosens-bound]"
            ),
            Case(
                "spec.stages[0].gates[1].maxAge", nil,
                #"spec.stages[0].gates[1].maxAge: "90d" → none [loosens-bound]"#),
            Case(
                "spec.cohorts[0].applications[1]", nil,
                "spec.cohorts[0].applications[1]: \"app_01jd3r5v8k0000000000000002\" → none [tightens]"),
            Case("spec.cohorts[2].lottery.places", 300, "spec.cohorts[2].lottery.places: 200 → 300 [raises-exposure]"),
            Case(
                "spec.cohorts[1].match.intent[2]", nil,
                "spec.cohorts[1].match.intent[2]: \"partner_evaluation\" → none [unclear]"),
            Case("spec.bucketing.unit", "account", "spec.bucketing.unit: \"application\" → \"account\" [unclear]"),
            Case("spec.owner", "others", "spec.owner: \"frontier-release\" → \"others\" [neutral]"),
            Case("metadata.labels.team", nil, "metadata.labels.team: \"release\" → none [neutral]"),
            Case(
                "spec.overrides.riskReducing.approvers", 2,
                "spec.overrides.riskReducing.approvers: 1 → 2 [loosens-bound]"),
            Case(
                "spec.stages[2].strata[0].quotas.eu", 10_000,
                "spec.stages[2].strata[0].quotas.eu: 20000 → 10000 [loosens-bound]"),
            Case("spec.errorBudget.falseAdvance", 0.05),
            Case(
                "spec.stages[1].audience.applications", nil,
                "spec.stages[1].audience.applications: {\"max\":50} → none [raises-exposure]"),
        ])
    func directions(change: Case) throws {
        #expect(try self.changes([(change.path, change.value)]) == change.changes)
    }

    @Test("shows what later stages take over at each of them")
    func inherited() throws {
        let caps = try self.changes([("spec.stages[0].caps.requestsPerMinutePerApp", 30)])
        #expect(caps.count == 6 && caps.allSatisfy { $0.hasSuffix(": 60 → 30 [tightens]") })
    }

    @Test("keeps apart by name what moved")
    func moved() throws {
        guard case .array(var stages)? = self.document.at("spec.stages") else { return }
        stages.insert(
            ["name": "general-5", "setWeight": 5, "evidence": ["carryOver": "sameCohort"], "bake": ["min": "7d"]], at: 4
        )
        let inserted = try self.changes([("spec.stages", .array(stages))])
        #expect(inserted.count == 1)
        #expect(inserted.first?.hasPrefix("spec.stages[4]: none → {") == true)
        #expect(inserted.first?.hasSuffix("[unclear]") == true)
        guard case .array(var metrics)? = self.document.at("spec.metrics") else { return }
        metrics.swapAt(0, 1)
        let swapped = try self.changes([("spec.metrics", .array(metrics))])
        #expect(swapped.count == 1 && swapped.first?.hasSuffix("[neutral]") == true)
        metrics.removeFirst(2)
        let removed = try self.changes([("spec.metrics", .array(metrics))])
        #expect(removed.map { $0.prefix(15) } == ["spec.metrics[0]", "spec.metrics[1]"])
        #expect(removed.allSatisfy { $0.hasSuffix("→ none [loosens-bound]") })
        guard case .array(var cohorts)? = self.document.at("spec.cohorts") else { return }
        cohorts.swapAt(0, 1)
        #expect(
            try self.changes([("spec.cohorts", .array(cohorts))]) == [
                #"spec.cohorts: ["staff","trusted","drawn","general"] → "#
                    + #"["trusted","staff","drawn","general"] [unclear]"#
            ])
    }

    @Test("lists first what opens most, and leaves out what opens nothing")
    func opening() throws {
        let other = self.document.setting([
            ("spec.owner", "others"), ("spec.metrics[0].rules.advance.bound", 2e-4), ("spec.bucketing.unit", "account"),
            ("spec.stages[3].setWeight", 5), ("spec.stages[1].bake.min", "14d"),
        ])
        let plans = try [self.document, other].map { try ReleasePlan.read(PlanSource($0)) }
        let opening = PlanDifference(from: plans[0], to: plans[1]).opening
        #expect(opening.map(\.effect) == [.raisesExposure, .loosensBound, .unclear])
        #expect(opening.allSatisfy { $0.opens })
    }

    /// Two plans differ in nothing exactly if they are one, and what opens one way closes the other.
    @Test("is empty for one plan, never for two, and turns round", arguments: seeds(60))
    func laws(seed: UInt64) throws {
        var random = RandomPlan(generator: SeededGenerator(seed: seed))
        let (one, two) = (random.plan(), random.plan())
        #expect(PlanDifference(from: one, to: one).changes.isEmpty)
        let (there, back) = (PlanDifference(from: one, to: two), PlanDifference(from: two, to: one))
        #expect(there.changes.isEmpty == (one == two))
        #expect(there.changes.count == back.changes.count)
        let counts = [there, back].map { difference in
            PlanChange.Effect.allCases.map { effect in difference.changes.count { $0.effect == effect } }
        }
        let (neutral, tightens, unclear) = (0, 1, 2)
        #expect(counts[0][neutral] == counts[1][neutral] && counts[0][unclear] == counts[1][unclear])
        #expect(counts[0][tightens] == counts[1][3] + counts[1][4])
    }
}
