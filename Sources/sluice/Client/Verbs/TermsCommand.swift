import ArgumentParser
import Crypto
import ReleaseModel
import StrictJSON

struct TermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms", _superCommandName: "sluice",
        abstract: "Publish policies and licences, and accept them for an application.",
        subcommands: [Publish.self, List.self, Accept.self])

    struct Publish: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Publish a version of terms that grants can then require.",
            discussion: "The text stays where its address is; the log keeps its SHA-256, computed here from the file.")

        @Argument(help: "Their name, such as usage-policy.", transform: OptionText.name) var name: Name
        @Option(help: "Which version of them, such as 2026-11.", transform: OptionText.name) var version: Name
        @Option(help: "The file with the text.") var file: String
        @Option(help: "Where everybody can read that text.") var url: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            guard let digest = ContentDigest(bytes: SHA256.hash(data: try LocalFile.bytes(self.file))) else {
                preconditionFailure("SHA-256 has 32 bytes")
            }
            return .publishTerms(
                PublishTerms(name: self.name, version: self.version, digest: digest, url: self.url))
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the terms that were published.")

        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let terms = try await session.list(.terms)
            session.show(terms, of: .terms, ["ID", "NAME", "VERSION", "ADDRESS", "PUBLISHED", "DIGEST"]) {
                [
                    $0.text("id"), $0.text("name"), $0.text("version"), $0.text("url"), $0.moment("published"),
                    $0.text("digest"),
                ]
            }
        }
    }

    struct Accept: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Accept terms with an application's own key. Nobody else can accept for it.")

        @Argument(help: "The terms, by identifier or as name@version.") var terms: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let caller = try await session.client.send(.get("/v1/me"))
            guard caller["kind"]?.stringValue == "application" else {
                throw CommandFault(
                    .denied, "this is a person's key: terms are accepted with the application's own, by --key-file")
            }
            let application: ApplicationID = try Session.identifier(of: caller)
            let id = try await session.termsIdentifier(self.terms)
            if let terms = try await session.list(.terms).first(where: { $0["id"]?.stringValue == id.description }) {
                session.terminal.say("\(caller.text("name")) accepts \(terms.text("name")) \(terms.text("version")):")
                session.terminal.say("    \(terms.text("url"))")
                session.terminal.say("    \(terms.text("digest"))")
            }
            return .acceptTerms(AcceptTerms(terms: id, application: application))
        }
    }
}
