import ArgumentParser
import FoundationEssentials
import ReleaseModel
import StrictJSON

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", _superCommandName: "sluice",
        abstract: "Make keys here, register them, take them back.",
        subcommands: [New.self, KeyIssuing.self, List.self, Revoke.self])

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key without any server, and print it once and its registration.",
            discussion: """
                The registration is no secret: give it to whoever adds you ('person add --registration …') or issues \
                the key ('key issue --registration …'). The key itself stays with you.
                """)

        @Option(help: "What it opens.") var kind = KeyKind.api
        @Option(help: "Write the key into this new file, for its owner alone, and print only its registration.")
        var out: String?
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func run() async throws {
            try self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) throws {
            var generator = SystemRandomNumberGenerator()
            let key = KeyText(kind: self.kind, using: &generator)
            if let out = self.out { try KeyFile.create(out, key) }
            let made = MadeKey(key: key, file: self.out)
            switch self.output {
            case .json: terminal.line(made.document(withRegistration: true).canonicalText)
            case .table:
                if self.out == nil { terminal.line(key.text) }
                terminal.line(KeyRegistration(of: key).description)
            }
            terminal.say(made.sentence)
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the keys in force, by their public part.")

        @Option(help: "Only keys of this application, by name or identifier.") var application: String?
        @Option(help: ArgumentHelp("Only keys of this person.", valueName: "per_…"), transform: OptionText.person)
        var person: PersonID?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let filters = [("application", self.application), ("person", self.person?.description)]
            let keys = try await session.list(.keys, filters)
            let names = session.output == .table ? try await session.names([.applications]) : Names()
            session.show(keys, of: .keys, ["ID", "KIND", "OWNER", "INTENT", "EXPOSURE", "USE", "ISSUED", "EXPIRES"]) {
                [
                    $0.text("id"), KeyKind(rawValue: $0.text("kind"))?.word ?? $0.text("kind"),
                    names.short($0.text("owner")), $0.text("intent"), $0.text("exposure"), $0.text("use"),
                    $0.moment("issued"), $0.moment("expires"),
                ]
            }
        }
    }

    struct Revoke: GivingVerb {
        static let configuration = CommandConfiguration(abstract: "Take a key back at once. One person can.")

        @Argument(
            help: ArgumentHelp("The key's public part, the eight letters behind slk_.", valueName: "key-id"))
        var key: String
        @Option(help: "Why.") var reason: String
        @OptionGroup var giving: GivingOptions

        func validate() throws {
            _ = try OptionText.key(self.key)
        }

        func command(_ session: Session) async throws -> Command {
            .revokeKey(RevokeKey(key: try OptionText.key(self.key), reason: self.reason))
        }
    }
}

/// A key that was made here, and how it is told: once, or in a file.
struct MadeKey {
    let key: KeyText
    /// The file that holds it; nil if it is printed.
    let file: String?

    /// What programs get: `id`, and `key` or the `key_file` that holds it.
    func document(withRegistration: Bool) -> JSONValue {
        var members: [String: JSONValue] = ["id": .string(self.key.id.description)]
        if let file = self.file {
            members["key_file"] = .string(file)
        } else {
            members["key"] = .string(self.key.text)
        }
        if withRegistration {
            members["kind"] = .string(self.key.kind.word)
            members["registration"] = .string(KeyRegistration(of: self.key).description)
        }
        return .object(members)
    }

    /// Where the key is now.
    var sentence: String {
        self.file.map { "The key is in \($0), for its owner alone." }
            ?? "The key is shown this once and is kept nowhere; put it where only its holder can read it."
    }
}
