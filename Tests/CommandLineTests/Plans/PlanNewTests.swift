import ArgumentParser
import Foundation
import PlanFiles
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import sluice

@Suite("plan new")
struct PlanNewTests {
    private static let names = [
        "--set", "model=aurora", "--set", "candidate=2026-08-20", "--set", "baseline=1.0", "--set",
        "owner=release-team",
    ]

    private func new(_ arguments: [String]) throws -> Captured {
        try PlanFixtures.run(["new"] + arguments, as: PlanCommand.New.self) { try $0.run($1) }
    }

    @Test("lists the templates with what each is for")
    func list() throws {
        try expectSnapshot(try self.new([]).data.current, "templates")
        let json = try PlanFixtures.document(try self.new(["--output", "json"]))
        #expect(json.arrayValue?.map { $0.text("name") } == PlanTemplate.allCases.map(\.rawValue))
    }

    @Test("writes a plan that only misses its seed, and says what it is", arguments: PlanTemplate.allCases)
    func templates(template: PlanTemplate) throws {
        let text = try self.new([template.rawValue] + Self.names).data.current
        let draft = try PlanDraft(PlanInput(name: "plan.yaml", bytes: Array(text.utf8)))
        #expect(draft.findings.all.map(\.rule) == ["seed-commitment"])
        #expect(draft.plan.spec.candidate.text == "2026-08-20" && draft.plan.spec.baseline?.text == "1.0")
        #expect(text.hasPrefix("# "))
        let json = try self.new([template.rawValue, "--output", "json"] + Self.names)
        #expect(try ReleasePlan.read(PlanSource(try PlanFixtures.document(json))) == draft.plan)
    }

    @Test("writes YAML that a person could have written")
    func snapshot() throws {
        try expectSnapshot(
            try self.new(["trusted-circle-then-public"] + Self.names).data.current, "new-trusted-circle.yaml")
    }

    @Test("sets any field, and takes one away")
    func set() throws {
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        let text = try self.new(
            ["trusted-circle-then-public"] + Self.names + [
                "--set", "bucketing.seedCommitment=\(digest)", "--set", "stages[0].bake={min: 5d}",
                "--set", "metadata.name=spring", "--set", "spec.rollback.coolDown=48h", "--set", "baseline=null",
                "--set", "metrics[2]=null", "--set", "stages[0].analysis.metrics=[policy-flags]",
                "--set", "stages[1].analysis.metrics=[severe-harm, policy-flags]",
                "--set", "stages[0].gates[2]={evidence: code-review}",
            ]
        ).data.current
        let draft = try PlanDraft(PlanInput(name: "plan.yaml", bytes: Array(text.utf8)))
        let spec = draft.plan.spec
        #expect(draft.findings.all == [])
        #expect(draft.plan.metadata.name.text == "spring" && spec.baseline == nil && spec.metrics.count == 2)
        #expect(spec.stages[0].bake == Bake(min: TimeSpan(5, .day)) && spec.rollback.coolDown == TimeSpan(2, .day))
        #expect(spec.stages[0].gates.map(\.evidence.text).contains("code-review"))
    }

    @Test(
        "refuses with what to write instead",
        arguments: [
            (["trust-tier"], "trust-tiers"), (["trust-tiers"], "--set model=NAME"),
            (["trust-tiers", "--set", "model=a", "--set", "candidate=b"], "--set owner=NAME"),
            (["trust-tiers", "--set", "model=a b", "--set", "candidate=b", "--set", "owner=c"], "'a b' is no name"),
            (["by-size", "--set", "model"], "FIELD=VALUE"), (["by-size", "--set", "=1"], "FIELD=VALUE"),
            (["by-size", "--set", "a=[1"], "not YAML"), (["--set", "model=a"], "name a template"),
            (["--out", "f"], "name a template"),
        ])
    func refused(arguments: [String], expected: String) throws {
        let error = #expect(throws: (any Error).self) { try PlanCommand.parseAsRoot(["new"] + arguments) }
        let message = PlanCommand.fullMessage(for: try #require(error))
        #expect(message.contains(expected), "\(message)")
    }

    @Test("refuses what makes no plan, with all that is wrong")
    func noPlan() throws {
        let fault = #expect(throws: CommandFault.self) {
            try self.new(["by-size"] + Self.names + ["--set", "progressDeadline=soon", "--set", "modle=x"])
        }
        #expect(fault?.exitStatus == .usage)
        #expect(fault?.description.contains("spec.progressDeadline: is 'soon'") == true)
        #expect(fault?.description.contains("spec.modle: is no field of a plan; did you mean model?") == true)
        let place = #expect(throws: CommandFault.self) {
            try self.new(["by-size"] + Self.names + ["--set", "stages[9].bake.min=1d"])
        }
        #expect(place == CommandFault(.usage, "--set stages[9].bake.min: there is no such place in the template"))
    }

    @Test("writes a new file, and never over one")
    func out() throws {
        let folder = try TemporaryDirectory("plans")
        let path = folder.path(of: "plan.yaml")
        let captured = try self.new(["by-size", "--out", path] + Self.names)
        #expect(captured.data.current.isEmpty)
        #expect(captured.talk.current == ["\(path) is written; 'sluice plan lint \(path)' says what is left to decide"])
        #expect(try folder.read("plan.yaml") == Array(try self.new(["by-size"] + Self.names).data.current.utf8))
        let fault = #expect(throws: CommandFault.self) { try self.new(["by-size", "--out", path] + Self.names) }
        #expect(fault?.exitStatus == .conflict)
    }

    @Test("puts values into documents where they belong, and nowhere else")
    func setting() throws {
        let document: JSONValue = ["a": ["b": [1, 2]], "c": 3]
        func set(_ path: String, _ value: JSONValue) throws -> JSONValue? {
            document.setting(try #require(FieldPath(path)), to: value)
        }
        #expect(try set("a.b[0]", 5) == ["a": ["b": [5, 2]], "c": 3])
        #expect(try set("a.b[2]", 5) == ["a": ["b": [1, 2, 5]], "c": 3])
        #expect(try set("a.b[0]", nil) == ["a": ["b": [2]], "c": 3])
        #expect(try set("d.e.f", 5) == ["a": ["b": [1, 2]], "c": 3, "d": ["e": ["f": 5]]])
        #expect(try set("a", .null) == ["c": 3])
        for path in ["a.b[3]", "a.b.c", "a[0]", "c.d", "c[0]"] { #expect(try set(path, 5) == nil, "\(path)") }
    }
}
