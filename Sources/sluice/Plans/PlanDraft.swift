import PlanFiles
import ReleaseModel
import StageControl
import StrictJSON

/// A plan that was read from a file.
struct PlanDraft {
    /// What messages call the file.
    let name: String
    let source: PlanSource
    /// The plan as it was written, whatever use was said to be expected.
    let plan: ReleasePlan
    /// The same plan with the use that was said to be expected.
    let expected: ReleasePlan

    /// Reads a file, or standard input for `-`.
    init(reading path: String, expecting traffic: [ExpectedTraffic] = []) throws {
        try self.init(try PlanInput(path), expecting: traffic)
    }

    init(_ input: PlanInput, expecting traffic: [ExpectedTraffic] = []) throws(UnreadablePlan) {
        self.name = input.name
        self.source = try Self.source(input)
        self.plan = try Self.plan(self.source, input.name)
        let document = traffic.reduce(self.source.value) { $1.applied(to: $0) }
        self.expected = try traffic.isEmpty ? self.plan : Self.plan(PlanSource(document), input.name)
    }

    /// What the linter finds in it.
    var findings: PlanFindings {
        PlanFindings(PlanLint.findings(in: self.expected, source: self.source).map { PlanFinding($0) })
    }

    private static func source(_ input: PlanInput) throws(UnreadablePlan) -> PlanSource {
        do throws(PlanFileFaults) {
            return try PlanFile.source(of: input.bytes, PlanFile.Format(of: input.name, input.bytes))
        } catch {
            throw UnreadablePlan(name: input.name, findings: PlanFindings(error.faults.map { PlanFinding($0) }))
        }
    }

    private static func plan(_ source: PlanSource, _ name: String) throws(UnreadablePlan) -> ReleasePlan {
        do throws(PlanFaults) {
            return try ReleasePlan.read(source)
        } catch {
            throw UnreadablePlan(name: name, findings: PlanFindings(error.faults.map { PlanFinding($0) }))
        }
    }
}

/// Why a file is no plan, with everything that is wrong.
struct UnreadablePlan: ExitStatusProviding, CustomStringConvertible {
    let name: String
    let findings: PlanFindings

    var exitStatus: ExitStatus { .failure }

    var description: String {
        "\(self.name) is no plan: \(self.findings.count)\n"
            + self.findings.all.map { $0.text(in: self.name) }.joined(separator: "\n")
    }
}
