import ArgumentParser
import ReleaseModel
import StrictJSON

struct ApplicationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "application", _superCommandName: "sluice",
        abstract: "Add applications, and put them on waiting lists.",
        subcommands: [Add.self, List.self, Show.self, Enrol.self])

    struct Add: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Add an application. It may use nothing by that.")

        @Argument(help: "Its name.", transform: OptionText.name) var name: Name
        @Option(help: "Who stands behind it, by name or identifier.") var organisation: String?
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            var organisation: OrganisationID?
            if let text = self.organisation {
                organisation = try await session.identifier(.organisations, text, as: OrganisationID.self)
            }
            return .addApplication(AddApplication(name: self.name, organisation: organisation))
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the applications.")

        @Option(help: "Only applications of this organisation, by name or identifier.") var organisation: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let applications = try await session.list(.applications, [("organisation", self.organisation)])
            let names = session.output == .table ? try await session.names([.organisations, .models]) : Names()
            let header = ["ID", "NAME", "ORGANISATION", "WAITS FOR", "ADDED"]
            session.show(applications, of: .applications, header) { application in
                [
                    application.text("id"), application.text("name"),
                    names.short(application["organisation"]?.stringValue), Self.waits(application, names),
                    application.moment("added"),
                ]
            }
        }

        static func waits(_ application: JSONValue, _ names: Names) -> String {
            (application["enrolments"]?.arrayValue ?? []).map { names.short($0["model"]?.stringValue) }
                .joined(separator: ", ")
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "Show an application.")

        @Argument(help: "The application, by name or identifier.") var application: String
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let application = try await session.find(.applications, self.application)
            try await session.show(application) {
                let names = try await session.names([.organisations, .models, .terms])
                let accepted = (application["acceptances"]?.arrayValue ?? []).map { acceptance in
                    "\(names.short(acceptance["terms"]?.stringValue)) on \(acceptance.moment("accepted"))"
                }
                return [
                    ("id", application.text("id")), ("name", application.text("name")),
                    ("organisation", application["organisation"]?.stringValue.map { names.long($0) } ?? "none"),
                    ("added", application.moment("added")), ("waits for", List.waits(application, names)),
                    ("accepted", accepted.joined(separator: ", ")),
                ]
            }
        }
    }

    struct Enrol: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Put an application on a model's waiting list, or let it in while enrolment is open.",
            discussion: """
                Who is on the list may know of the model and is not let in. While enrolment is open, two people have \
                opened the model to whoever asks, and the application gets a grant on the terms that they opened.
                """)

        @Argument(help: "The application, by name or identifier.") var application: String
        @Option(help: "The model, by name or identifier.") var model: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .enrol(
                ReleaseModel.Enrol(
                    application: try await session.identifier(.applications, self.application, as: ApplicationID.self),
                    model: try await session.identifier(.models, self.model, as: ModelID.self)))
        }
    }
}
