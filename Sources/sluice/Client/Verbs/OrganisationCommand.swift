import ArgumentParser
import ReleaseModel

struct OrganisationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organisation", _superCommandName: "sluice", abstract: "Add those who stand behind applications.",
        subcommands: [Add.self, List.self])

    struct Add: GivingVerb {
        static let configuration = CommandConfiguration(abstract: "Add an organisation.")

        @Argument(help: "Its name.", transform: OptionText.name) var name: Name
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .addOrganisation(AddOrganisation(name: self.name))
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the organisations.")

        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            session.show(try await session.list(.organisations), of: .organisations, ["ID", "NAME", "ADDED"]) {
                [$0.text("id"), $0.text("name"), $0.moment("added")]
            }
        }
    }
}
