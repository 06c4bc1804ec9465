import ArgumentParser
import FoundationEssentials
import PlanFiles
import ReleaseModel
import StageControl
import StrictJSON

extension PlanCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a plan means: its normal form, its digest, its stages and what they can decide.",
            discussion: """
                The last table says of each bounded rate: BELOW what it is to be shown; the smallest rate that the \
                stage COULD SHOW without any event; the exposure that a release NEEDS which has a quarter of the \
                bound, to be decided in nine of ten cases; the exposure that the plan EXPECTS by the end; how long \
                deciding TAKES, and how long the stage HAS.
                """)

        @OptionGroup var plan: PlanArgument
        @OptionGroup var expected: TrafficOptions
        @Flag(help: "Print the normal form alone, as YAML that can be kept.") var normalForm = false
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func run() async throws {
            try self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) throws {
            let draft = try PlanDraft(reading: self.plan.file, expecting: self.expected.traffic)
            switch (self.output, self.normalForm) {
            case (.json, true): terminal.line(draft.plan.document.canonicalText)
            case (.json, false): terminal.line(Self.document(draft).canonicalText)
            case (.table, true): terminal.write(PlanFile.yaml(draft.plan.document))
            case (.table, false): Self.print(draft, terminal)
            }
            let findings = draft.findings
            if !findings.all.isEmpty { terminal.say("'sluice plan lint' has \(findings.count) to tell") }
        }

        private static func print(_ draft: PlanDraft, _ terminal: Terminal) {
            let (spec, tables) = (draft.plan.spec, PlanTables(draft.expected))
            terminal.write(PlanFile.yaml(draft.plan.document))
            terminal.line("")
            terminal.write(
                Table.fields(
                    [
                        ("plan", draft.plan.metadata.name.text), ("digest", draft.plan.digest.description),
                        ("releases", "\(spec.candidate) of \(spec.model)"),
                    ] + (spec.baseline.map { [("beside", $0.text)] } ?? [])))
            for table in [tables.stages, tables.criteria, tables.decisions] where !table.rows.isEmpty {
                terminal.line("")
                terminal.write(table.text(width: terminal.width, isColoured: terminal.isColoured))
            }
        }

        private static func document(_ draft: PlanDraft) -> JSONValue {
            let spec = draft.expected.spec
            let decisions = spec.feasibility().map { feasibility -> JSONValue in
                let stage = spec.stages[feasibility.stage]
                var members: [String: JSONValue] = [
                    "stage": .string(stage.name.text), "metric": .string(feasibility.metric.text),
                    "bound": .number(feasibility.bound),
                    "error_rate": .number(PlanFigures.rounded(feasibility.errorRate)),
                    "days_given": .number(spec.mostTime(of: stage).days),
                ]
                if feasibility.toDecide.isFinite {
                    members["exposure_to_decide"] = .number(feasibility.toDecide.rounded(.up))
                }
                members["exposure_expected"] = feasibility.reach.map { .number($0.rounded()) }
                members["smallest_rate"] = feasibility.smallestRate.map { .number(PlanFigures.rounded($0)) }
                if case .days(let days) = spec.decisionTime(feasibility) {
                    members["days_to_decide"] = .number((days * 100).rounded(.up) / 100)
                }
                return .object(members)
            }
            return [
                "digest": .string(draft.plan.digest.description), "document": draft.plan.document,
                "decisions": .array(decisions),
            ]
        }
    }
}
