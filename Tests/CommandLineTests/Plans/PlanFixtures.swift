import ArgumentParser
import Foundation
import SluiceTesting
import StrictJSON
import Testing

@testable import sluice

/// Plans to try commands on, and where they lie.
enum PlanFixtures {
    static let repository = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }

    /// The text of an example, with some of it replaced.
    static func example(_ name: String, _ changes: [(from: String, to: String)] = []) throws -> String {
        var text = try String(
            contentsOf: self.repository.appending(path: "Examples/plans/\(name).yaml"), encoding: .utf8)
        for (from, to) in changes {
            try #require(text.contains(from), "\(name) has no \(from)")
            text = text.replacing(from, with: to, maxReplacements: 1)
        }
        return text
    }

    /// A plan with errors and warnings of several kinds.
    static func faulty() throws -> String {
        try self.example(
            "trusted-circle-then-public",
            [
                ("bake: {min: 7d, max: 30d, cover: fullWeeks}", "bake: {min: 6d, max: 30d, cover: fullWeeks}"),
                ("      setWeight: 50", "      setWeight: 5"), ("  owner: release-team\n", ""),
                ("      influenceCap: {per: account, events: 10, window: 1d}\n", ""),
            ])
    }

    /// A file that is no plan.
    static let unreadable = """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePlan
        metadata: {name: "no plan"}
        spec:
          model: 7
          candidate: aurora-2.0
          progresDeadline: 60d
          stages:
            - name: one
              audience: {cohorts: []}
              bake: {min: 3 days}
        """

    /// What a verb of `plan` does in a folder of its own.
    static func run<Verb: ParsableCommand>(
        _ arguments: [String], as type: Verb.Type, _ body: (Verb, Terminal) throws -> Void
    ) throws -> Captured {
        let verb = try #require(try PlanCommand.parseAsRoot(arguments) as? Verb)
        let captured = Captured()
        try body(verb, captured.terminal)
        return captured
    }

    /// The one line of JSON that a verb printed.
    static func document(_ captured: Captured) throws -> JSONValue {
        let text = captured.data.current
        try #require(text.hasSuffix("\n") && text.dropLast().allSatisfy { $0 != "\n" })
        return try JSONValue(parsing: Array(text.dropLast().utf8))
    }
}
