import Gradient
import ReleaseModel
import Testing

/// Releases that everybody knows, with the dates of their public repositories and announcements.
@Suite("The level of a known release")
struct TimelineTests {
    private struct Size {
        var version: VersionID
        var weights: ComponentID
        var date: Timestamp
    }

    /// OpenAI, 2019: four sizes in four stages, and outputs of the largest half a year before its weights. What
    /// partners got under agreements before then is not in it.
    private func gpt2() throws -> (facts: ReleaseFacts, sizes: [Size]) {
        var release = Release(versions: 4)
        let dates = try ["2019-02-14", "2019-05-02", "2019-08-20", "2019-11-05"].map(date)
        let sizes = zip(release.facts.versions.map(\.id), dates).map { version, date in
            let weights = ComponentID(bits: UInt128(release.facts.components.count + 1))
            release.record(.modelParametersFinal, of: version, on: date)
            return Size(version: version, weights: weights, date: date)
        }
        for size in sizes {
            release.record(.researchPaper, of: size.version, on: dates[0])
            release.record(.inferenceCode, of: size.version, on: dates[0])
            release.record(.sampleOutputs, of: size.version, on: try date("2019-05-03"))
            release.record(.modelCard, of: size.version, on: dates[2])
            release.component(.datasets, to: .internal, version: size.version, withheld: "WebText is not released")
        }
        return (release.facts, sizes)
    }

    @Test("GPT-2 was gradual from February 2019 and downloadable from 5 November")
    func gpt2Release() throws {
        let (facts, sizes) = try self.gpt2()
        let gradient = Gradient(facts: facts)
        #expect(
            gradient.history(until: try date("2026-01-01")) == [
                LevelChange(
                    at: try date("2019-02-14"), from: .fullyClosed, to: .gradual,
                    because: [.component(sizes[0].weights)]),
                LevelChange(
                    at: try date("2019-11-05"), from: .gradual, to: .downloadable,
                    because: [.component(sizes[3].weights)]),
            ])
        #expect(gradient.level(at: try date("2019-02-13")) == .fullyClosed)
        #expect(gradient.level(at: try date("2019-11-04")) == .gradual)
        #expect(
            gradient.reasons(at: try date("2019-06-01")) == [
                .component(sizes[0].weights), .component(sizes[1].weights), .withheld(sizes[2].version),
                .withheld(sizes[3].version),
            ])
    }

    @Test("each size of GPT-2 was downloadable from its own day, the outputs of the largest did not open it")
    func gpt2Sizes() throws {
        let (facts, sizes) = try self.gpt2()
        for (version, size) in zip(facts.versions, sizes) {
            var one = facts
            one.versions = [version]
            #expect(
                Gradient(facts: one).history(until: try date("2026-01-01")) == [
                    LevelChange(
                        at: size.date, from: .fullyClosed, to: .downloadable, because: [.component(size.weights)])
                ])
        }
    }

    /// OpenAI, 2022: 400 users, then a thousand a week from the waiting list, which is a cap too; no list from
    /// 28 September, and an API from 3 November.
    @Test("DALL·E 2 was gradual while there was a list, then hosted, then an API")
    func dalle2() throws {
        var release = Release()
        let version = release.facts.versions[0].id
        func add(_ modality: Modality, from text: String) throws {
            let content = GrantTerms(
                subject: .application(ApplicationID(bits: 1)), model: Release.model, versions: [version],
                population: .everyone, modalities: [modality])
            let id = GrantID(bits: UInt128(release.facts.grants.count + 1))
            release.facts.grants.append(Grant(id: id, content: content, issued: try date(text)))
        }
        try add(.hosted, from: "2022-04-06")
        try add(.api, from: "2022-11-03")
        release.facts.enrolment = [
            EnrolmentChange(.capped(places: 400), from: try date("2022-04-06")),
            EnrolmentChange(.capped(places: 1_000), from: try date("2022-05-18")),
            EnrolmentChange(.open, from: try date("2022-09-28")),
        ]
        let history = Gradient(facts: release.facts).history(until: try date("2026-01-01"))
        #expect(history.map(\.to) == [.gradual, .hosted, .cloudAPI])
        #expect(history.map(\.at) == (try ["2022-04-06", "2022-09-28", "2022-11-03"].map(date)))
    }
}

extension Release {
    /// Records a component for everybody.
    fileprivate mutating func record(_ kind: ComponentKind, of version: VersionID, on moment: Timestamp) {
        self.component(kind, to: .public, version: version, licence: "LicenseRef-Modified-MIT")
        self.facts.components[self.facts.components.count - 1].registered = moment
    }
}
