import ArgumentParser
import Foundation
import PlanFiles
import StrictJSON
import Testing

@testable import StageControl
@testable import sluice

/// `docs/reference/plan.md` and the code say the same.
@Suite("The reference of the plan")
struct PlanReferenceTests {
    private let page: String
    /// The cells of every row of the tables, as `[name, value, default, meaning]` or fewer.
    private let rows: [[String]]

    init() throws {
        self.page = try String(
            contentsOf: PlanFixtures.repository.appending(path: "docs/reference/plan.md"), encoding: .utf8)
        self.rows = self.page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.replacing("\\|", with: "\u{0}").split(separator: "|").map { cell in
                cell.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces)
            }
        }
    }

    private var fields: [(path: String, value: String, standard: String)] {
        self.rows.filter { $0.count == 4 && !["error", "warning"].contains($0[1]) }.map { row in
            (row[0].trimmingCharacters(in: ["`"]), row[1], row[2])
        }
    }

    /// What stands between backticks.
    private static func code(in cell: String) -> [String] { cell.matches(of: /`([^`]*)`/).map { String($0.output.1) } }

    @Test("has every field that is read, once, in its order, and no other")
    func allFields() {
        var known: [String] = []
        func walk(_ shape: Shape, _ path: String) {
            switch shape {
            case .value: break
            case .list(let element, _): walk(element, path + "[]")
            case .map(let element): walk(element, path + ".*")
            case .object(let members):
                for member in members {
                    known.append(path.isEmpty ? member.name : "\(path).\(member.name)")
                    walk(member.shape, known[known.count - 1])
                }
            }
        }
        walk(ReleasePlan.form.shape, "")
        let written = self.fields.map(\.path)
        #expect(Set(written) == Set(known), "\(Set(written).symmetricDifference(known).sorted())")
        #expect(written.count == known.count)
    }

    @Test("has every rule of the linter with its severity and what it asks for, and no other")
    func rules() {
        let rows = self.rows.filter { $0.count == 4 && ["error", "warning"].contains($0[1]) }
        #expect(rows.map { $0[0] } == PlanLint.rules.map { "`\($0.name)`" })
        for (row, rule) in zip(rows, PlanLint.rules) {
            #expect(row[1] == rule.severity.rawValue && row[2] == rule.meaning)
            // A reason and a remedy.
            #expect(row[3].contains(". ") && row[3].hasSuffix("."), "\(rule.name)")
        }
    }

    @Test("has every fault of a file and of a field, and no other")
    func faults() {
        let rows = self.rows.filter { $0.count == 2 }.map { $0[0] }
        let text = PlanFileFault.Rule.allCases.map { "`\($0.rawValue)`" }
        let fields = PlanFault.Rule.allCases.map { "`\($0.rawValue)`" }
        #expect(rows.filter { text.contains($0) } == text)
        #expect(rows.filter { fields.contains($0) } == fields)
    }

    @Test("has every word of a field that knows its words")
    func words() throws {
        var seen = 0
        for field in self.fields {
            for place in PlaceOfField.all(field.path, in: Self.bare) {
                for wrong: JSONValue in ["no-such-word", ["no-such-word"]] {
                    let words = Self.words(expectedAt: place, insteadOf: wrong)
                    guard !words.isEmpty, !field.value.contains("as above") else { continue }
                    seen += 1
                    #expect(Self.code(in: field.value) == words, "\(field.path)")
                }
            }
        }
        #expect(seen > 30)
    }

    @Test("has the default of every field")
    func defaults() throws {
        let digest = try ReleasePlan.read(PlanSource(Self.bare)).digest
        for field in self.fields {
            let places = PlaceOfField.all(field.path, in: Self.bare)
            #expect(!places.isEmpty, "\(field.path) has no place in the bare plan")
            let without = places.compactMap { Self.bare.setting($0, to: .null) }
            switch field.standard {
            case "required", "one of":
                let isMissed = without.contains { (try? ReleasePlan.read(PlanSource($0))) == nil }
                #expect(isMissed, "\(field.path) is not \(field.standard)")
            case "none":
                for (place, document) in zip(places, without) {
                    let plan = try ReleasePlan.read(PlanSource(document))
                    #expect(plan.document.value(at: place) == nil, "\(place) has a default")
                }
            default:
                let text = try #require(
                    Self.code(in: field.standard).last ?? (field.standard.contains("required") ? "" : nil), "\(field)")
                guard !text.isEmpty else { continue }
                let standard = try PlanFile.source(of: Array(text.utf8)).value
                // To say the default changes nothing; in the plan without the field it is written out.
                let same = zip(places, without).contains { place, document in
                    guard let said = document.setting(place, to: standard),
                        let (one, two) = try? (
                            ReleasePlan.read(PlanSource(said)), ReleasePlan.read(PlanSource(document))
                        )
                    else { return false }
                    return one.digest == two.digest && one.document.value(at: place) != nil
                }
                #expect(same, "\(field.path) is not \(text) if it is left out")
            }
        }
        #expect(digest == (try ReleasePlan.read(PlanSource(Self.bare)).digest))
    }

    /// What docs/reference/cli.md says once for all verbs.
    private static let common: Set<String> = ["--help", "--version", "--server", "--key-file", "--ca-file", "--dry-run"]

    @Test("has every verb with every option that its help names")
    func verbs() throws {
        let lines = self.page.split(separator: "\n")
        let front = { (line: Substring) in String(line[..<(line.range(of: "  ")?.lowerBound ?? line.endIndex)]) }
        let options = { (text: String) in Set(text.matches(of: /--[a-z]+(-[a-z]+)*/).map { String($0.output.0) }) }
        for verb in PlanCommand.configuration.subcommands {
            let line = try #require(lines.first { $0.hasPrefix("sluice plan \(verb._commandName) ") })
            let help = verb.helpMessage(columns: 400).split(separator: "\n").map { $0.drop { $0 == " " } }
            let known = options(help.filter { $0.hasPrefix("-") }.map(front).joined(separator: " "))
            #expect(options(String(line)) == known.subtracting(Self.common), "\(verb._commandName)")
            #expect(verb.configuration.abstract.hasSuffix("."))
        }
    }

    /// The words that are expected where something else stands.
    private static func words(expectedAt place: FieldPath, insteadOf wrong: JSONValue) -> [String] {
        guard let document = self.bare.setting(place, to: wrong) else { return [] }
        do throws(PlanFaults) {
            _ = try ReleasePlan.read(PlanSource(document))
            return []
        } catch {
            let fault = error.faults.first { $0.rule == .unknownValue && $0.path.steps.starts(with: place.steps) }
            guard let reason = fault?.reason, let start = reason.firstRange(of: "expected ") else { return [] }
            let words = reason[start.upperBound...].split(separator: ";")[0]
            guard words.hasPrefix("one of ") else { return words == "false or sameCohort" ? [] : [String(words)] }
            return words.dropFirst("one of ".count).split(separator: ", ").map(String.init)
        }
    }

    /// A plan in which every object is there, with what it cannot be without.
    private static let bare: JSONValue = {
        let text = """
            apiVersion: sluice.dev/v1alpha1
            kind: ReleasePlan
            metadata: {name: bare}
            spec:
              model: m
              candidate: c
              errorBudget: {restarts: {}}
              bucketing: {stickiness: {}}
              evaluation: {changeWindows: [{days: [Mon], from: "09:00", to: "10:00"}]}
              cohorts:
                - {name: a, applications: []}
                - {name: b, match: {}}
                - {name: c, percentage: 5}
                - {name: d, lottery: {places: 1}}
              traffic: {requests: {}}
              metrics:
                - name: incidents
                  kind: safety
                  type: eventRate
                  source: {incidents: {}}
                  influenceCap: {per: account}
                  reportingDelay: {p50: 1d, p90: 2d, p99: 3d}
                  detection: {probeSet: p, minRecall: 0.5}
                  rules:
                    advance: {test: ratioBelow, bound: 1}
                    rollback: {test: ratioAbove, bound: 2, weight: 1}
                    hold: {test: ratioAbove, bound: 2, weight: 1}
                    tripwire: {}
                  harmBudget: {expectedPerStage: 1}
                  onNoData: {}
                  onError: {}
                - {name: counted, kind: health, type: proportion, source: {gateway: {counter: flags}}}
                - name: timed
                  kind: health
                  type: exceedance
                  source: {gateway: {histogram: request_duration, threshold: 1s}}
                - {name: meant, kind: health, type: boundedMean, source: {gateway: {mean: outputTokens, cap: 5}}}
              stages:
                - name: s
                  audience: {cohorts: [a], applications: {max: 1}, people: {max: 1}}
                  caps: {}
                  components: [{kind: model_card, audience: public}]
                  gates: [{evidence: e}]
                  requiresApproval: {roles: []}
                  companions: [{control: c}]
                  analysis: {}
                  evidence: {}
                  strata: [{dimension: region, quotas: {}}]
                  exposureBudget: {initial: 1}
                  bake: {min: 1d}
                  watch: {for: 1d, drift: {arl: 5}}
              rollback: {inFlight: {}, drill: {}}
              overrides: {riskIncreasing: {}, riskReducing: {}}
            """
        return (try? PlanFile.source(of: Array(text.utf8)).value) ?? .null
    }()
}

/// The places in a document that a field of the reference stands for: `[]` and `*` are whatever is there.
private enum PlaceOfField {
    /// The places whose parent is there, whether the field itself is or not.
    static func all(_ field: String, in document: JSONValue) -> [FieldPath] {
        let parts = field.replacing("[]", with: ".[]").split(separator: ".").map(String.init)
        var places: [(path: FieldPath, value: JSONValue)] = [(.document, document)]
        for part in parts.dropLast() {
            places = places.flatMap { place -> [(path: FieldPath, value: JSONValue)] in
                switch (part, place.value) {
                case ("[]", .array(let elements)): elements.enumerated().map { (place.path[$0], $1) }
                case ("*", .object(let members)): members.map { (place.path[$0.key], $0.value) }
                default: place.value[part].map { [(place.path[part], $0)] } ?? []
                }
            }
        }
        return places.map { $0.path[parts[parts.count - 1]] }
    }
}

extension JSONValue {
    /// What stands at a place.
    fileprivate func value(at path: FieldPath) -> JSONValue? {
        path.steps.reduce(self) { value, step in
            switch step {
            case .member(let name): value?[name]
            case .element(let index): value?.arrayValue?[index]
            }
        }
    }
}
