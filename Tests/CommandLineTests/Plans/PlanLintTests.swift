import ArgumentParser
import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import sluice

@Suite("plan lint")
struct PlanLintTests {
    /// What is printed, and the fault that ends the command.
    private func lint(_ text: String, _ options: [String] = []) throws -> (Captured, CommandFault?) {
        let captured = Captured()
        let verb = try #require(try PlanCommand.parseAsRoot(["lint", "plan.yaml"] + options) as? PlanCommand.Lint)
        do {
            try verb.run(captured.terminal, PlanInput(name: "plan.yaml", bytes: Array(text.utf8)))
            return (captured, nil)
        } catch {
            return (captured, try #require(error as? CommandFault))
        }
    }

    @Test(
        "finds nothing wrong with the examples, but for seeds that their users must commit to",
        arguments: [
            "atlas-2-api", "by-size", "trust-tiers", "trusted-circle-then-public", "weekly-invitations", "in-minutes",
        ])
    func examples(name: String) throws {
        let (captured, fault) = try self.lint(try PlanFixtures.example(name), ["--output", "json"])
        #expect(fault == nil)
        let document = try PlanFixtures.document(captured)
        #expect(document["errors"] == 0)
        let rules = document["findings"]?.arrayValue?.map { $0.text("rule") }
        #expect(rules == (name == "atlas-2-api" ? [] : ["seed-commitment"]))
        #expect(captured.talk.current == ["plan.yaml: \(name == "atlas-2-api" ? "nothing found" : "1 warning")"])
    }

    @Test("knows every example")
    func allExamples() throws {
        let folder = PlanFixtures.repository.appending(path: "Examples/plans").path
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 6)
    }

    @Test("says all at once, errors before warnings and both by line, and ends with 1")
    func findings() throws {
        let (captured, fault) = try self.lint(try PlanFixtures.faulty())
        try expectSnapshot(captured.data.current, "lint")
        #expect(fault == CommandFault(.failure, "plan.yaml: 3 errors, 2 warnings"))
        let lines = captured.data.current.split(separator: "\n")
        #expect(lines.map { $0.contains(": error: ") } == [true, true, true, false, false])
    }

    @Test("says the same in JSON, in one line")
    func json() throws {
        let (captured, fault) = try self.lint(try PlanFixtures.faulty(), ["--output", "json"])
        #expect(fault?.exitStatus == .failure)
        let document = try PlanFixtures.document(captured)
        #expect(document["errors"] == 3 && document["warnings"] == 2 && document["file"] == "plan.yaml")
        let first = try #require(document["findings"]?.arrayValue?.first)
        try expectSnapshot(first.canonicalText + "\n", "lint-json")
    }

    @Test("says all that keeps a file from being a plan, in the same form")
    func unreadable() throws {
        let (fields, fault) = try self.lint(PlanFixtures.unreadable)
        try expectSnapshot(fields.data.current, "lint-unreadable")
        #expect(fault == CommandFault(.failure, "plan.yaml: 5 errors"))
        let (text, syntax) = try self.lint("kind: a\nkind: b\nspec: !x c")
        #expect(
            text.data.current == """
                plan.yaml:2:1: error: the key kind is there in line 1 already; keep one [duplicate-key]
                plan.yaml:3:7: error: a type is given by hand; leave it out, and quote what is text [tag]

                """)
        #expect(syntax == CommandFault(.failure, "plan.yaml: 2 errors"))
        let (json, _) = try self.lint("", ["--output", "json"])
        #expect(
            try PlanFixtures.document(json)["findings"] == [
                ["severity": "error", "rule": "empty", "reason": "the file is empty; expected a plan"]
            ])
    }

    /// What people get wrong, with the line and the field that they are told.
    static let mistakes: [(from: String, to: String, says: String)] = [
        ("progressDeadline: 60d", "progresDeadline: 60d", ":13: error: spec.progresDeadline: is no field of a plan"),
        ("{min: 3d, max: 14d}", "{min: 3 days, max: 14d}", ":62: error: spec.stages[0].bake.min: is '3 days', and"),
        ("{min: 3d, max: 14d}", "{min: 15d, max: 14d}", ":62: error: spec.stages[0].bake"),
        ("bound: 1.0e-4}", "bound: 4.0e-4}", ":32: error: spec.metrics[0].rules.advance.bound: is 0.0004"),
        ("bound: 1.0e-4}", "bound: 1.0e-6}", ":67: error: spec.stages[1].analysis.metrics: asks for severe-harm below"),
        ("{min: 14d, max: 45d,", "{min: 14d, max: 15d,", ":69: warning: spec.stages[1].bake.max: leaves severe-harm"),
        ("match: {population: [trusted]}", "match: {}", ":18: error: spec.cohorts[2]: is left with nobody"),
        (
            "trusted, match: {population: [trusted]}", "trusted, match: {intent: [research]}",
            ":17: warning: spec.cohorts[1]: fits applications that fit staff too"
        ),
        ("staff: 5000,", "staff: -5,", ":20: error: spec.traffic.requests.stages.staff: is -5"),
    ]

    @Test("tells each mistake with its line and its field", arguments: mistakes)
    func mistake(from: String, to: String, says: String) throws {
        let text = try PlanFixtures.example("trusted-circle-then-public", [(from, to)])
        let found = try self.lint(text).0.data.current.split(separator: "\n")
        #expect(found.contains { $0.hasPrefix("plan.yaml\(says)") }, "\(found.joined(separator: "\n"))")
    }

    @Test("takes warnings for errors if it is to be strict")
    func strict() throws {
        let text = try PlanFixtures.example("by-size")
        #expect(try self.lint(text).1 == nil)
        #expect(try self.lint(text, ["--strict"]).1 == CommandFault(.failure, "plan.yaml: 1 warning"))
        #expect(try self.lint(try PlanFixtures.example("atlas-2-api"), ["--strict"]).1 == nil)
    }

    @Test("judges by the use that it is told to expect")
    func traffic() throws {
        let text = try PlanFixtures.example("trusted-circle-then-public")
        #expect(try self.lint(text, ["--traffic", "2000000/day", "--traffic", "staff=5e3"]).1 == nil)
        let (little, fault) = try self.lint(text, ["--traffic", "100/day"])
        #expect(fault?.exitStatus == .failure)
        #expect(little.data.current.contains("public-1 can have exclude no rate below"))
        #expect(little.data.current.contains("plan.yaml:71: error: spec.stages[2].analysis"))
        let (stranger, _) = try self.lint(text, ["--traffic", "staf=1/day"])
        #expect(stranger.data.current.contains("is no stage of the plan; did you mean staff? [known-traffic]"))
    }

    @Test("shows control characters of a file instead of obeying them")
    func controls() throws {
        let (captured, _) = try self.lint(#"{"apiVersion": "\u001b[2J"}"#)
        #expect(!captured.data.current.contains("\u{1B}") && captured.data.current.contains("\u{FFFD}[2J"))
    }

    @Test(
        "reads expected use in every unit, for all stages or one",
        arguments: [
            ("2e6/day", ExposureUnit.requests, nil, 2e6), ("staff=5000/day", .requests, "staff", 5_000),
            ("downloads:200", .downloads, nil, 200), ("outputTokens:a:b=0.5/day", .outputTokens, "a:b", 0.5),
        ])
    func expectations(text: String, unit: ExposureUnit, stage: String?, perDay: Double) throws {
        let traffic = try #require(ExpectedTraffic(text))
        #expect(traffic.unit == unit && traffic.stage?.text == stage && traffic.perDay == perDay)
    }

    @Test("refuses other expectations", arguments: ["", "many", "-1/day", "1/week", "=5", "tokens:5", "a=b", "1e99"])
    func refusedExpectations(text: String) {
        let error = #expect(throws: (any Error).self) {
            try PlanCommand.parseAsRoot(["lint", "plan.yaml", "--traffic=\(text)"])
        }
        #expect(error.map { PlanCommand.exitCode(for: $0) } == .validationFailure)
    }
}
