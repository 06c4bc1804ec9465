import GRDB
public import ReleaseModel

/// What was signalled of rollouts, in the order in which it came, so that counting goes on where it stood.
///
/// The records are another room's JSON; they are kept, and not looked into. Those of a rollout that is over can go:
/// what was decided from them stands in the control log.
public struct SignalRecords: Sendable {
    let store: Store

    /// A record with its place among those of its rollout.
    public struct Record: Hashable, Sendable {
        /// The place, counted from zero.
        public var number: Int
        /// What kind of record it is, in a word.
        public var kind: String
        /// The record.
        public var body: String
    }

    /// All records of a rollout, in their order.
    public func read(_ rollout: RolloutID) async throws(StoreFault) -> [Record] {
        try await self.store.read("read signals") { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT number, kind, body FROM signal_record WHERE rollout = ? ORDER BY number",
                arguments: [rollout.description])
            return rows.map { Record(number: $0["number"], kind: $0["kind"], body: $0["body"]) }
        }
    }

    /// Adds records behind those that there are; durable when this returns, all or none.
    ///
    /// - Parameter replacing: from which place on records go whose content the new ones have.
    public func append(
        _ records: [(kind: String, body: String)], to rollout: RolloutID, replacing start: Int? = nil
    ) async throws(StoreFault) {
        try await self.store.write("record signals") { database in
            let name = rollout.description
            if let start {
                try database.execute(
                    sql: "DELETE FROM signal_record WHERE rollout = ? AND number >= ?", arguments: [name, start])
            }
            let next =
                try Int.fetchOne(
                    database, sql: "SELECT max(number) + 1 FROM signal_record WHERE rollout = ?", arguments: [name])
                ?? 0
            for (place, record) in records.enumerated() {
                try database.execute(
                    sql: "INSERT INTO signal_record (rollout, number, kind, body) VALUES (?, ?, ?, ?)",
                    arguments: [name, next + place, record.kind, record.body])
            }
        }
    }

    /// Forgets a rollout that is over.
    public func forget(_ rollout: RolloutID) async throws(StoreFault) {
        try await self.store.write("forget signals") { database in
            try database.execute(
                sql: "DELETE FROM signal_record WHERE rollout = ?", arguments: [rollout.description])
        }
    }
}
