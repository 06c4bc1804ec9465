import ArgumentParser
import ReleaseModel
import StrictJSON

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", _superCommandName: "sluice", abstract: "Add models, and stop them.",
        subcommands: [Add.self, List.self, Show.self, Hold.self, Resume.self])

    struct Add: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Add a model. Nobody may use it by that.")

        @Argument(help: "What requests call it.", transform: OptionText.name) var name: Name
        @Option(help: "What people call it; the name if left out.") var displayName: String?
        @Flag(help: "Let everybody with a key know that it exists; without it only grants and waiting lists do.")
        var listed = false
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .addModel(
                AddModel(
                    name: self.name, displayName: self.displayName ?? self.name.text,
                    visibility: self.listed ? .listed : .unlisted))
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the models.")

        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let models = try await session.list(.models)
            let names = session.output == .table ? try await session.names([.versions]) : Names()
            let header = ["ID", "NAME", "DISPLAY NAME", "CURRENT", "VISIBILITY", "HELD"]
            session.show(models, of: .models, header) { model in
                [
                    model.text("id"), model.text("name"), model.text("display_name"),
                    names.short(model["current"]?.stringValue), model.text("visibility"), model.text("held"),
                ]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "Show a model.")

        @Argument(help: "The model, by name or identifier.") var model: String
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let model = try await session.find(.models, self.model)
            try await session.show(model) {
                let names = try await session.names([.versions])
                return [
                    ("id", model.text("id")), ("name", model.text("name")),
                    ("display name", model.text("display_name")),
                    ("visibility", model.text("visibility")), ("added", model.moment("added")),
                    ("current version", model["current"]?.stringValue.map { names.long($0) } ?? "none"),
                    ("held", model["held"]?.stringValue.map { "yes: \($0)" } ?? "no"),
                    ("enrolment", Self.enrolment(model)),
                ]
            }
        }

        private static func enrolment(_ model: JSONValue) -> String {
            guard let enrolment = model["enrolment"] else { return "closed" }
            return "open since \(enrolment.moment("opened")), by grants like \(enrolment.text("grant"))"
        }
    }

    struct Hold: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Close a model to everybody at once. One person can; it takes two to resume.")

        @Argument(help: "The model, by name or identifier.") var model: String
        @Option(help: "Why; people read it, callers do not.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let model = try await session.identifier(.models, self.model, as: ModelID.self)
            return .holdModel(HoldModel(model: model, reason: self.reason))
        }
    }

    struct Resume: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Propose to lift the hold of a model. A second person approves it.")

        @Argument(help: "The model, by name or identifier.") var model: String
        @Option(help: "Why it is right to go on.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let model = try await session.identifier(.models, self.model, as: ModelID.self)
            return .resumeModel(ResumeModel(model: model, reason: self.reason))
        }
    }
}
