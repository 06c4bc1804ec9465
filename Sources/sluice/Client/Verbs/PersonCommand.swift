import ArgumentParser
import ReleaseModel
import Store
import StrictJSON

struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", _superCommandName: "sluice", abstract: "Add people, give them roles, forget them.",
        subcommands: [Add.self, List.self, Show.self, Roles.self, Erase.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose a person with roles and a key that they made. A second person approves it.",
            discussion: """
                The person runs 'sluice key new --kind person --out FILE' and tells the registration that it prints; \
                the key stays with them. Name and address go into the vault, from where they can be erased.
                """)

        @Argument(help: "How people call them.") var name: String
        @Option(help: "Where they are reached.") var email: String
        @Option(help: ArgumentHelp("What they may do.", valueName: "role,role"), transform: OptionText.roles)
        var roles: [Role]
        @Option(
            help: ArgumentHelp("The registration of their key.", valueName: "slp_XXXXXXXX:sha256:…"))
        var registration: String
        @OptionGroup var giving: GivingOptions

        func validate() throws {
            guard try KeyRegistration.option(self.registration).kind == .person else {
                throw ValidationError("a person's key begins with slp_: make one with 'sluice key new --kind person'")
            }
        }

        func run() async throws {
            try await self.run(try Session(self.giving.client))
        }

        func run(_ session: Session) async throws {
            // What would be refused is refused before anything of the person lies in the vault.
            var generator = SystemRandomNumberGenerator()
            let record = PersonRecord(name: self.name, email: self.email, using: &generator)
            let rehearsal = try await session.send(try self.command(record.commitment), dryRun: true)
            if self.giving.dryRun { return session.tellDryRun(rehearsal) }
            try await session.give(try self.command(try await self.commitment(session)), dryRun: false)
        }

        private func command(_ commitment: ContentDigest) throws -> Command {
            let registration = try KeyRegistration.option(self.registration)
            return .addPerson(
                AddPerson(
                    commitment: commitment, roles: self.roles, key: registration.id, keyDigest: registration.digest))
        }

        /// Puts the record into the vault and answers the commitment to it.
        private func commitment(_ session: Session) async throws -> ContentDigest {
            var generator = SystemRandomNumberGenerator()
            let answer = try await session.client.send(
                .post(
                    "/v1/person-records", [], ["name": .string(self.name), "email": .string(self.email)],
                    idempotencyKey: Session.idempotencyKey(using: &generator)))
            guard let commitment = answer["commitment"]?.stringValue.flatMap({ ContentDigest($0) }) else {
                throw CommandFault(.failure, "the server answered no commitment to the record")
            }
            return commitment
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "List people by identifier and roles. Who they are stands in the vault alone.")

        @Option(help: "Only people with this role.") var role: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let people = try await session.list(.people, [("role", self.role)])
            session.show(people, of: .people, ["ID", "ROLES", "ADDED"]) {
                [$0.text("id"), $0.text("roles"), $0.moment("added")]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show a person; name and address to themselves and to admins only.")

        @Argument(help: ArgumentHelp("The person.", valueName: "per_…"), transform: OptionText.person)
        var person: PersonID
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let person = try await session.item(.people, self.person.description)
            try await session.show(person) {
                let record = try await Self.record(of: self.person, session)
                return [
                    ("id", person.text("id")), ("name", record?.text("name") ?? "not shown to you"),
                    ("email", record?.text("email") ?? "not shown to you"), ("roles", person.text("roles")),
                    ("added", person.moment("added")), ("commitment", person.text("commitment")),
                ]
            }
        }

        private static func record(of person: PersonID, _ session: Session) async throws -> JSONValue? {
            do {
                return try await session.client.send(.get("\(Things.people.path)/\(person)/record"))
            } catch let problem as ControlProblem where [.denied, .notFound].contains(problem.exitStatus) {
                return nil
            }
        }
    }

    struct Roles: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Give a person exactly these roles. To add one takes a second person; to take one away does not.")

        @Argument(help: ArgumentHelp("The person.", valueName: "per_…"), transform: OptionText.person)
        var person: PersonID
        @Option(help: ArgumentHelp("All roles from then on.", valueName: "role,role"), transform: OptionText.roles)
        var roles: [Role]
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .assignRoles(AssignRoles(person: self.person, roles: self.roles))
        }
    }

    struct Erase: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Forget a person: keys are revoked, the record is erased, an identifier without meaning stays.")

        @Argument(help: ArgumentHelp("The person.", valueName: "per_…"), transform: OptionText.person)
        var person: PersonID
        @Option(help: "Why.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .erasePerson(ErasePerson(person: self.person, reason: self.reason))
        }
    }
}
