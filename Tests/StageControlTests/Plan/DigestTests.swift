import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("A plan's normal form and digest")
struct DigestTests {
    private let source: PlanSource

    init() throws { self.source = try PlanSource(example: "atlas-2-api") }

    /// If this changes, plans that were approved are known by another digest: defaults, forms and spellings of one
    /// version of the document never change.
    @Test("are what they always were")
    func golden() throws {
        let plan = try ReleasePlan.read(self.source)
        try expectSnapshot(plan.document.leaves.joined(separator: "\n") + "\n", "atlas-2-api")
        #expect(plan.digest.description == "sha256:5c18f68b752fc13841af371c20959cae5213f122aa40f0b3bc5b03fceed03799")
    }

    @Test("read back as the same plan, at random", arguments: seeds(300))
    func roundTrip(seed: UInt64) throws {
        var random = RandomPlan(generator: SeededGenerator(seed: seed))
        let plan = random.plan()
        let again = try ReleasePlan.read(PlanSource(plan.document))
        #expect(again == plan)
        #expect(again.document == plan.document)
        let bytes = try JSONValue(parsing: plan.document.canonical)
        #expect(try ReleasePlan.read(PlanSource(bytes)).digest == plan.digest)
    }

    /// The example with three places at random put elsewhere, emptied or turned into something else.
    @Test("are all that reading can lead to, whatever the document", arguments: seeds(200))
    func damaged(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let places = self.source.value.places.dropFirst()
        let odd: [JSONValue?] = [nil, .null, true, 0, -1, 1e300, "", "3d", "x", [], [[]], [:], ["a": 1]]
        let changes: [LintCase.Change] = (0..<3).compactMap { _ in
            guard let place = places.randomElement(using: &generator) else { return nil }
            let other = places.randomElement(using: &generator).flatMap { self.source.value.at($0.description) }
            let value = generator.oneIn(2) ? other : odd.randomElement(using: &generator) ?? nil
            return (path: place.description, value: value)
        }
        // A place may be gone by the time that it is changed.
        let document = changes.reduce(self.source.value) { document, change in
            document.at(change.path) == nil ? document : document.setting(change.path, to: change.value)
        }
        let plan: ReleasePlan
        do {
            plan = try ReleasePlan.read(PlanSource(document, lines: self.source.lines))
        } catch {
            return #expect(!error.faults.isEmpty)
        }
        #expect(try ReleasePlan.read(PlanSource(plan.document)) == plan)
        _ = PlanLint.findings(in: plan)
    }

    @Test("tell every two plans apart, at random")
    func injective() {
        var known: [ContentDigest: ReleasePlan] = [:]
        repeated(seeds: 300) { _, generator in
            var random = RandomPlan(generator: generator)
            let plan = random.plan()
            try #require(known.updateValue(plan, forKey: plan.digest).map { $0 == plan } ?? true)
        }
    }

    @Test("do not hear of comments, order, layout and notation")
    func notation() throws {
        let one = """
            # a plan
            apiVersion: sluice.dev/v1alpha1
            kind: ReleasePlan
            metadata: {name: small, labels: {b: two, a: one}}
            spec:
              model: m
              candidate: c
              evaluation: {interval: 60s, changeWindows: [{days: [Tue, Mon], from: "09:00", to: "10:00"}]}
              metrics:
                - name: flags
                  kind: safety
                  type: proportion
                  source: {gateway: {counter: flags, category: "cyber|cbrn"}}
                  rules: {advance: {test: below, bound: 1.0e-4}}
              stages: [{name: only, audience: {cohorts: [all]}, setWeight: 1.0, bake: {min: 24h}}]
            """
        let other = """
            spec:
              stages:
              - bake:
                  min: 1d       # the same
                setWeight: 1
                audience: {cohorts: [all]}
                name: only
              metrics: [{rules: {advance: {bound: 0.0001, test: below}}, kind: safety, name: flags,
                type: proportion, source: {gateway: {category: "cbrn|cyber", counter: flags}}}]
              evaluation: {changeWindows: [{from: "09:00", to: "10:00", days: [Mon, Tue]}], interval: 1m}
              candidate: c
              model: m
            metadata: {labels: {a: one, b: two}, name: small}
            kind: ReleasePlan
            apiVersion: "sluice.dev/v1alpha1"
            """
        let plans = try [one, other].map { try ReleasePlan.read(PlanSource(yaml: $0)) }
        #expect(plans[0] == plans[1])
        #expect(plans[0].digest == plans[1].digest)
    }

    @Test("do not hear whether a default is said")
    func defaults() throws {
        let plan = try ReleasePlan.read(self.source)
        let silent = self.source.value.setting([
            ("spec.errorBudget", nil), ("spec.evaluation.timeZone", nil), ("spec.overrides", nil),
            ("spec.rollback", .object([:])), ("spec.metrics[0].onNoData", nil), ("spec.metrics[0].onError", .null),
            ("spec.metrics[1].rules.rollback.versus", nil), ("spec.metrics[0].exposure", nil),
        ])
        #expect(silent != self.source.value)
        #expect(try ReleasePlan.read(PlanSource(silent)).digest == plan.digest)
    }

    @Test("hear of every change of a value")
    func changes() throws {
        let plan = try ReleasePlan.read(self.source)
        let changes: [(String, JSONValue?)] = [
            ("metadata.labels.tier", "lab"), ("spec.baseline", nil), ("spec.stages[3].setWeight", 1.0001),
            ("spec.metrics[0].rules.advance.bound", 1.0000001e-4), ("spec.stages[5].watch.for", "91d"),
            ("spec.rollback.coolDown", "1439m"), ("spec.cohorts[0].applications[1]", nil),
            ("spec.stages[0].gates[1].maxAge", "91d"), ("spec.evaluation.changeWindows[0].to", "16:01"),
        ]
        for (path, value) in changes {
            let other = try ReleasePlan.read(PlanSource(self.source.value.setting(path, to: value)))
            #expect(other.digest != plan.digest, "\(path)")
        }
    }
}
