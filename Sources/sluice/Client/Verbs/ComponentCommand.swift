import ArgumentParser
import ReleaseModel
import StrictJSON

struct ComponentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "component", _superCommandName: "sluice",
        abstract: "Register the components of a version: what is given to whom, and what is withheld and why.",
        subcommands: [Add.self, List.self, Show.self])

    struct Add: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Register a component. For an audience beyond internal a second person approves it.")

        @Option(help: "The version, by name or identifier.") var version: String
        @Option(help: "What kind of thing it is.") var kind: ComponentKind
        @Option(help: ArgumentHelp("Its content.", valueName: "sha256:…"), transform: OptionText.digest)
        var digest: ContentDigest?
        @Option(help: "Its licence.") var licence: String?
        @Option(help: "Who it is given to.") var audience = Audience.internal
        @Option(help: "From when it is given; at once if left out.", transform: Moment.option)
        var availableFrom: Timestamp?
        @Option(help: "Why it is withheld.") var withheldReason: String?
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let version = try await session.identifier(.versions, self.version, as: VersionID.self)
            return .addComponent(
                AddComponent(
                    version: version, kind: self.kind, digest: self.digest, licence: self.licence,
                    audience: self.audience, availableFrom: self.availableFrom, withheldReason: self.withheldReason))
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List components, of one version or of all.")

        @Option(help: "Only components of this version, by name or identifier.") var version: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let components = try await session.list(.components, [("version", self.version)])
            let names = session.output == .table ? try await session.names([.versions]) : Names()
            session.show(components, of: .components, ["ID", "VERSION", "KIND", "AUDIENCE", "LICENCE", "WITHHELD"]) {
                [
                    $0.text("id"), names.short($0.text("version")), $0.text("kind"), $0.text("audience"),
                    $0.text("licence"), $0.text("withheld_reason"),
                ]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "Show a component.")

        @Argument(help: ArgumentHelp("The component.", valueName: "cmp_…"), transform: OptionText.component)
        var component: ComponentID
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let component = try await session.item(.components, self.component.description)
            try await session.show(component) {
                let names = try await session.names([.versions])
                return [
                    ("id", component.text("id")), ("version", names.long(component.text("version"))),
                    ("kind", component.text("kind")), ("content", component.text("digest")),
                    ("licence", component.text("licence")), ("audience", component.text("audience")),
                    ("available from", component.moment("available_from")),
                    ("withheld because", component.text("withheld_reason")),
                ]
            }
        }
    }
}
