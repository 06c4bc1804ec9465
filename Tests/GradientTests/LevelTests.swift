import Gradient
import ReleaseModel
import Testing

/// A set of facts and the level on day 10 that follows from it.
struct LevelCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: Level
    var release: Release

    init(_ description: String, _ expected: Level, versions: Int = 1, _ fill: (inout Release) -> Void) {
        self.testDescription = description
        self.expected = expected
        self.release = Release(versions: versions)
        fill(&self.release)
    }

    static let closed: [Self] = [
        LevelCase("no facts at all", .fullyClosed) { _ in },
        LevelCase("a grant to people of the developer's own", .fullyClosed) {
            $0.grant([.hosted, .api, .finetune, .weights], to: .internal)
        },
        LevelCase("papers, cards and outputs for everybody, and nothing that runs", .fullyClosed) {
            $0.components([.researchPaper, .modelCard, .sampleOutputs, .inferenceCode, .datasets], to: .public)
        },
        LevelCase("weights that only the developer has", .fullyClosed) {
            $0.component(.modelParametersFinal, to: .internal)
        },
        LevelCase("weights for everybody that are withheld after all", .fullyClosed) {
            $0.component(.modelParametersFinal, to: .public, withheld: "misuse")
        },
        LevelCase("weights for everybody of which nobody recorded the content", .fullyClosed) {
            $0.component(.modelParametersFinal, to: .public, isKnown: false)
        },
        LevelCase("open enrolment, and no grant", .fullyClosed) { $0.enrolment(.open) },
        LevelCase("a grant for another model", .fullyClosed) {
            $0.grant([.api], to: .cohort, model: ModelID(bits: 99))
        },
        LevelCase("a grant for another version", .fullyClosed) {
            $0.grant([.api], to: .cohort, versions: [VersionID(bits: 99)])
        },
        LevelCase("a grant for versions that were made current, and this one was not", .fullyClosed) {
            $0.grant([.api], to: .cohort, versions: nil)
        },
        LevelCase("a grant that has not opened", .fullyClosed) { $0.grant([.api], to: .cohort, opens: 11) },
        LevelCase("a grant that has expired", .fullyClosed) { $0.grant([.api], to: .cohort, expires: 10) },
        LevelCase("a grant that was revoked", .fullyClosed) { $0.grant([.api], to: .cohort, revoked: 10) },
        LevelCase("a grant of weights that was revoked before it opened", .fullyClosed) {
            $0.grant([.weights], to: .cohort, opens: 5, revoked: 5)
        },
        LevelCase("a grant of nothing", .fullyClosed) { $0.grant([], to: .everyone) },
    ]

    static let used: [Self] = [
        LevelCase("trusted testers at the API", .gradual) { $0.grant([.api], to: .trusted) },
        LevelCase("a cohort at the hosted pages, while anybody might enrol", .gradual) {
            $0.grant([.hosted], to: .cohort)
            $0.enrolment(.open)
        },
        LevelCase("everyone, with 400 places", .gradual) {
            $0.grant([.hosted, .api], to: .everyone)
            $0.enrolment(.capped(places: 400))
        },
        LevelCase("everyone, and nobody said who may enrol", .gradual) { $0.grant([.api], to: .everyone) },
        LevelCase("everyone, once open and closed again", .gradual) {
            $0.grant([.api], to: .everyone)
            $0.enrolment(.open)
            $0.enrolment(.closed, from: 10)
        },
        LevelCase("everyone, opened and capped at the same moment", .gradual) {
            $0.grant([.api], to: .everyone)
            $0.enrolment(.open)
            $0.enrolment(.capped(places: 5))
        },
        LevelCase("fine-tuning for a cohort", .gradual) { $0.grant([.finetune], to: .cohort) },
        LevelCase("one of two versions at an open API", .gradual, versions: 2) {
            $0.grant([.api], to: .everyone)
            $0.enrolment(.open)
        },
        LevelCase("everyone at the hosted pages", .hosted) {
            $0.grant([.hosted], to: .everyone)
            $0.enrolment(.open)
        },
        LevelCase("everyone at the hosted pages, a cohort at the API", .hosted) {
            $0.grant([.hosted], to: .everyone)
            $0.grant([.api], to: .cohort)
            $0.enrolment(.open)
        },
        LevelCase("everyone at the API", .cloudAPI) {
            $0.grant([.api], to: .everyone)
            $0.enrolment(.open)
        },
        LevelCase("everyone at the API of a version since it was made current", .cloudAPI) {
            $0.grant([.api], to: .everyone, versions: nil)
            $0.facts.served[VersionID(bits: 1)] = day(10)
            $0.enrolment(.open)
        },
        LevelCase("everyone may fine-tune", .cloudAPI) {
            $0.grant([.finetune, .hosted], to: .everyone)
            $0.enrolment(.cohort)
            $0.enrolment(.open, from: 10)
        },
        LevelCase("two versions, one hosted and one at the API", .hosted, versions: 2) {
            $0.grant([.hosted], to: .everyone)
            $0.grant([.api], to: .everyone, versions: [VersionID(bits: 2)])
            $0.enrolment(.open)
        },
    ]

    static let weights: [Self] = [
        LevelCase("weights for one partner", .downloadable) { $0.grant([.weights], to: .trusted) },
        LevelCase("weights for everybody who enrols", .downloadable) {
            $0.grant([.weights], to: .everyone)
            $0.enrolment(.open)
        },
        LevelCase("weights that went out before their grant was revoked", .downloadable) {
            $0.grant([.weights], to: .cohort, revoked: 3)
        },
        LevelCase("weights that went out before their grant expired", .downloadable) {
            $0.grant([.weights], to: .cohort, expires: 9)
        },
        LevelCase("weights as a component for researchers", .downloadable) {
            $0.component(.modelParametersFinal, to: .researchers)
        },
        LevelCase("a checkpoint for everybody", .downloadable) {
            $0.component(.modelParametersIntermediate, to: .public)
        },
        LevelCase("Class II for everybody", .downloadable) {
            $0.components(ModelOpennessClass.openTooling.required, to: .public)
        },
        LevelCase("Class I for researchers", .downloadable) {
            $0.components(ModelOpennessClass.openScience.required, to: .researchers)
        },
        LevelCase("Class I for everybody, under a licence that restricts use", .downloadable) {
            $0.components(ModelOpennessClass.openScience.required, to: .public, licence: "BigScience-BLOOM-RAIL-1.0")
        },
        LevelCase("Class I for everybody, without any licence", .downloadable) {
            $0.components(ModelOpennessClass.openScience.required, to: .public, licence: nil)
        },
        LevelCase("Class I for everybody but for the data", .downloadable) {
            $0.components(ModelOpennessClass.openScience.required.subtracting([.datasets]), to: .public)
            $0.component(.datasets, to: .public, availableFrom: 11)
        },
        LevelCase("Class I for everybody", .fullyOpen) {
            $0.components(ModelOpennessClass.openScience.required, to: .public)
        },
        LevelCase("Class I for everybody, with a paper in the report's place", .fullyOpen) {
            $0.components(ModelOpennessClass.openScience.required.subtracting([.technicalReport]), to: .public)
        },
        LevelCase("Class I for everybody, with all other doors open too", .fullyOpen) {
            $0.components(ComponentKind.allCases, to: .public, licence: "CC-BY-4.0")
            $0.grant([.hosted, .api, .weights], to: .everyone)
            $0.enrolment(.open)
        },
    ]
}

@Suite("A level")
struct LevelTests {
    @Test("is closed where nothing that runs reaches anybody outside", arguments: LevelCase.closed)
    func closed(_ example: LevelCase) { #expect(example.release.level() == example.expected) }

    @Test("of a model in use follows from who may come in, and how", arguments: LevelCase.used)
    func used(_ example: LevelCase) { #expect(example.release.level() == example.expected) }

    @Test("of weights follows from who can have them, or could", arguments: LevelCase.weights)
    func weights(_ example: LevelCase) { #expect(example.release.level() == example.expected) }

    @Test("of each of the six kinds is in the tables")
    func complete() {
        let all = LevelCase.closed + LevelCase.used + LevelCase.weights
        #expect(Set(all.map(\.expected)) == Set(Level.allCases))
        #expect(all.count >= 14)
    }

    @Test("has the paper's number, order and name")
    func names() {
        #expect(Level.allCases.map(\.rawValue) == Array(1...6))
        #expect(Level.allCases.sorted() == Level.allCases)
        #expect(
            Level.allCases.map(\.name) == [
                "fully closed", "gradual or staged", "hosted", "cloud-based or API", "downloadable", "fully open",
            ])
    }

    @Test("of a release of nothing is closed, always")
    func nothing() {
        let gradient = Gradient(facts: ReleaseFacts(versions: []))
        #expect(gradient.level(at: day(0)) == .fullyClosed)
        #expect(gradient.history(until: day(1_000)).isEmpty)
    }
}
