import ArgumentParser
import Foundation
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import sluice

@Suite("plan rehearse")
struct PlanRehearsingTests {
    private let folder: TemporaryDirectory

    init() throws { self.folder = try TemporaryDirectory("rehearsals") }

    /// A plan that decides within minutes, and so is rehearsed within milliseconds.
    private func plan(_ changes: [(from: String, to: String)] = []) throws -> String {
        try self.folder.write(try PlanFixtures.example("in-minutes", changes).utf8, to: "plan.yaml")
    }

    private func rehearse(_ file: String, _ options: [String] = []) async throws -> Captured {
        let arguments = ["rehearse", file, "--runs", "6", "--grid-runs", "2", "--seed", "7"] + options
        let verb = try #require(try PlanCommand.parseAsRoot(arguments) as? PlanCommand.Rehearse)
        let captured = Captured()
        try await verb.run(captured.terminal)
        return captured
    }

    /// What ends the command.
    private func fault(_ file: String, _ options: [String] = []) async throws -> any Error {
        do {
            _ = try await self.rehearse(file, options)
        } catch {
            return error
        }
        throw CommandFault(.success, "\(options) was rehearsed")
    }

    // MARK: Reports

    @Test("prints how runs end, the stages, what is decided wrongly, other true rates, what was supposed, and bars")
    func table() async throws {
        let captured = try await self.rehearse(try self.plan())
        try expectSnapshot(captured.data.current, "rehearse")
        #expect(captured.talk.current == [])
    }

    @Test("says the same for the same seed, with any number of workers, and something else for another seed")
    func seeds() async throws {
        let file = try self.plan()
        for format in ["table", "json"] {
            let one = try await self.rehearse(file, ["--output", format, "--workers", "1"])
            let three = try await self.rehearse(file, ["--output", format, "--workers", "3"])
            #expect(one.data.current == three.data.current)
            let other = try await self.rehearse(file, ["--output", format, "--seed", "8"])
            #expect(other.data.current != one.data.current)
        }
    }

    @Test("says all of it in JSON, in one line, of the plan that was asked about")
    func json() async throws {
        let file = try self.plan()
        let document = try PlanFixtures.document(try await self.rehearse(file, ["--output", "json"]))
        let digest = try PlanFixtures.run(["hash", file], as: PlanCommand.Hash.self) { try $0.run($1) }
        #expect(document.text("plan") == "in-minutes" && document.text("digest") + "\n" == digest.data.current)
        #expect(document["runs"] == 6 && document["seed"] == 7)
        let stages = try #require(document["stages"]?.arrayValue)
        #expect(stages.map { $0.text("name") } == ["canary", "half", "all"])
        for stage in stages {
            let reached = try #require(stage["reached"])
            let (lower, upper) = (reached["lower"]?.doubleValue ?? 1, reached["upper"]?.doubleValue ?? 0)
            let share = (reached["count"]?.doubleValue ?? -1) / 6
            #expect(lower <= share && share <= upper && reached["of"] == 6)
        }
        let ends = try #require(document["endings"]?.arrayValue)
        #expect(ends.reduce(0) { $0 + ($1["runs"]?["count"]?.doubleValue ?? 0) } == 6)
        // Each of five multiples of the one bound on harm.
        #expect(document["sensitivity"]?.arrayValue?.map { $0["multiple"] } == [0.1, 0.3, 1, 3, 10])
        #expect(document["sensitivity"]?.arrayValue?.allSatisfy { $0["completes"]?["of"] == 2 } == true)
    }

    @Test("tries no other true rates if it is told to try none")
    func withoutGrid() async throws {
        let file = try self.plan()
        let document = try PlanFixtures.document(
            try await self.rehearse(file, ["--grid-runs", "0", "--output", "json"]))
        #expect(document["sensitivity"] == [])
        let table = try await self.rehearse(file, ["--grid-runs", "0"])
        #expect(!table.data.current.contains("If a true rate were another"))
    }

    @Test("carries a good release out, and takes one back that does ten times the harm that it may")
    func worlds() async throws {
        let file = try self.plan()
        func share(_ field: String, _ rate: String) async throws -> Double {
            let options = ["--true-rate", "severe-harm=\(rate)", "--grid-runs", "0", "--output", "json"]
            let document = try PlanFixtures.document(try await self.rehearse(file, options))
            return (document[field]?["count"]?.doubleValue ?? -1) / 6
        }
        #expect(try await share("completes", "0.001") == 1)
        #expect(try await share("rolls_back", "0.2") == 1)
        #expect(try await share("false_advance", "0.2") == 0)
    }

    @Test("counts no more of an actor than the influence cap lets count")
    func influence() async throws {
        let (file, options) = (try self.plan(), ["--grid-runs", "0"])
        let many = try await self.rehearse(file, options)
        // In ten minutes of a tenth of ten thousand accounts a day nothing can be shown.
        let few = try await self.rehearse(file, options + ["--traffic", "accountDays:10000/day"])
        #expect(many.data.current.contains("carried out  all"))
        #expect(few.data.current.contains("waits for people  canary"))
        let unsaid = try self.plan([(", accountDays: {atFullWeight: 8000000}", "")])
        let free = try await self.rehearse(unsaid, options)
        #expect(free.data.current.contains("every request is taken to be another actor's, since nobody said"))
        #expect(!many.data.current.contains("another actor's"))
    }

    // MARK: Pictures

    @Test("writes a picture into a new file, and says so beside the report")
    func picture() async throws {
        let (file, picture) = (try self.plan(), self.folder.path(of: "picture.svg"))
        let captured = try await self.rehearse(file, ["--svg", picture])
        #expect(captured.talk.current == ["\(picture) is written"])
        #expect(captured.data.current == (try await self.rehearse(file)).data.current)
        let text = try String(contentsOf: URL(filePath: picture), encoding: .utf8)
        #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
        #expect(["in-minutes", "canary", "half", "all"].allSatisfy { text.contains($0) })
        let again = self.folder.path(of: "again.svg")
        _ = try await self.rehearse(file, ["--svg", again, "--workers", "2"])
        #expect(try String(contentsOf: URL(filePath: again), encoding: .utf8) == text)
    }

    @Test("writes over no file, and says so before it begins")
    func existing() async throws {
        let picture = try self.folder.write("mine".utf8, to: "picture.svg")
        let captured = Captured()
        let arguments = ["rehearse", try self.plan(), "--runs", "6", "--svg", picture]
        let verb = try #require(try PlanCommand.parseAsRoot(arguments) as? PlanCommand.Rehearse)
        let fault = await #expect(throws: CommandFault.self) { try await verb.run(captured.terminal) }
        #expect(fault?.exitStatus == .conflict && fault?.description.hasPrefix("\(picture) exists") == true)
        #expect(captured.data.current.isEmpty)
        #expect(try String(contentsOf: URL(filePath: picture), encoding: .utf8) == "mine")
        let nowhere = try await self.fault(try self.plan(), ["--svg", self.folder.path(of: "none/picture.svg")])
        #expect(ExitStatus(of: nowhere) == .failure)
    }

    // MARK: What is refused

    @Test("refuses suppositions about what the plan has not, and numbers that cannot be, all at once")
    func suppositions() async throws {
        let fault = try await self.fault(
            try self.plan(),
            [
                "--true-rate", "severe-harms=0.1,errors@canry=0.1,errors=1.5", "--true-rate", "errors=-1",
                "--baseline-rate", "zebra=0.1", "--recall", "severe-harm=2", "--tripwire-share", "severe-harm=1.01",
                "--traffic", "hafl=5/day", "--clustering", "0", "--delay-factor", "0", "--horizon", "1h",
            ])
        #expect(ExitStatus(of: fault) == .usage)
        let lines = "\(fault)".split(separator: "\n").map { String($0) }
        #expect(lines.first?.hasSuffix("plan.yaml cannot be rehearsed:") == true)
        #expect(
            lines.dropFirst().sorted() == [
                "baseline-rate: the plan has no metric zebra; look at the plan's names",
                "clustering: is 0.0; expected a number from 1 to 1,000,000",
                "delay-factor: is 0.0; expected a number above 0, to 1,000",
                "horizon: is \(1.0 / 24); expected from 1 day to 10 years",
                "recall: severe-harm is 2.0; expected a number from 0 to 1",
                "traffic: the plan has no stage hafl; did you mean half?",
                "tripwire-share: severe-harm is 1.01; expected a number from 0 to 1",
                "true-rate: errors is -1.0; expected a number from 0 to 1",
                "true-rate: errors is 1.5; expected a number from 0 to 1",
                "true-rate: the plan has no metric severe-harms; did you mean severe-harm?",
                "true-rate: the plan has no stage canry; did you mean canary?",
            ])
    }

    @Test("refuses a plan of which nobody says how much it is used, or that could not be submitted")
    func plans() async throws {
        let traffic = "  traffic: {requests: {atFullWeight: 8000000}, accountDays: {atFullWeight: 8000000}}\n"
        let silent = try await self.fault(try self.plan([(traffic, "")]))
        #expect(ExitStatus(of: silent) == .usage)
        #expect("\(silent)".split(separator: "\n").count == 4)
        #expect("\(silent)".contains("traffic: nobody says how many requests canary will have a day; say it"))
        #expect(try await self.rehearse(self.folder.path(of: "plan.yaml"), ["--traffic", "8e6"]).data.current != "")
        let faulty = try await self.fault(
            try self.plan([("  owner: release-team\n", ""), ("setWeight: 50", "setWeight: 5")]))
        #expect(ExitStatus(of: faulty) == .usage)
        #expect("\(faulty)".contains("[owner]") && "\(faulty)".contains("[monotone-exposure]"))
    }

    @Test("ends with 3 for a file that is not there, and with 1 and all faults for one that is no plan")
    func files() async throws {
        let missing = try await self.fault(self.folder.path(of: "none.yaml"))
        #expect(ExitStatus(of: missing) == .notFound)
        #expect(ExitStatus(of: try await self.fault(self.folder.path)) == .failure)
        let path = try self.folder.write(PlanFixtures.unreadable.utf8, to: "none.yaml")
        let unreadable = try #require(try await self.fault(path) as? UnreadablePlan)
        #expect(ExitStatus(of: unreadable) == .failure && unreadable.findings.all.count == 5)
    }

    @Test(
        "refuses other options before it reads anything",
        arguments: [
            ["--runs", "0"], ["--runs", "1000001"], ["--runs", "many"], ["--grid-runs=-1"], ["--workers", "0"],
            ["--workers", "1025"], ["--seed=-1"], ["--traffic=-1/day"], ["--traffic", "some"], ["--true-rate", "0.1"],
            ["--true-rate", "harm=often"], ["--true-rate", "@stage=0.1"], ["--approval-delay", "soon"],
            ["--zone", "Europe/Berlin"], ["--zone", "Europe/Berlin=+15:00"], ["--start", "then"], ["--output", "xml"],
        ])
    func options(options: [String]) {
        let error = #expect(throws: (any Error).self) {
            try PlanCommand.parseAsRoot(["rehearse", "no-such-plan.yaml"] + options)
        }
        #expect(error.map { PlanCommand.exitCode(for: $0) } == .validationFailure)
    }
}
