import ArgumentParser
import FoundationEssentials
import StageControl
import StrictJSON

extension PlanCommand {
    struct Lint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say everything that is wrong with a plan, with its lines.",
            discussion: """
                One line each, errors before warnings: FILE:LINE: severity: field: what was found; what to do [rule]. \
                The rules, with their reasons and remedies, are listed in docs/reference/plan.md. Any error ends with 1.
                """)

        @OptionGroup var plan: PlanArgument
        @OptionGroup var expected: TrafficOptions
        @Flag(help: "End with 1 for warnings too.") var strict = false
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func run() async throws {
            try self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) throws {
            try self.run(terminal, try PlanInput(self.plan.file))
        }

        func run(_ terminal: Terminal, _ input: PlanInput) throws {
            let findings: PlanFindings
            do throws(UnreadablePlan) {
                findings = try PlanDraft(input, expecting: self.expected.traffic).findings
            } catch {
                findings = error.findings
            }
            switch self.output {
            case .json: terminal.line(Self.document(findings, input.name).canonicalText)
            case .table:
                for finding in findings.all { terminal.line(finding.text(in: input.name)) }
            }
            guard findings.errors == 0, !self.strict || findings.warnings == 0 else {
                throw CommandFault(.failure, "\(input.name): \(findings.count)")
            }
            terminal.say("\(input.name): \(findings.count)")
        }

        private static func document(_ findings: PlanFindings, _ name: String) -> JSONValue {
            [
                "file": .string(name), "errors": .integer(Int64(findings.errors)),
                "warnings": .integer(Int64(findings.warnings)), "findings": .array(findings.all.map(\.document)),
            ]
        }
    }
}
