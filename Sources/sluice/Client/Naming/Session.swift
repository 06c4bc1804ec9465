import FoundationEssentials
import ReleaseModel
import StrictJSON
import Telemetry

/// One run of a command against a server: asks, finds things by their names, and prints.
struct Session: Sendable {
    /// The most items of one page; the API gives no more.
    static let pageItems = 200

    let client: ControlClient
    let terminal: Terminal
    let output: OutputFormat

    /// The session that options and environment describe.
    init(_ options: ClientOptions) throws {
        let environment = ProcessInfo.processInfo.environment
        self.init(
            client: try options.client(environment: environment), terminal: .standard(environment: environment),
            output: options.output)
    }

    init(client: ControlClient, terminal: Terminal, output: OutputFormat) {
        self.client = client
        self.terminal = terminal
        self.output = output
    }

    // MARK: Asking

    /// All things of a kind that pass the filters, whatever the number of pages.
    func list(_ things: Things, _ filters: [(name: String, value: String?)] = []) async throws -> [JSONValue] {
        let given = filters.compactMap { filter in filter.value.map { (name: filter.name, value: $0) } }
        var items: [JSONValue] = []
        var after: String?
        repeat {
            let place = after.map { [(name: "after", value: $0)] } ?? []
            let page = try await self.client.send(
                .get(things.path, [(name: "limit", value: String(Self.pageItems))] + given + place))
            items += page["data"]?.arrayValue ?? []
            after = page["next"]?.stringValue
        } while after != nil
        return items
    }

    /// One thing by its identifier.
    func item(_ things: Things, _ id: String) async throws -> JSONValue {
        try await self.client.send(.get("\(things.path)/\(PercentEncoding.encode(id))"))
    }

    /// What becomes of a command, or with `dryRun` would.
    func send(_ command: Command, dryRun: Bool = false) async throws -> JSONValue {
        var generator = SystemRandomNumberGenerator()
        return try await self.client.send(
            .post(
                "/v1/commands", dryRun ? [(name: "dry_run", value: "true")] : [], try JSONValue(encoding: command),
                idempotencyKey: Self.idempotencyKey(using: &generator)))
    }

    /// A key that no other request has: the time and 80 random bits.
    static func idempotencyKey(using generator: inout some RandomNumberGenerator) -> String {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        return RequestID(at: now, using: &generator).description
    }

    // MARK: Naming

    /// The thing that a text names, by identifier or by name.
    ///
    /// - Throws: ``CommandFault`` with ``ExitStatus/notFound`` and the nearest names that there are.
    func find(_ things: Things, _ text: String) async throws -> JSONValue {
        if IdentifierText.isOne(of: things, text) { return try await self.item(things, text) }
        guard Name(text) != nil else {
            throw CommandFault(.usage, "'\(text)' is no name of a \(things.noun): \(Name.rule)")
        }
        if let found = try await self.list(things, [("name", text)]).first { return found }
        let known = try await self.list(things).compactMap { $0["name"]?.stringValue }
        throw Self.unknown(things, text, known: known)
    }

    /// The identifier of the thing that a text names.
    func identifier<Kind>(_ things: Things, _ text: String, as type: Identifier<Kind>.Type) async throws
        -> Identifier<Kind>
    {
        if let id = Identifier<Kind>(text) { return id }
        return try Self.identifier(of: try await self.find(things, text))
    }

    static func identifier<Kind>(of item: JSONValue, _ member: String = "id") throws -> Identifier<Kind> {
        guard let id = item[member]?.stringValue.flatMap({ Identifier<Kind>($0) }) else {
            throw CommandFault(.failure, "the server's answer has no \(member); it may be another release of Sluice")
        }
        return id
    }

    /// Says that nothing has this name, and which names are near or there at all.
    static func unknown(_ things: Things, _ text: String, known: [String]) -> CommandFault {
        let near = known.map { (name: $0, distance: Spelling.distance(text, $0)) }
            .filter { $0.distance <= max(2, text.count / 3) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
        let hint: String
        if !near.isEmpty {
            hint = "did you mean \(near.joined(separator: ", "))?"
        } else if known.isEmpty {
            hint = "there is none yet"
        } else {
            hint = "'sluice \(things.noun) list' shows all \(known.count)"
        }
        return CommandFault(.notFound, "there is no \(things.noun) named \(text); \(hint)")
    }

    /// Names by identifier, for tables.
    func names(_ things: [Things]) async throws -> Names {
        var names = Names()
        for kind in things {
            for item in try await self.list(kind) { names.add(item) }
        }
        return names
    }

    // MARK: Printing

    /// Prints what a list came to: the API's JSON in one page, or a table.
    func show(_ items: [JSONValue], of things: Things, _ header: [String], _ row: (JSONValue) -> [String]) {
        switch self.output {
        case .json: self.terminal.line(JSONValue.object(["data": .array(items)]).canonicalText)
        case .table: self.terminal.table(Table(header, items.map(row)), orSay: "There is no \(things.noun) to list.")
        }
    }

    /// Prints one thing: the API's JSON, or its fields.
    func show(_ item: JSONValue, _ fields: () async throws -> [(name: String, value: String)]) async throws {
        switch self.output {
        case .json: self.terminal.line(item.canonicalText)
        case .table: self.terminal.write(Table.fields(try await fields()))
        }
    }
}

/// Identifiers as text, told from names by their form.
enum IdentifierText {
    static func isOne(of things: Things, _ text: String) -> Bool {
        switch things {
        case .models: ModelID(text) != nil
        case .versions: VersionID(text) != nil
        case .components: ComponentID(text) != nil
        case .organisations: OrganisationID(text) != nil
        case .applications: ApplicationID(text) != nil
        case .people: PersonID(text) != nil
        case .grants: GrantID(text) != nil
        case .keys: KeyID(text.utf8) != nil
        case .terms: TermsID(text) != nil
        case .evidence: EvidenceID(text) != nil
        case .proposals: ProposalID(text) != nil
        }
    }
}
