import ArgumentParser
import ReleaseModel
import StrictJSON

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", _superCommandName: "sluice",
        abstract: "Add immutable versions of models, and say which one serves.",
        subcommands: [Add.self, List.self, Show.self, MakeCurrent.self])

    struct Add: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Add a version of a model. It serves nobody until it is made current.")

        @Argument(help: "What requests that pin it call it.", transform: OptionText.name) var name: Name
        @Option(help: "The model, by name or identifier.") var model: String
        @Option(help: "The upstream, by its name in the server's configuration.", transform: OptionText.name)
        var upstream: Name
        @Option(help: "What the upstream calls it; the version's name if left out.") var upstreamModel: String?
        @Option(
            help: ArgumentHelp("What is served, by content; can be given more than once.", valueName: "sha256:…"),
            transform: OptionText.digest)
        var digest: [ContentDigest] = []
        @Option(help: "The version that it was made from, by name or identifier.") var parent: String?
        @Option(help: "The build that made it.") var build: String?
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let model = try await session.identifier(.models, self.model, as: ModelID.self)
            var parent: VersionID?
            if let text = self.parent { parent = try await session.identifier(.versions, text, as: VersionID.self) }
            return .addVersion(
                AddVersion(
                    model: model, name: self.name, upstream: self.upstream,
                    upstreamModel: self.upstreamModel ?? self.name.text,
                    digests: self.digest.isEmpty ? nil : self.digest, parent: parent, build: self.build))
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List versions, of one model or of all.")

        @Option(help: "Only versions of this model, by name or identifier.") var model: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let versions = try await session.list(.versions, [("model", self.model)])
            let names = session.output == .table ? try await session.names([.models]) : Names()
            let header = ["ID", "NAME", "MODEL", "CURRENT", "UPSTREAM", "UPSTREAM MODEL", "ADDED"]
            session.show(versions, of: .versions, header) { version in
                [
                    version.text("id"), version.text("name"), names.short(version.text("model")),
                    version.text("is_current"), version.text("upstream"), version.text("upstream_model"),
                    version.moment("added"),
                ]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show a version, its level on the gradient of release, and when and by what that changed.")

        @Argument(help: "The version, by name or identifier.") var version: String
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let found = try await session.find(.versions, self.version)
            let version = try await session.item(.versions, found.text("id"))
            try await session.show(version) {
                let names = try await session.names([.models, .versions])
                let levels = LevelLines.history(version)
                return [
                    ("id", version.text("id")), ("name", version.text("name")),
                    ("model", names.long(version.text("model"))), ("current", version.text("is_current")),
                    ("upstream", version.text("upstream")), ("upstream model", version.text("upstream_model")),
                    ("digests", version.text("digests")),
                    ("parent", version["parent"]?.stringValue.map { names.long($0) } ?? "none"),
                    ("build", version.text("build")), ("added", version.moment("added")),
                    ("level", LevelLines.now(version)),
                ] + levels.enumerated().map { ($0 == 0 ? "levels" : "", $1) }
            }
        }
    }

    struct MakeCurrent: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Propose that a version serves under its model's name. A second person approves it.")

        @Argument(help: "The version, by name or identifier.") var version: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            let version = try await session.find(.versions, self.version)
            return .makeCurrent(
                ReleaseModel.MakeCurrent(
                    model: try Session.identifier(of: version, "model"), version: try Session.identifier(of: version)))
        }
    }
}
