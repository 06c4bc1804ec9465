import ReleaseModel
import StageControl
import StrictJSON
import Testing

/// What reading a document says is wrong with it.
private func faults(in document: JSONValue) -> [PlanFault] {
    do {
        _ = try ReleasePlan.read(PlanSource(document))
        return []
    } catch {
        return error.faults
    }
}

@Suite("Reading a plan")
struct ReadingTests {
    private let source: PlanSource
    private let document: JSONValue

    init() throws {
        self.source = try PlanSource(example: "atlas-2-api")
        self.document = self.source.value
    }

    @Test("understands the example")
    func example() throws {
        let plan = try ReleasePlan.read(self.source)
        let harm = try #require(plan.spec.metrics.first)
        #expect(plan.metadata.name.text == "atlas-2-api")
        #expect(plan.spec.baseline?.text == "2026-06-01")
        #expect(plan.spec.errorBudget == PlanErrorBudget())
        #expect(plan.spec.evaluation.changeWindows.first?.contains(.thursday, ClockTime(minutes: 540)) == true)
        #expect(harm.source == .incidents(IncidentSource(minSeverity: .high)))
        #expect(harm.rules.tripwire?.where == EventFilter([.severityIs(.critical)]))
        #expect(harm.rules.rollback == RollbackRule(test: .above, bound: 3e-4, weight: 0.5))
        #expect(
            plan.spec.metrics[4].source
                == .gateway(.histogram(.timeToFirstToken, threshold: TimeSpan(1_200, .millisecond))))
        #expect(plan.spec.stages.map(\.setWeight.percent) == [100, 100, 100, 1, 10, 100])
        #expect(plan.spec.stages[4].evidence.carryOver == .sameCohort)
        #expect(plan.spec.stages[5].watch == Watch(for: TimeSpan(90, .day), drift: Watch.Drift(arl: 1e10)))
        #expect(plan.spec.rollback == RollbackPolicy())
        #expect(plan.spec.overrides == Overrides())
    }

    @Test("lets a stage take over what it does not say")
    func inheritance() throws {
        let stages = try ReleasePlan.read(self.source).spec.stages
        #expect(stages[1].companions == stages[0].companions)
        #expect(stages[2].analysis == stages[1].analysis)
        #expect(stages[4].audience == stages[3].audience)
        #expect(stages[3].strata == [] && stages[2].strata != [])
        #expect(stages.map(\.level) == [.gradual, .gradual, .gradual, .api, .api, .api])
        #expect(stages[5].gates == [] && stages[4].exposureBudget == nil && stages[5].bake == nil)
        let lifted = try ReleasePlan.read(PlanSource(self.document.setting("spec.stages[3].caps", to: .object([:]))))
        #expect(lifted.spec.stages.map { $0.caps == StageCaps() } == [false, false, false, true, true, true])
    }

    @Test("gives a change window without a time zone that of the evaluation")
    func windowZone() throws {
        let document = self.document.setting([
            ("spec.evaluation.timeZone", "Asia/Tokyo"), ("spec.evaluation.changeWindows[0].timeZone", nil),
        ])
        let plan = try ReleasePlan.read(PlanSource(document))
        #expect(plan.spec.evaluation.changeWindows.first?.timeZone.description == "Asia/Tokyo")
    }

    @Test("says everything that is wrong at once, with lines and what to do")
    func all() throws {
        let source = try PlanSource(
            yaml: """
                apiVersion: sluice.dev/v2
                kind: ReleasePlan
                metadata: {name: a plan}
                spec:
                  model: m
                  candidate: c
                  progressDeadlin: 3d
                  metrics:
                    - name: flags
                      kind: safty
                      type: proportion
                      source: {gateway: {counter: flags}}
                    - name: flags
                      kind: safety
                      type: exceedance
                      source: {gateway: {counter: flags}}
                      rules: {advance: {test: below, versus: baseline, bound: low}}
                  stages:
                    - name: one
                      audience: {cohorts: []}
                      setWeight: 0.00001
                      bake: {min: 3 days, max: 5}
                    - bake:
                        min: 2d
                        max: 1d
                """)
        let thrown = #expect(throws: PlanFaults.self) { try ReleasePlan.read(source) }
        let expected = """
            1: apiVersion: is 'sluice.dev/v2'; expected sluice.dev/v1alpha1 [unknown-value]
            3: metadata.name: is 'a plan'; expected a name: \(Name.rule) [malformed-text]
            7: spec.progressDeadlin: is no field of a plan; did you mean progressDeadline? [unknown-field]
            10: spec.metrics[0].kind: is 'safty'; expected one of safety, health, quality; did you mean safety? \
            [unknown-value]
            17: spec.metrics[1].rules.advance.bound: is the text 'low'; expected a number of zero or more [wrong-type]
            13: spec.metrics[1].name: is flags again, as element 0 is; rename or remove one [duplicate-name]
            20: spec.stages[0].audience.cohorts: is empty; name at least one cohort [missing-field]
            21: spec.stages[0].setWeight: is 0.00001; expected percent from 0 to 100 with at most four decimals \
            [out-of-range]
            22: spec.stages[0].bake.min: is '3 days', and ' days' is no unit; expected a number and a unit \
            (w, d, h, m, s, ms), such as 3d [unknown-unit]
            22: spec.stages[0].bake.max: is the number 5; expected a number and a unit (w, d, h, m, s, ms); write its \
            unit, such as 5s [wrong-type]
            23: spec.stages[1].name: is missing; give a name: \(Name.rule) [missing-field]
            25: spec.stages[1].bake.max: is 1d, less than min (2d); expected at least that [contradiction]
            """
        #expect(thrown?.description == expected)
    }

    @Test("refuses what is no plan at all", arguments: [nil, 3, "plan", [], [:]] as [JSONValue])
    func nothing(document: JSONValue) {
        #expect(!faults(in: document).isEmpty)
    }

    @Test("takes null for what is not said")
    func null() throws {
        let said = self.document.setting([("spec.owner", nil), ("spec.stages[4].caps", nil)])
        let null = self.document.setting([
            ("spec.owner", .null), ("spec.stages[4].caps", .null), ("spec.evaluation.timeZone", .null),
        ])
        #expect(try ReleasePlan.read(PlanSource(said)) == ReleasePlan.read(PlanSource(null)))
        #expect(faults(in: self.document.setting("spec.model", to: .null)).map(\.rule) == [.missingField])
    }

    @Test("reports what is wrong in a part that later stages take over once, where it stands")
    func onceOnly() {
        for path in ["spec.stages[0].companions[0].holdAfter", "spec.stages[0].companions", "spec.stages[3].level"] {
            #expect(faults(in: self.document.setting(path, to: "soon")).map(\.path.description) == [path])
        }
        let everywhere = self.document.setting([
            ("spec.evaluation.timeZone", "noon"), ("spec.evaluation.changeWindows[0].timeZone", .null),
        ])
        #expect(faults(in: everywhere).map(\.path.description) == ["spec.evaluation.timeZone"])
    }

    @Test("points at the nearest line around a field that is not written")
    func lines() {
        #expect(self.source.line(of: FieldPath("spec.stages[5].bake.min") ?? .document) == 144)
        #expect(self.source.line(of: FieldPath("kind") ?? .document) == 4)
        #expect(PlanSource([:]).line(of: .document) == nil)
    }

    @Test("holds a document to its limits")
    func limits() {
        let stages = JSONValue.array(
            (0..<65).map { ["name": .string("s\($0)"), "audience": ["cohorts": ["general"]]] })
        #expect(faults(in: self.document.setting("spec.stages", to: stages)).map(\.rule) == [.tooMany])
        let labels = Dictionary((0..<65).map { ("l\($0)", JSONValue.string("x")) }, uniquingKeysWith: { one, _ in one })
        #expect(faults(in: self.document.setting("metadata.labels", to: .object(labels))).map(\.rule) == [.tooMany])
        let text = JSONValue.string(String(repeating: "x", count: 257))
        #expect(faults(in: self.document.setting("metadata.labels.a", to: text)).map(\.rule) == [.malformedText])
    }
}

@Suite("A document with one fault")
struct FaultTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let path: String
        let value: JSONValue?
        let rule: PlanFault.Rule
        /// Where the fault is reported, if not at the field.
        var place: String?
        /// What its reason must say.
        var says = ""

        var testDescription: String { "\(self.path) = \(self.value?.canonicalText ?? "nothing")" }
    }

    @Test(
        "is refused there, and says why",
        arguments: [
            Case(path: "kind", value: "Rollout", rule: .unknownValue, says: "expected ReleasePlan"),
            Case(path: "kind", value: nil, rule: .missingField),
            Case(path: "spec.canditate", value: "x", rule: .unknownField, says: "did you mean candidate?"),
            Case(path: "spec.stages[1].xyzzyx", value: 1, rule: .unknownField, says: "known here: name, level"),
            Case(path: "spec.model", value: "two words", rule: .malformedText),
            Case(path: "spec.stages", value: [], rule: .missingField, says: "at least one stage"),
            Case(path: "spec.stages", value: "all", rule: .wrongType, says: "expected a list"),
            Case(path: "spec.revisionHistoryLimit", value: 0, rule: .outOfRange, says: "from 1 to 1000"),
            Case(path: "spec.revisionHistoryLimit", value: 2.5, rule: .outOfRange),
            Case(path: "spec.errorBudget.falseAdvance", value: -0.1, rule: .outOfRange),
            Case(path: "spec.errorBudget.restarts.schedule", value: "never", rule: .unknownValue, says: "harmonic"),
            Case(path: "spec.bucketing.algorithm", value: "md5", rule: .unknownValue),
            Case(path: "spec.bucketing.seedCommitment", value: "sha256:6c1f", rule: .malformedText),
            Case(path: "spec.bucketing.stickiness.onUnitMissing", value: "random", rule: .unknownValue),
            Case(path: "spec.evaluation.interval", value: "0s", rule: .outOfRange),
            Case(path: "spec.evaluation.timeZone", value: "CET", rule: .malformedText, says: "IANA"),
            Case(path: "spec.evaluation.changeWindows[0].from", value: "9:00", rule: .malformedText),
            Case(
                path: "spec.evaluation.changeWindows[0].days[1]", value: "Mon", rule: .duplicateName,
                says: "as element 0 is"),
            Case(path: "spec.cohorts[0].applications[0]", value: "app_1", rule: .malformedText),
            Case(path: "spec.cohorts[0].applications", value: nil, rule: .missingField, place: "spec.cohorts[0]"),
            Case(
                path: "spec.cohorts[0].match", value: [:], rule: .contradiction, place: "spec.cohorts[0]",
                says: "applications and match"),
            Case(path: "spec.cohorts[1].match.intent[0]", value: "fun", rule: .unknownValue),
            Case(path: "spec.cohorts[1].name", value: "staff", rule: .duplicateName),
            Case(path: "spec.traffic.request", value: [:], rule: .unknownValue, says: "did you mean requests?"),
            Case(
                path: "spec.metrics[0].source", value: ["incident": [:]], rule: .missingField,
                says: "did you mean incidents?"),
            Case(
                path: "spec.metrics[0].type", value: "proportion", rule: .contradiction, place: "spec.metrics[0].source"
            ),
            Case(path: "spec.metrics[4].source.gateway.threshold", value: nil, rule: .missingField),
            Case(path: "spec.metrics[1].source.gateway.category", value: "cbrn|cbrn", rule: .malformedText),
            Case(
                path: "spec.metrics[0].rules.advance.versus", value: "baseline", rule: .contradiction,
                says: "is no ratio"),
            Case(
                path: "spec.metrics[0].rules.rollback.action", value: "hold", rule: .unknownValue,
                says: "one of stepBack, rollback, halt"),
            Case(path: "spec.metrics[0].rules.tripwire.where", value: "severity = 'x'", rule: .malformedText),
            Case(path: "spec.metrics[0].rules.tripwire.count", value: 0, rule: .outOfRange),
            Case(path: "spec.metrics[0].onNoData.escalateAfter", value: "1m", rule: .contradiction),
            Case(path: "spec.metrics[0].onNoData.action", value: "ignore", rule: .unknownValue),
            Case(
                path: "spec.metrics[0].onNoData.action", value: "halt", rule: .contradiction,
                place: "spec.metrics[0].onNoData.escalateAction"),
            Case(path: "spec.stages[0].audience", value: nil, rule: .missingField),
            Case(path: "spec.stages[0].setWeight", value: 100.5, rule: .outOfRange),
            Case(
                path: "spec.stages[0].requiresApproval.roles[0]", value: "release-manager", rule: .unknownValue,
                says: "did you mean release_manager?"),
            Case(path: "spec.stages[0].gates[1].evidence", value: "risk-assessment", rule: .duplicateName),
            Case(path: "spec.stages[0].bake.cover", value: "weeks", rule: .unknownValue),
            Case(path: "spec.stages[1].bake.max", value: "1d", rule: .contradiction),
            Case(path: "spec.stages[1].bake.max", value: "1e2d", rule: .unknownUnit),
            Case(path: "spec.stages[1].bake.max", value: "2000000h", rule: .outOfRange, says: "36525d is the longest"),
            Case(path: "spec.stages[1].bake.max", value: "0.0001s", rule: .outOfRange),
            Case(path: "spec.stages[1].evidence.carryOver", value: true, rule: .unknownValue),
            Case(path: "spec.stages[5].components[0].kind", value: "weights", rule: .unknownValue),
            Case(
                path: "spec.stages[5].components[1]",
                value: ["kind": "model_card", "audience": "public", "version": .null], rule: .duplicateName),
            Case(path: "spec.rollback.severityTarget.awful", value: "closed", rule: .unknownValue),
            Case(path: "spec.overrides.riskIncreasing.boundToEvidence", value: "yes", rule: .wrongType),
        ])
    func isRefused(_ fault: Case) throws {
        let example = try PlanSource(example: "atlas-2-api")
        let found = faults(in: example.value.setting(fault.path, to: fault.value))
        #expect(found.map(\.rule) == [fault.rule], "\(found)")
        #expect(found.first?.path.description == fault.place ?? fault.path)
        #expect(found.first?.reason.contains(fault.says.isEmpty ? " " : fault.says) == true, "\(found)")
    }
}
