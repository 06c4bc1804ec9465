import ArgumentParser
import FoundationEssentials
import PlanFiles
import ReleaseModel
import StageControl
import StrictJSON

extension PlanCommand {
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a plan from a template, or list the templates.",
            discussion: """
                A template needs --set for model, candidate and owner, and takes one for baseline. Any other field can \
                be set too, as lint names it; what is not below metadata is below spec.
                """)

        @Argument(help: "The template; without one all are listed.") var template: PlanTemplate?
        @Option(
            help: ArgumentHelp(
                "A field and its value in YAML, such as progressDeadline=30d; null leaves the field out.",
                valueName: "field=value"), transform: FieldAssignment.option)
        var set: [FieldAssignment] = []
        @Option(help: ArgumentHelp("Write the plan into this new file instead of standard output.", valueName: "file"))
        var out: String?
        @Option(help: "How the list and the plan are printed: for people, or as JSON.") var output = OutputFormat.table

        func validate() throws {
            guard self.template == nil else {
                _ = try self.release()
                return
            }
            guard self.set.isEmpty, self.out == nil else {
                let known = PlanTemplate.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("name a template: \(known)")
            }
        }

        func run() async throws {
            try self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) throws {
            guard let template = self.template else { return self.list(terminal) }
            let text = try self.text(of: template)
            if let out = self.out {
                // Plans are for others to read.
                try LocalFile.create(out, Array(text.utf8), mode: 0o644)
                terminal.say("\(out) is written; 'sluice plan lint \(out)' says what is left to decide")
            } else {
                terminal.write(text)
            }
        }

        private func list(_ terminal: Terminal) {
            switch self.output {
            case .json:
                let templates = PlanTemplate.allCases.map { template -> JSONValue in
                    ["name": .string(template.rawValue), "summary": .string(template.summary)]
                }
                terminal.line(JSONValue.array(templates).canonicalText)
            case .table:
                terminal.table(
                    Table(["TEMPLATE", "FOR"], PlanTemplate.allCases.map { [$0.rawValue, $0.summary] }),
                    orSay: "There are no templates.")
            }
        }

        private func text(of template: PlanTemplate) throws -> String {
            var document = template.document(for: try self.release())
            for assignment in self.set where !Self.names.contains(assignment.name) {
                guard let changed = document.setting(assignment.path, to: assignment.value) else {
                    throw CommandFault(.usage, "--set \(assignment.name): there is no such place in the template")
                }
                document = changed
            }
            do throws(PlanFaults) {
                _ = try ReleasePlan.read(PlanSource(document))
            } catch {
                throw CommandFault(.usage, "what was set makes no plan:\n\(error)")
            }
            switch self.output {
            case .json: return document.canonicalText + "\n"
            case .table: return PlanFile.yaml(document, comments: template.comments)
            }
        }

        /// The fields that every template asks for. They are names, whatever they look like in YAML.
        private static let names = ["model", "candidate", "baseline", "owner"]

        private func release() throws -> PlanTemplate.Release {
            func name(_ field: String) throws -> Name? {
                guard let text = self.set.last(where: { $0.name == field })?.text, text != "null" else { return nil }
                guard let name = Name(text) else {
                    throw ValidationError("--set \(field): '\(text)' is no name: \(Name.rule)")
                }
                return name
            }
            guard let model = try name("model"), let candidate = try name("candidate"), let owner = try name("owner")
            else {
                throw ValidationError(
                    "say what is released: --set model=NAME --set candidate=NAME --set owner=NAME, and if there is an "
                        + "earlier version --set baseline=NAME")
            }
            return PlanTemplate.Release(
                model: model, candidate: candidate, baseline: try name("baseline"), owner: owner)
        }
    }
}
