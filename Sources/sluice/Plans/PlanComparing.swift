import ArgumentParser
import FoundationEssentials
import ReleaseModel
import StageControl
import StrictJSON

extension PlanCommand {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare what two plans mean, field by field, and mark what opens something.",
            discussion: """
                Normal forms are compared, so a default that one file says is no difference. What raises exposure or \
                loosens a bound is marked, and so is what nobody can say in general: it is approved as if it opened.
                """)

        @Argument(help: ArgumentHelp("The plan as it was; - is standard input.", valueName: "old")) var old: String
        @Argument(help: ArgumentHelp("The plan as it is to be; - is standard input.", valueName: "new")) var new: String
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func validate() throws {
            guard self.old != "-" || self.new != "-" else {
                throw ValidationError("only one of the two can be standard input")
            }
        }

        func run() async throws {
            try self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) throws {
            let (old, new) = (try PlanDraft(reading: self.old).plan, try PlanDraft(reading: self.new).plan)
            let changes = PlanDifference(from: old, to: new).changes
            switch self.output {
            case .json:
                let document: JSONValue = [
                    "from": .string(old.digest.description), "to": .string(new.digest.description),
                    "changes": .array(changes.map(Self.document)),
                ]
                terminal.line(document.canonicalText)
            case .table:
                let rows = changes.map { change in
                    [
                        change.opens ? "opens" : "", change.effect.rawValue, change.path.description,
                        Self.text(change.before), Self.text(change.after),
                    ]
                }
                terminal.table(
                    Table(["", "EFFECT", "FIELD", "BEFORE", "AFTER"], rows), orSay: "They mean the same.")
            }
            guard !changes.isEmpty else { return }
            terminal.say(
                "\(Self.count(changes.count, "change")), \(changes.count { $0.opens }) of them may open something")
        }

        private static func text(_ value: JSONValue?) -> String {
            value.map { $0.stringValue ?? $0.canonicalText } ?? ""
        }

        private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

        private static func document(_ change: PlanChange) -> JSONValue {
            var members: [String: JSONValue] = [
                "path": .string(change.path.description), "effect": .string(change.effect.rawValue),
                "opens": .bool(change.opens),
            ]
            members["before"] = change.before
            members["after"] = change.after
            return .object(members)
        }
    }
}
