import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("The linter")
struct LintTests {
    private let source: PlanSource

    init() throws { self.source = try PlanSource(example: "atlas-2-api") }

    private func findings(after changes: [LintCase.Change]) throws -> [LintFinding] {
        let source = PlanSource(self.source.value.setting(changes), lines: self.source.lines)
        return PlanLint.findings(in: try ReleasePlan.read(source), source: source)
    }

    @Test("finds nothing in the example")
    func example() throws {
        #expect(try self.findings(after: []).map(\.description) == [])
    }

    @Test("finds what each rule is there for, where it is, and lets pass what comes near", arguments: LintCase.all)
    func rule(test: LintCase) throws {
        let found = try self.findings(after: test.failing).filter { $0.rule == test.rule }
        #expect(found.map(\.path.description).contains(test.place), "\(found)")
        #expect(found.allSatisfy { $0.line != nil && !$0.reason.isEmpty })
        let passed = try self.findings(after: test.passing).filter { $0.rule == test.rule }
        #expect(passed == [])
    }

    @Test("has a failing example of every rule")
    func complete() {
        #expect(Set(LintCase.all.map(\.rule)) == Set(PlanLint.rules.map(\.name)))
    }

    @Test("gives every rule a name of its own, and a sentence")
    func names() {
        #expect(Set(PlanLint.rules.map(\.name)).count == PlanLint.rules.count)
        for rule in PlanLint.rules {
            #expect(rule.name.allSatisfy { $0.isLowercase || $0 == "-" })
            #expect(rule.meaning.hasSuffix("."))
        }
    }

    @Test("says everything at once")
    func all() throws {
        let changes: [LintCase.Change] = [
            ("spec.owner", nil), ("spec.stages[1].bake.min", "6d"), ("spec.rollback.drill.p99", "9s"),
            ("spec.metrics[0].influenceCap", nil), ("spec.errorBudget.falseAdvance", 0.7),
        ]
        #expect(
            try self.findings(after: changes).map { "\($0.severity.rawValue) \($0.rule)" } == [
                "warning influence-cap", "error error-rates", "error full-weeks", "error owner", "error drill",
            ])
    }

    @Test("says what was found, what was expected and what to do, in one line")
    func description() throws {
        let found = try self.findings(after: [("spec.stages[1].bake.min", "6d")])
        #expect(
            found.map(\.description) == [
                "116: error: spec.stages[1].bake.min: is 6d, and the stage covers fullWeeks; expected at least 7d "
                    + "[full-weeks]"
            ])
    }

    @Test("passes a plan without an owner whose stages all have one")
    func owners() throws {
        let changes = (0..<6).map { (path: "spec.stages[\($0)].owner", value: JSONValue?("team")) }
        #expect(try self.findings(after: [("spec.owner", nil)] + changes) == [])
    }

    // A rate below 1e-5 needs 546,000 exposures without an event, at the share of α that each of four starts has.
    @Test(
        "refuses a claim that the exposure cannot show",
        arguments: [(30_000, false), (500_000, false), (600_000, true)])
    func detectability(exposure: Int, isPossible: Bool) throws {
        let found = try self.findings(after: [
            ("spec.metrics[1].rules.advance.bound", 1e-5), ("spec.stages[0].analysis.metrics", ["errors"]),
            ("spec.stages[1].exposureBudget", ["initial": .integer(Int64(exposure))]),
            ("spec.stages[1].bake.max", "60d"),
        ]).filter { $0.rule == "detectable-claim" && $0.path.description.hasPrefix("spec.stages[1]") }
        #expect(found.isEmpty == isPossible, "\(found)")
        #expect(isPossible || found.contains { $0.reason.contains("policy-flags below 1e-05") })
    }

    @Test("takes any plan that can be read", arguments: seeds(60))
    func total(seed: UInt64) throws {
        var random = RandomPlan(generator: SeededGenerator(seed: seed))
        let plan = random.plan()
        #expect(PlanLint.findings(in: plan) == PlanLint.findings(in: plan))
    }
}
