import ArgumentParser

/// The one binary: `serve` is the server, every other verb talks to it or looks at its files.
@main
struct Sluice: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Releases generative AI models in stages, and keeps a log of it that anyone can verify.",
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Running it",
                subcommands: [InitCommand.self, ServeCommand.self, DoctorCommand.self, ConfigCommand.self]),
            CommandGroup(
                name: "What is released",
                subcommands: [
                    ModelCommand.self, VersionCommand.self, ComponentCommand.self, EvidenceCommand.self,
                    PlanCommand.self, ReleaseCommand.self,
                ]),
            CommandGroup(
                name: "To whom",
                subcommands: [
                    OrganisationCommand.self, ApplicationCommand.self, EnrolmentCommand.self, PersonCommand.self,
                    GrantCommand.self,
                    ProposalCommand.self, KeyCommand.self, TermsCommand.self, AccessCommand.self,
                ]),
            CommandGroup(
                name: "What was decided", subcommands: [LogCommand.self, RequestCommand.self, DecisionsCommand.self]),
        ])
}
