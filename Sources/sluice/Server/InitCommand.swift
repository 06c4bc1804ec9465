import AccessPolicy
import ArgumentParser
import ControlAPI
import FoundationEssentials
import Ledger
import ReleaseModel
import Store
import StrictJSON
import Telemetry

/// Sets an installation up: folders, the signing key, the first people with their keys, and a configuration.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Set up a data folder: logs, keys and the first people.",
        discussion: """
            Opening anything takes two distinct people, so there are at least two, one who administers and one who \
            approves. Each gets a key file that nobody else should read.
            """)

    @Option(help: "The data folder; it is made if it is not there.")
    var data = "."

    @Option(help: "A person as NAME=role,role …; at least two.")
    var person: [String] = []

    @Option(help: "The name that the logs are signed under; it cannot be changed later.")
    var origin = "sluice.local"

    @Option(help: "How the result is printed: table or json.")
    var output = "table"

    private static let defaultPeople = [
        "alice=admin,release_manager,access_reviewer,auditor", "bob=approver,operator,auditor",
    ]

    func run() async throws {
        let people = try (self.person.isEmpty ? Self.defaultPeople : self.person).map(NewPerson.init)
        let folder = DataFolder(path: self.data)
        guard !DataFolder.exists(folder.signingKey) else {
            throw SetUpFault("\(self.data) was set up before; `sluice serve --data \(self.data)` runs it")
        }
        guard Name(self.origin) != nil else { throw SetUpFault("the origin is \(Name.rule)") }
        try folder.make()
        var generator = SystemRandomNumberGenerator()
        let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try LocalFile.create(folder.signingKey, Array((Hexadecimal.encode(seed) + "\n").utf8))
        for log in DataFolder.Log.allCases {
            let signer = try folder.signer(log, installation: self.origin)
            try LocalFile.create(
                folder.verificationKey(log), Array((signer.verifier.vkey + "\n").utf8), mode: 0o644)
        }
        let identifiers = try await Self.bootstrap(people, in: folder, origin: self.origin)
        for person in people {
            try LocalFile.create(folder.personKey(person.name), person.key.secretText + [UInt8(ascii: "\n")])
        }
        if !DataFolder.exists(folder.configuration) {
            try LocalFile.create(
                folder.configuration, Array(Self.exampleConfiguration(origin: self.origin).utf8), mode: 0o640)
        }
        self.report(people, identifiers, folder)
    }

    /// Writes the first entries of the control log, by the host's hand.
    private static func bootstrap(
        _ people: [NewPerson], in folder: DataFolder, origin: String
    ) async throws -> [PersonID] {
        let store = try Store(path: folder.store)
        let writer = try LogWriter.open(
            directory: folder.log(.control), origin: DataFolder.origin(.control, of: origin),
            signer: try folder.signer(.control, installation: origin))
        let reader = try LogReader(directory: folder.log(.control))
        let plane = try await ControlPlane.open(
            writer: writer, reader: reader, store: store,
            evidence: EvidenceFiles(directory: folder.evidence), seeds: try folder.rolloutSeeds(),
            clock: { Timestamp(milliseconds: WallClock.milliseconds()) })
        var additions: [AddPerson] = []
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        for person in people {
            let commitment = try await store.vault.put(person.record, at: now)
            additions.append(
                AddPerson(
                    commitment: commitment, roles: person.roles, key: person.key.id,
                    keyDigest: KeyRegistration(of: person.key).digest)
            )
        }
        let entries = try await plane.bootstrap(additions).entries.map(\.entry)
        try writer.close()
        try store.close()
        return entries.compactMap { entry in
            if case .personAdded(let person) = entry.event { person.id } else { nil }
        }
    }

    private func report(_ people: [NewPerson], _ identifiers: [PersonID], _ folder: DataFolder) {
        if self.output == "json" {
            let list = zip(people, identifiers).map { person, id in
                JSONValue.object([
                    "id": .string(id.description), "name": .string(person.name.text),
                    "key_file": .string(folder.personKey(person.name)),
                    "roles": .array(person.roles.map { .string($0.rawValue) }),
                ])
            }
            let keys = DataFolder.Log.allCases.compactMap { log in
                (try? DataFolder.read(folder.verificationKey(log)))
                    .map { (log.rawValue, JSONValue.string(String($0.prefix { !$0.isWhitespace }))) }
            }
            let result: JSONValue = .object([
                "data": .string(self.data), "people": .array(list),
                "verification_keys": .object(Dictionary(keys) { first, _ in first }),
            ])
            StandardOutput.write(result.canonicalText + "\n")
        } else {
            var text = "Set up \(self.data).\n\n"
            for (person, id) in zip(people, identifiers) {
                let roles = person.roles.map(\.rawValue).joined(separator: ", ")
                text += "  \(person.name)  \(id)  \(roles)\n    key: \(folder.personKey(person.name))\n"
            }
            text += "\nGive each person their key file and remove it here. Then:\n\n"
            text += "  sluice serve --data \(self.data)\n"
            StandardOutput.write(text)
        }
    }

    private static func exampleConfiguration(origin: String) -> String {
        """
        # Every key with its default: docs/reference/configuration.md. `sluice config check` says what holds.
        data: .
        gateway:
          host: 127.0.0.1
          port: 7080
        control:
          host: 127.0.0.1
          port: 7081
        log:
          origin: \(origin)
        upstreams:
          sample:
            url: http://127.0.0.1:9100

        """
    }
}

/// A person of the first hour: a name for their key's file, roles, and a key made here.
private struct NewPerson {
    let name: Name
    let roles: [Role]
    let key: KeyText
    let record: PersonRecord

    init(_ argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let name = Name(String(parts[0])), !name.text.contains("/") else {
            throw ValidationError("'\(argument)' is not NAME=role,role such as alice=admin,release_manager")
        }
        self.name = name
        self.roles = try parts[1].split(separator: ",").map { text in
            guard let role = Role(rawValue: String(text)) else {
                let known = Role.allCases.map(\.rawValue)
                let hint = Spelling.nearest(to: String(text), among: known).map { "; did you mean \($0)?" } ?? ""
                throw ValidationError("there is no role '\(text)'\(hint) Roles: \(known.joined(separator: ", "))")
            }
            return role
        }
        var generator = SystemRandomNumberGenerator()
        self.key = KeyText(kind: .person, using: &generator)
        self.record = PersonRecord(name: name.text, email: "", using: &generator)
    }
}
