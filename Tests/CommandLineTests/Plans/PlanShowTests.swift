import ArgumentParser
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import sluice

@Suite("plan show, hash and diff")
struct PlanShowTests {
    private let folder: TemporaryDirectory

    init() throws { self.folder = try TemporaryDirectory("plans") }

    private func file(_ text: String, _ name: String = "plan.yaml") throws -> String {
        try self.folder.write(text.utf8, to: name)
    }

    private func show(_ file: String, _ options: [String] = []) throws -> Captured {
        try PlanFixtures.run(["show", file] + options, as: PlanCommand.Show.self) { try $0.run($1) }
    }

    private func hash(_ file: String, _ options: [String] = []) throws -> Captured {
        try PlanFixtures.run(["hash", file] + options, as: PlanCommand.Hash.self) { try $0.run($1) }
    }

    private func diff(_ old: String, _ new: String, _ options: [String] = []) throws -> Captured {
        try PlanFixtures.run(["diff", old, new] + options, as: PlanCommand.Diff.self) { try $0.run($1) }
    }

    @Test("show prints the normal form, the digest, the stages and what they can decide")
    func show() throws {
        let path = try self.file(try PlanFixtures.example("trusted-circle-then-public"))
        let captured = try self.show(path)
        try expectSnapshot(captured.data.current, "show")
        #expect(captured.talk.current == ["'sluice plan lint' has 1 warning to tell"])
        let digest = try self.hash(path).data.current.dropLast()
        #expect(captured.data.current.contains("digest    \(digest)\n"))
    }

    @Test("show counts with the use that it is told to expect, and keeps the digest")
    func traffic() throws {
        let path = try self.file(try PlanFixtures.example("trusted-circle-then-public"))
        let (one, two) = (try self.show(path), try self.show(path, ["--traffic", "trusted-circle=40000/day"]))
        let (before, after) = (one.data.current.split(separator: "\n"), two.data.current.split(separator: "\n"))
        let changed = zip(before, after).filter { $0 != $1 }
        #expect(changed.count == 2 && changed.allSatisfy { $0.0.hasPrefix("trusted-circle  ") }, "\(changed)")
    }

    @Test("show's normal form is a file that means the same")
    func normalForm() throws {
        let path = try self.file(try PlanFixtures.example("atlas-2-api"))
        let normal = try self.show(path, ["--normal-form"])
        let again = try self.file(normal.data.current, "normal.yaml")
        #expect(try self.hash(again).data.current == self.hash(path).data.current)
        #expect(try self.show(again, ["--normal-form"]).data.current == normal.data.current)
        let json = try self.file(
            try self.show(path, ["--normal-form", "--output", "json"]).data.current, "normal.json")
        #expect(try self.hash(json).data.current == self.hash(path).data.current)
    }

    @Test("show says in JSON what each stage can decide")
    func json() throws {
        let path = try self.file(try PlanFixtures.example("trusted-circle-then-public"))
        let document = try PlanFixtures.document(try self.show(path, ["--output", "json"]))
        #expect(document["digest"]?.stringValue.map { "\($0)\n" } == (try self.hash(path).data.current))
        #expect(document["document"]?["spec"]?["revisionHistoryLimit"] == 20)
        let decisions = try #require(document["decisions"]?.arrayValue)
        try expectSnapshot(decisions.map { $0.canonicalText + "\n" }.joined(), "show-decisions")
    }

    @Test("show says that it does not know where a plan expects nothing")
    func unknown() throws {
        let traffic = """
              traffic:
                requests:
                  stages: {launch-partners: 10000, organisations: 40000, verified: 80000}
                  atFullWeight: 1000000
                accountDays:
                  stages: {launch-partners: 2000, organisations: 8000, verified: 16000}
                  atFullWeight: 200000

            """
        let text = try PlanFixtures.example("trust-tiers", [(traffic, "")])
        let lines = try self.show(try self.file(text)).data.current.split(separator: "\n")
        let row = try #require(lines.last { $0.hasPrefix("organisations ") })
        #expect(row.contains("unknown") && !row.contains("never"))
    }

    @Test("hash has one digest for files that mean the same, and another for any other")
    func hash() throws {
        let text = try PlanFixtures.example("by-size")
        let digest = try self.hash(try self.file(text)).data.current
        #expect(ContentDigest(String(digest.dropLast())) != nil)
        let said = text.replacing(
            "  progressDeadline: 180d", with: "  revisionHistoryLimit: 20\n  progressDeadline: 4320h")
        #expect(try self.hash(try self.file(said)).data.current == digest)
        let other = text.replacing("  progressDeadline: 180d", with: "  progressDeadline: 181d")
        #expect(try self.hash(try self.file(other)).data.current != digest)
        let json = try PlanFixtures.document(try self.hash(try self.file(text), ["--output", "json"]))
        #expect(json == ["digest": .string(String(digest.dropLast()))])
    }

    @Test("diff lists what changes, and marks what opens something")
    func diff() throws {
        let old = try self.file(try PlanFixtures.example("trusted-circle-then-public"), "old.yaml")
        let new = try self.file(
            try PlanFixtures.example(
                "trusted-circle-then-public",
                [
                    ("setWeight: 1\n", "setWeight: 5\n"), ("bound: 6.0e-3", "bound: 5.0e-3"),
                    ("  owner: release-team", "  owner: other-team"), ("{max: 50}", "{max: 60}"),
                    ("gates: [{evidence: external-assessment}]", "gates: [{evidence: internal-assessment}]"),
                ]), "new.yaml")
        let captured = try self.diff(old, new)
        try expectSnapshot(captured.data.current, "diff")
        try expectSnapshot(try self.diff(old, new, ["--output", "json"]).data.current, "diff-json")
        #expect(captured.talk.current == ["6 changes, 3 of them may open something"])
        let same = try self.diff(old, old)
        #expect(same.data.current.isEmpty && same.talk.current == ["They mean the same."])
        #expect(throws: (any Error).self) { try PlanCommand.parseAsRoot(["diff", "-", "-"]) }
    }

    @Test("end with 3 for a file that is not there, and with 1 and all faults for one that is no plan")
    func faults() throws {
        let missing = #expect(throws: CommandFault.self) { try self.show(self.folder.path(of: "none.yaml")) }
        #expect(missing?.exitStatus == .notFound)
        let directory = #expect(throws: CommandFault.self) { try self.hash(self.folder.path) }
        #expect(directory?.exitStatus == .failure && directory?.description.contains("cannot be read") == true)
        let path = try self.file(PlanFixtures.unreadable)
        for read in [{ try self.show(path) }, { try self.hash(path) }, { try self.diff(path, path) }] {
            let fault = try #require(#expect(throws: UnreadablePlan.self) { _ = try read() })
            #expect(ExitStatus(of: fault) == .failure)
            #expect(fault.description.hasPrefix("\(path) is no plan: 5 errors\n\(path):3: error: metadata.name: "))
        }
    }

    @Test("stop reading where a plan ends at the latest")
    func endless() throws {
        let fault = #expect(throws: UnreadablePlan.self) { try self.hash("/dev/zero") }
        #expect(fault?.findings.all.map(\.rule) == ["too-large"])
    }
}

@Suite("The time to decide, in a table")
struct DecisionTimeTests {
    @Test("is told in days, rounded up to tenths")
    func text() {
        #expect(DecisionTime.days(0).text == "0d" && DecisionTime.days(0.01).text == "0.1d")
        #expect(DecisionTime.days(12).text == "12d" && DecisionTime.days(12.31).text == "12.4d")
        #expect(DecisionTime.never.text == "never" && DecisionTime.unknown.text == "unknown")
    }
}
