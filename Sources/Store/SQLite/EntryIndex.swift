import GRDB
import ReleaseModel

/// Which entries of the control log name which object: a projection of the log that may be thrown away at any time.
public struct EntryIndex: Sendable {
    /// How many entries ``rebuild(size:reading:)`` takes into one transaction.
    static let batch: UInt64 = 4_096

    let store: Store

    /// How many entries are indexed; they are the first of the log, without a gap.
    public func size() async throws(StoreFault) -> UInt64 {
        try await self.store.read("read the size of the index") { try Self.size($0) }
    }

    /// Indexes entries that follow those which are there; entries that are there already are passed over.
    ///
    /// Throws ``StoreFault/outOfStep(expected:found:)`` for a gap; ``rebuild(size:reading:)`` fills it.
    public func append(_ entries: [IndexedEntry]) async throws(StoreFault) {
        guard !entries.isEmpty else { return }
        try await self.store.write("index entries") { database in
            var size = try Self.size(database)
            for entry in entries where entry.number >= size {
                guard entry.number == size else { throw StoreFault.outOfStep(expected: size, found: entry.number) }
                try Self.insert(entry, in: database)
                size += 1
            }
        }
    }

    /// Brings the index to a log of `size` entries, whose bytes `read` gives: what is missing is added, and an index
    /// that is ahead of its log, as after a restored copy, is made anew.
    public func rebuild(
        size: UInt64, reading read: (Range<UInt64>) throws -> [[UInt8]]
    ) async throws {
        var next = try await self.size()
        if next > size {
            try await self.clear()
            next = 0
        }
        while next < size {
            let range = next..<min(next + Self.batch, size)
            let entries = try read(range)
            try await self.append(
                zip(range, entries).map { number, bytes in
                    // What is no entry keeps its place, so that the index has no gap; the fold is what refuses it.
                    IndexedEntry(number: number, bytes: bytes)
                        ?? IndexedEntry(number: number, at: Timestamp(milliseconds: 0), by: "", kind: "", objects: [])
                })
            next = range.upperBound
        }
    }

    /// Forgets everything.
    public func clear() async throws(StoreFault) {
        try await self.store.write("clear the index") { database in
            try database.execute(sql: "DELETE FROM entry_object")
            try database.execute(sql: "DELETE FROM entry")
        }
    }

    /// The entries from `first` on that name `object`, in their order, at most `limit`.
    public func entries(
        naming object: String, from first: UInt64 = 0, limit: Int
    ) async throws(StoreFault) -> [IndexedEntry] {
        try await self.store.read("find entries") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT entry.* FROM entry_object JOIN entry USING (number)
                    WHERE object = ? AND number >= ? ORDER BY number LIMIT ?
                    """, arguments: [object, Int64(clamping: first), limit])
            return try rows.map { row in
                let number: Int64 = row["number"]
                let objects = try String.fetchSet(
                    database, sql: "SELECT object FROM entry_object WHERE number = ?", arguments: [number])
                return IndexedEntry(
                    number: UInt64(number), at: Timestamp(milliseconds: row["at"]), by: row["actor"],
                    kind: row["kind"], objects: objects)
            }
        }
    }

    private static func size(_ database: Database) throws -> UInt64 {
        UInt64(try Int64.fetchOne(database, sql: "SELECT coalesce(max(number) + 1, 0) FROM entry") ?? 0)
    }

    private static func insert(_ entry: IndexedEntry, in database: Database) throws {
        let number = Int64(clamping: entry.number)
        try database.execute(
            sql: "INSERT INTO entry (number, at, actor, kind) VALUES (?, ?, ?, ?)",
            arguments: [number, entry.at.milliseconds, entry.by, entry.kind])
        for object in entry.objects {
            try database.execute(
                sql: "INSERT INTO entry_object (object, number) VALUES (?, ?)", arguments: [object, number])
        }
    }
}
