import GRDB
import Ledger
public import ReleaseModel

/// People's records, each under its commitment, which is what the ledger holds of it.
///
/// A record is put in before the entry that names its commitment is made, and erased after the entry that erases the
/// person is durable. Erased bytes are gone from the files: SQLite overwrites them, and the write-ahead log is emptied.
public struct Vault: Sendable {
    let store: Store

    /// Keeps a record and answers with its commitment; putting the same record again changes nothing.
    @discardableResult
    public func put(_ record: PersonRecord, at now: Timestamp) async throws(StoreFault) -> ContentDigest {
        let commitment = record.commitment
        try await self.store.write("keep a person's record") { database in
            try database.execute(
                sql: """
                    INSERT INTO person_record (commitment, name, email, salt, added) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (commitment) DO NOTHING
                    """,
                arguments: [
                    commitment.description, record.name, record.email, Hexadecimal.encode(record.salt),
                    now.milliseconds,
                ])
        }
        return commitment
    }

    /// The record of a commitment; nil if there is none, or none any more.
    public func record(of commitment: ContentDigest) async throws(StoreFault) -> PersonRecord? {
        try await self.store.read("read a person's record") { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT name, email, salt FROM person_record WHERE commitment = ?",
                arguments: [commitment.description])
            return try row.map { row in
                let salt = Hexadecimal.decode(row["salt"] as String) ?? []
                let record = PersonRecord(name: row["name"], email: row["email"], salt: salt)
                guard record.commitment == commitment else {
                    throw StoreFault.damaged(table: "person_record", detail: "it has another commitment than its key")
                }
                return record
            }
        }
    }

    /// Erases the records of these commitments, if they are there, and their bytes from the files.
    ///
    /// Answers how many were there.
    @discardableResult
    public func erase(_ commitments: Set<ContentDigest>) async throws(StoreFault) -> Int {
        guard !commitments.isEmpty else { return 0 }
        let erased = try await self.store.write("erase a person's record") { database in
            var erased = 0
            for commitment in commitments {
                try database.execute(
                    sql: "DELETE FROM person_record WHERE commitment = ?", arguments: [commitment.description])
                erased += database.changesCount
            }
            return erased
        }
        if erased > 0 { try await self.store.emptyWriteAheadLog() }
        return erased
    }

    /// Every commitment that has a record.
    public func commitments() async throws(StoreFault) -> Set<ContentDigest> {
        try await self.store.read("list people's records") { database in
            let texts = try String.fetchAll(database, sql: "SELECT commitment FROM person_record")
            return Set(texts.compactMap { ContentDigest($0) })
        }
    }
}
