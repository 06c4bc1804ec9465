import GRDB
public import ReleaseModel

/// What gateways were lent of rollouts' exposure, and what they said that they used of it.
///
/// One record for each budget, which is replaced whole: it is what the granter would know if it had heard everything
/// anew. The records are another room's JSON; they are kept, and not looked into.
public struct ExposureRecords: Sendable {
    let store: Store

    /// The records of a rollout, by what they are the budget of.
    public func read(_ rollout: RolloutID) async throws(StoreFault) -> [String: String] {
        try await self.store.read("read exposure") { database in
            var records: [String: String] = [:]
            let rows = try Row.fetchAll(
                database, sql: "SELECT meter, body FROM exposure_record WHERE rollout = ?",
                arguments: [rollout.description])
            for row in rows { records[row["meter"]] = row["body"] }
            return records
        }
    }

    /// Puts records in the place of those of the same budgets; durable when this returns, all or none.
    public func write(_ records: [String: String], of rollout: RolloutID) async throws(StoreFault) {
        try await self.store.write("record exposure") { database in
            for (meter, body) in records {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO exposure_record (rollout, meter, body) VALUES (?, ?, ?)",
                    arguments: [rollout.description, meter, body])
            }
        }
    }
}
