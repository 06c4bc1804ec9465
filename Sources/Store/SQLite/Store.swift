import GRDB

/// What is kept beside the logs: one SQLite file with people's records, usage, answered requests and an index.
///
/// Nothing in it decides anything. The vault is the one part that cannot be made again from the logs, because its whole
/// purpose is that it can be erased.
///
/// One connection serves reads and writes one after the other. Statements are short, and with no second reader a
/// checkpoint can always empty the write-ahead log, which is what erasing a person needs.
public final class Store: Sendable {
    private let database: DatabaseQueue
    private let uses = OpenUses()

    /// Opens the file at `path`, makes it if there is none, and brings it to the format of this release.
    ///
    /// Throws ``StoreFault/newerFormat(found:known:)`` for a file that a newer release wrote; nothing is changed then.
    public convenience init(path: String) throws(StoreFault) {
        do {
            try self.init(DatabaseQueue(path: path, configuration: Self.configuration(inFile: true)))
        } catch {
            throw StoreFault(error, operation: "open")
        }
    }

    /// A store that lives in memory and goes with its last reference; for tests and rehearsals.
    public static func inMemory() throws(StoreFault) -> Store {
        do {
            return try Store(DatabaseQueue(configuration: Self.configuration(inFile: false)))
        } catch {
            throw StoreFault(error, operation: "open")
        }
    }

    private init(_ database: DatabaseQueue) throws {
        self.database = database
        try Schema.bringUp(database)
    }

    /// People's records, which can be erased.
    public var vault: Vault { Vault(store: self) }
    /// What each grant used, by day.
    public var usage: UsageCounters { UsageCounters(store: self) }
    /// Requests that were answered, so that a repeat gets the same answer.
    public var idempotency: IdempotencyKeys { IdempotencyKeys(store: self) }
    /// Which entries of the control log name which object.
    public var entries: EntryIndex { EntryIndex(store: self) }

    /// In which parts of the access log a request can be.
    var spans: RequestSpans { RequestSpans(store: self) }
    /// Seeds that authors of plans drew themselves.
    public var seeds: SeedRecords { SeedRecords(store: self) }
    /// What was signalled of rollouts.
    public var signals: SignalRecords { SignalRecords(store: self) }

    /// What gateways were lent of rollouts' exposure.
    public var exposure: ExposureRecords { ExposureRecords(store: self) }

    /// Closes the file once nobody is reading or writing any more; calls that come later throw
    /// ``StoreFault/unavailable(operation:detail:)``. A second call does nothing.
    public func close() throws(StoreFault) {
        guard self.uses.close() else { return }
        do {
            try self.database.close()
        } catch {
            throw StoreFault(error, operation: "close")
        }
    }

    /// Reads on a consistent state.
    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFault) -> Value {
        try await self.use(operation) { try await $0.read(body) }
    }

    /// Changes in one transaction: all of it is durable when this returns, or nothing of it happened.
    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFault) -> Value {
        try await self.use(operation) { try await $0.write(body) }
    }

    /// Moves everything into the database file and cuts the write-ahead log to nothing.
    func emptyWriteAheadLog() async throws(StoreFault) {
        try await self.use("empty the write-ahead log") { database in
            try await database.writeWithoutTransaction { database in
                guard try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal" else { return }
                _ = try database.checkpoint(.truncate)
            }
        }
    }

    private func use<Value: Sendable>(
        _ operation: String, _ body: (DatabaseQueue) async throws -> Value
    ) async throws(StoreFault) -> Value {
        guard self.uses.begin() else { throw .unavailable(operation: operation, detail: "the store is closed") }
        defer {
            // Nobody is left to hear of a fault; what was committed is durable.
            if self.uses.end() { try? self.database.close() }
        }
        do {
            return try await body(self.database)
        } catch {
            throw StoreFault(error, operation: operation)
        }
    }

    private static func configuration(inFile: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "sluice.store"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        if inFile {
            configuration.journalMode = .wal
        }
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA secure_delete = ON")
        }
        return configuration
    }
}
