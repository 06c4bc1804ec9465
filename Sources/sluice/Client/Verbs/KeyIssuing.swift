import ArgumentParser
import ReleaseModel
import StrictJSON

/// `sluice key issue`: the key is made here and only its public part and digest leave this process.
struct KeyIssuing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Make a key for an application here, register it, and print it once.",
        discussion: """
            Only the key's public part and SHA-256 go to the server. With --registration the holder made the key \
            ('sluice key new') and nothing is printed but its public part.
            """)

    @Option(help: "The application that it speaks for, by name or identifier.") var application: String?
    @Option(
        help: ArgumentHelp("In place of an application: the person whose further key it is.", valueName: "per_…"),
        transform: OptionText.person)
    var person: PersonID?
    @Option(help: "What it opens; api for an application, person for a person if left out.") var kind: KeyKind?
    @Option(help: "What it is used for.") var intent = Intent.operational
    @Option(help: "In front of whom.") var exposure = Exposure.real
    @Option(help: "The declared use.", transform: OptionText.name) var use: Name?
    @Option(help: "Until when; until it is revoked if left out.", transform: Moment.option) var expires: Timestamp?
    @Option(
        help: ArgumentHelp("Register this key, which its holder made.", valueName: "slk_XXXXXXXX:sha256:…"))
    var registration: String?
    @Option(help: "Write the key into this new file, for its owner alone, and do not print it.") var out: String?
    @OptionGroup var giving: GivingOptions

    func validate() throws {
        guard (self.application == nil) != (self.person == nil) else {
            throw ValidationError("give --application or --person, and not both")
        }
        guard self.registration == nil || self.out == nil else {
            throw ValidationError("--out has nothing to write: with --registration the key is with its holder")
        }
        let registration = try self.registration.map(KeyRegistration.option)
        if let kind = self.kind, let registration, registration.kind != kind {
            throw ValidationError("the registration is of a key of the kind \(registration.kind.word)")
        }
    }

    func run() async throws {
        try await self.run(try Session(self.giving.client))
    }

    func run(_ session: Session) async throws {
        let owner = try await self.owner(session)
        if let registration = try self.registration.map(KeyRegistration.option) {
            let answer = try await session.send(self.command(owner, registration), dryRun: self.giving.dryRun)
            return self.giving.dryRun ? session.tellDryRun(answer) : try session.tell(answer)
        }
        var generator = SystemRandomNumberGenerator()
        let key = KeyText(kind: self.kind ?? (self.person == nil ? .api : .person), using: &generator)
        let command = self.command(owner, KeyRegistration(of: key))
        if self.giving.dryRun { return session.tellDryRun(try await session.send(command, dryRun: true)) }
        try self.tell(session, try await self.register(key, command, session), MadeKey(key: key, file: self.out))
    }

    /// Registers a key, after it is safely in its file: no key is ever registered that nobody has.
    private func register(_ key: KeyText, _ command: Command, _ session: Session) async throws -> JSONValue {
        guard let out = self.out else { return try await session.send(command) }
        try KeyFile.create(out, key)
        do {
            return try await session.send(command)
        } catch {
            if (error as? ClientFault)?.leavesOutcomeOpen == true {
                session.terminal.say("\(out) is kept: it is not known whether the key \(key.id) was registered.")
            } else {
                LocalFile.remove(out)
            }
            throw error
        }
    }

    private func tell(_ session: Session, _ answer: JSONValue, _ made: MadeKey) throws {
        switch session.output {
        case .json:
            var document = made.document(withRegistration: false).objectValue ?? [:]
            document["proposal"] = answer["proposal"]
            session.terminal.line(JSONValue.object(document).canonicalText)
        case .table:
            session.terminal.line(made.file == nil ? made.key.text : made.key.id.description)
        }
        let entries = answer["entries"]?.arrayValue?.first?["index"]?.integerValue.map { " [entry \($0)]" } ?? ""
        if let proposal = answer["proposal"]?["id"]?.stringValue {
            session.terminal.say("The key opens nothing yet. A second person approves it:")
            session.terminal.say("    sluice proposal approve \(proposal)")
        } else {
            session.terminal.say("key \(made.key.kind.rawValue)_\(made.key.id) registered\(entries)")
        }
        session.terminal.say(made.sentence)
    }

    private func command(_ owner: KeyOwner, _ registration: KeyRegistration) -> Command {
        .issueKey(
            IssueKey(
                owner: owner, kind: registration.kind, key: registration.id, digest: registration.digest,
                intent: self.intent, exposure: self.exposure, use: self.use, expires: self.expires))
    }

    private func owner(_ session: Session) async throws -> KeyOwner {
        if let person = self.person { return .person(person) }
        return .application(
            try await session.identifier(.applications, self.application ?? "", as: ApplicationID.self))
    }
}
