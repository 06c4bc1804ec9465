import Gradient
import ReleaseModel
import Testing

@Suite("Model openness")
struct ModelOpennessTests {
    private typealias Progress = ModelOpenness.Progress

    private func progress(_ kinds: Set<ComponentKind>) -> [Progress] {
        let openness = ModelOpenness(of: kinds)
        return ModelOpennessClass.allCases.map { openness.progress(towards: $0) }
    }

    @Test("asks for 6, 10 and 14 components, each class for all of the one before")
    func required() {
        #expect(ModelOpennessClass.allCases.map(\.required.count) == [6, 10, 14])
        #expect(ModelOpennessClass.allCases.sorted() == ModelOpennessClass.allCases)
        for (one, next) in zip(ModelOpennessClass.allCases, ModelOpennessClass.allCases.dropFirst()) {
            #expect(one < next && one.required.isStrictSubset(of: next.required))
        }
        // Never asked for: what the framework calls optional.
        let optional = Set(ComponentKind.allCases).subtracting(ModelOpennessClass.openScience.required)
        #expect(optional == [.supportingLibraries, .modelMetadata, .sampleOutputs])
    }

    @Test("of Class I is whole in every class")
    func classOne() {
        for kinds in [ModelOpennessClass.openScience.required, Set(ComponentKind.allCases)] {
            #expect(ModelOpenness(of: kinds).openness == .openScience)
            #expect(self.progress(kinds).map(\.met) == [6, 10, 14])
            #expect(self.progress(kinds).map(\.required) == [6, 10, 14])
        }
    }

    /// 71 % with a report, 77 % with a paper in its place.
    @Test("of Class II is 10 of 14 of Class I with a report, and 10 of 13 with a paper")
    func classTwo() {
        let report = ModelOpennessClass.openTooling.required
        #expect(ModelOpenness(of: report).openness == .openTooling)
        #expect(self.progress(report)[2] == Progress(met: 10, required: 14))
        let paper = report.subtracting([.technicalReport]).union([.researchPaper])
        #expect(ModelOpenness(of: paper).openness == .openTooling)
        #expect(
            self.progress(paper) == [
                Progress(met: 6, required: 6), Progress(met: 10, required: 10), Progress(met: 10, required: 13),
            ])
    }

    @Test("of Class III is 6 of 10 of Class II, and nothing of Class I")
    func classThree() {
        let report = ModelOpennessClass.openModel.required
        for kinds in [report, report.subtracting([.technicalReport]).union([.researchPaper])] {
            #expect(ModelOpenness(of: kinds).openness == .openModel)
            let progress = self.progress(kinds)
            #expect(progress[0] == Progress(met: 6, required: 6) && progress[1] == Progress(met: 6, required: 10))
            #expect(progress[2].met == 0)
        }
    }

    @Test("of less than Class III is none, and nothing counts for the higher classes")
    func none() {
        let kinds = Set(ComponentKind.allCases).subtracting([.modelCard])
        let openness = ModelOpenness(of: kinds)
        #expect(openness.openness == nil)
        #expect(openness.missing(for: .openScience) == [.modelCard])
        #expect(self.progress(kinds).map(\.met) == [5, 0, 0])
        #expect(ModelOpenness(of: []).openness == nil)
    }

    @Test("without any one of what a class asks for is not of that class", arguments: ModelOpennessClass.allCases)
    func each(_ openness: ModelOpennessClass) {
        for kind in openness.required where kind != .technicalReport {
            let rest = ModelOpenness(of: openness.required.subtracting([kind]))
            #expect(rest.openness.map { $0 < openness } ?? true, "\(kind)")
        }
    }

    @Test("is judged for an audience, at a moment")
    func audience() {
        var release = Release()
        release.components(ModelOpennessClass.openModel.required, to: .public, registered: 3)
        release.components(
            ModelOpennessClass.openTooling.required.subtracting(ModelOpennessClass.openModel.required),
            to: .researchers, registered: 5)
        release.components([.datasets, .dataPreprocessingCode], to: .auditors)
        release.components([.modelParametersIntermediate, .researchPaper], to: .internal)
        func openness(_ audience: Audience, _ number: Int64) -> ModelOpennessClass? {
            ModelOpenness(of: release.facts.components, to: audience, at: day(number)).openness
        }
        #expect(openness(.public, 2) == nil)
        #expect(openness(.public, 3) == .openModel)
        #expect(openness(.researchers, 4) == .openModel)
        #expect(openness(.researchers, 5) == .openTooling)
        #expect(openness(.auditors, 5) == .openModel)
        #expect(openness(.internal, 5) == .openScience)
    }

    @Test("counts no component without an open licence", arguments: [nil, "", "proprietary", "OpenRAIL-M"])
    func unlicensed(licence: String?) {
        var release = Release()
        release.components(ModelOpennessClass.openScience.required.subtracting([.datasets]), to: .public)
        release.component(.datasets, to: .public, licence: licence)
        let openness = ModelOpenness(of: release.facts.components, to: .public, at: day(1))
        #expect(openness.openness == .openTooling && openness.missing(for: .openScience) == [.datasets])
    }

    @Test("has classes whose names no release may change")
    func names() {
        #expect(
            ModelOpennessClass.allCases.map(\.rawValue) == [
                "class_3_open_model", "class_2_open_tooling", "class_1_open_science",
            ])
    }
}

@Suite("A licence")
struct OpenLicenceTests {
    @Test(
        "is open by its SPDX identifier, in any letter case",
        arguments: [
            "MIT", "mit", "Apache-2.0", "APACHE-2.0", "GPL-3.0-or-later", "GPL-2.0+", "BSD-3-Clause", "CC0-1.0",
            "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0", "PDDL-1.0", "CDLA-Permissive-2.0", "OpenMDW-1.0", "ZPL-2.1",
            "0BSD",
        ])
    func open(licence: String) { #expect(OpenLicence.isOpen(licence)) }

    @Test(
        "is not open if it restricts use, sharing or change, or if nobody can tell",
        arguments: [
            "", " ", "MIT ", "MIT License", "MIT OR Apache-2.0", "BUSL-1.1", "SSPL-1.0", "Elastic-2.0", "CC-BY-NC-4.0",
            "CC-BY-ND-4.0", "CC-BY-NC-SA-4.0", "BigScience-BLOOM-RAIL-1.0", "CreativeML-OpenRAIL-M", "llama4", "other",
            "unlicensed", "JSON", "LicenseRef-Modified-MIT",
        ])
    func restricted(licence: String) { #expect(!OpenLicence.isOpen(licence)) }
}
