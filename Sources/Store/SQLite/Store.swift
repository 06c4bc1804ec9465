import GRDB

/// What is kept beside the logs: one SQLite file with people's records, usage, answered requests and an index.
///
/// Nothing in it decides anything. The vault is the one part that cannot be made again from the logs, because its whole
/// purpose is that it can be erased.
///
/// One connection serves reads and writes one after the other. Statements are short, and with no second reader a
/// checkpoint can always empty the write-ahead log, which is what erasing a person needs.
public final class Store: Sendable {
    let database: DatabaseQueue

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

    /// Closes the file. Further calls throw ``StoreFault/unavailable(operation:detail:)``.
    public func close() throws(StoreFault) {
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
        do {
            return try await self.database.read(body)
        } catch {
            throw StoreFault(error, operation: operation)
        }
    }

    /// Changes in one transaction: all of it is durable when this returns, or nothing of it happened.
    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFault) -> Value {
        do {
            return try await self.database.write(body)
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
