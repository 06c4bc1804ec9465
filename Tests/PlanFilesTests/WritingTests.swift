import Foundation
import PlanFiles
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import StageControl

@Suite("A plan that is written")
struct WritingTests {
    private static func examples() throws -> [(name: String, text: String)] {
        let folder = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "Examples/plans")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
    }

    private static func document(_ template: PlanTemplate) throws -> JSONValue {
        template.document(
            for: PlanTemplate.Release(
                model: try #require(Name("aurora")), candidate: try #require(Name("2026-08-20")),
                baseline: Name("1.0"), owner: try #require(Name("no"))))
    }

    @Test("reads back as what it was, as it was written and in its normal form")
    func examples() throws {
        let examples = try Self.examples()
        #expect(examples.count >= 5)
        for (name, text) in examples {
            let written = try source(text)
            #expect(try source(PlanFile.yaml(written.value)).value == written.value, "\(name)")
            let normal = try ReleasePlan.read(written).document
            let again = PlanFile.yaml(normal)
            #expect(try source(again).value == normal, "\(name)")
            #expect(try ReleasePlan.read(source(again)).digest == ReleasePlan.read(written).digest)
            #expect(again.split(separator: "\n").allSatisfy { $0.count <= 120 && $0.last != " " })
        }
    }

    @Test("reads back from a template, with comments above fields that it has", arguments: PlanTemplate.allCases)
    func templates(template: PlanTemplate) throws {
        let document = try Self.document(template)
        let text = PlanFile.yaml(document, comments: template.comments)
        #expect(try source(text).value == document)
        let bare = PlanFile.yaml(document).split(separator: "\n").count
        let comments = text.split(separator: "\n").filter { $0.drop { $0 == " " }.first == "#" }
        #expect(comments.count >= template.comments.count)
        #expect(comments.allSatisfy { $0.count <= 100 })
        #expect(text.split(separator: "\n").count >= bare + comments.count)
        for (path, comment) in template.comments where path != .document {
            let field = try #require(try source(text).lines[path], "\(template.rawValue): \(path) is not there")
            let above = text.split(separator: "\n", omittingEmptySubsequences: false)[field - 2]
            let last = try #require(comment.split(separator: " ").last)
            #expect(above.hasSuffix(last), "\(path)")
        }
    }

    @Test("has whole objects in a line where they fit, and stages in lines of their own")
    func layout() throws {
        let text = PlanFile.yaml([
            "kind": "ReleasePlan", "apiVersion": "sluice.dev/v1alpha1", "metadata": ["name": "a"],
            "spec": [
                "baseline": nil, "cohorts": [["name": "all", "match": [:]]], "progressDeadline": "45d",
                "stages": [
                    [
                        "bake": ["max": "7d", "min": "1d"], "name": "one",
                        "analysis": ["metrics": .array((0..<9).map { .string("a-long-name-of-a-metric-\($0)") })],
                    ]
                ],
            ],
        ])
        #expect(
            text == """
                apiVersion: sluice.dev/v1alpha1
                kind: ReleasePlan
                metadata: {name: a}
                spec:
                  progressDeadline: 45d
                  cohorts:
                    - {name: all, match: {}}
                  stages:
                    - name: one
                      analysis:
                        metrics:
                \((0..<9).map { "          - a-long-name-of-a-metric-\($0)\n" }.joined())\
                      bake: {min: 1d, max: 7d}

                """)
    }

    @Test(
        "has texts in quotes where any version of YAML would take them for something else",
        arguments: [
            ("aurora", "aurora"), ("release-team", "release-team"), ("aurora-2.0", "aurora-2.0"), ("45d", "45d"),
            ("1.5h", "1.5h"), ("Europe/Berlin", "Europe/Berlin"), ("no", "\"no\""), ("Yes", "\"Yes\""),
            ("null", "\"null\""), ("2026-08-20", "\"2026-08-20\""), ("09:00", "\"09:00\""), ("1.0", "\"1.0\""),
            ("1e3", "\"1e3\""), ("0x1F", "\"0x1F\""), ("", "\"\""), ("a: b", "\"a: b\""), ("- a", "\"- a\""),
            ("a #b", "\"a #b\""), ("severity == 'critical'", "\"severity == 'critical'\""),
            ("say \"no\"", "\"say \\\"no\\\"\""), ("sha256:ab", "\"sha256:ab\""), ("a\nb", "\"a\\nb\""),
            ("é", "\"é\""), ("a\u{2028}b", "\"a\\u2028b\""), ("\u{202E}a", "\"\\u202ea\""), ("~", "\"~\""),
            ("\u{E0001}", "\"\\U000e0001\""), ("\u{7F}", "\"\\u007f\""),
        ])
    func quotes(text: String, expected: String) throws {
        #expect(PlanFile.yaml(["a": .string(text)]) == "a: \(expected)\n")
        #expect(try source("a: \(expected)").value == ["a": .string(text)])
        #expect(try source("a: {b: [\(expected)]}").value == ["a": ["b": [.string(text)]]])
    }

    @Test(
        "has numbers that every version of YAML takes for numbers",
        arguments: [
            (3e-7, "3.0e-7"), (1e-4, "0.0001"), (1.5e-7, "1.5e-7"), (5, "5"), (0.05, "0.05"), (1e10, "10000000000"),
            (1e21, "1.0e+21"),
        ])
    func numbers(number: Double, expected: String) throws {
        #expect(PlanFile.yaml(["a": .number(number)]) == "a: \(expected)\n")
        #expect(try source("a: \(expected)").value == ["a": .number(number)])
    }

    @Test("reads back whatever a document holds", arguments: seeds(100))
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value: JSONValue = ["a": Self.value(depth: 6, &generator), "b": 1]
        #expect(try source(PlanFile.yaml(value)).value == value)
    }

    @Test("has the fields of every object in the order in which plans are read")
    func order() {
        func check(_ shape: Shape) {
            switch shape {
            case .value: break
            case .list(let element, _), .map(let element): check(element)
            case .object(let members):
                let names = Dictionary(uniqueKeysWithValues: members.map { ($0.name, JSONValue.integer(1)) })
                let written = PlanFile.yaml(["x": .object(names)]).matches(of: /\w+(?=: 1)/).map { String($0.output) }
                #expect(written == members.map(\.name))
                for member in members { check(member.shape) }
            }
        }
        check(ReleasePlan.form.shape)
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        let kind = Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator)
        switch kind {
        case 0: return .bool(.random(using: &generator))
        case 1: return .integer(.random(in: -1_000...1_000_000, using: &generator))
        case 2: return .number(.random(in: -1e-6...1e20, using: &generator))
        case 3: return .string(self.text(&generator))
        case 4:
            return .array(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in value(depth: depth - 1, &generator) })
        default:
            let members = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                (self.text(&generator), self.value(depth: depth - 1, &generator))
            }
            return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }).filter { $0.key != "<<" })
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let letters = Array("abz019 \t\n:#-?[]{},&*!|>'\"%@`~é漢\u{2028}\u{85}\u{202E}\\.+eE_\u{1F512}".unicodeScalars)
        let count = Int.random(in: 0...8, using: &generator)
        var text = ""
        for _ in 0..<count { text.unicodeScalars.append(letters.randomElement(using: &generator) ?? "x") }
        return text
    }
}
