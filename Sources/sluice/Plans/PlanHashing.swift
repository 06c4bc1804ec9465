import ArgumentParser
import FoundationEssentials
import ReleaseModel
import StageControl
import StrictJSON

extension PlanCommand {
    struct Hash: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a plan is known by and what people approve: the digest of its normal form.",
            discussion: """
                Files that differ in comments, order, layout or in saying a default have one digest. Whether it is a \
                good plan is not asked: see 'plan lint'.
                """)

        @OptionGroup var plan: PlanArgument
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func run() async throws {
            try self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) throws {
            let digest = try PlanDraft(reading: self.plan.file).plan.digest.description
            switch self.output {
            case .json: terminal.line(JSONValue.object(["digest": .string(digest)]).canonicalText)
            case .table: terminal.line(digest)
            }
        }
    }
}
