import ArgumentParser
import ReleaseModel

struct EnrolmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrolment", _superCommandName: "sluice",
        abstract: "Open models to whoever asks, and close them again.", subcommands: [Open.self, Close.self])

    struct Open: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Propose to let in every application that asks. A second person approves it.",
            discussion: """
                From then on 'sluice application enrol' gives an application a grant like the one that is named, at \
                once. It ends when one person closes it, or when that grant is taken back or expires.
                """)

        @Argument(help: "The model, by name or identifier.") var model: String
        @Option(
            help: ArgumentHelp("The grant to everyone that those who ask get the like of.", valueName: "grt_…"),
            transform: OptionText.grant)
        var like: GrantID
        @Option(help: "Why it is right to open it.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let model = try await session.identifier(.models, self.model, as: ModelID.self)
            return .openEnrolment(OpenEnrolment(model: model, grant: self.like, reason: self.reason))
        }
    }

    struct Close: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Let nobody in any more who asks, at once. One person can; who is in stays in.")

        @Argument(help: "The model, by name or identifier.") var model: String
        @Option(help: "Why.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let model = try await session.identifier(.models, self.model, as: ModelID.self)
            return .closeEnrolment(CloseEnrolment(model: model, reason: self.reason))
        }
    }
}
