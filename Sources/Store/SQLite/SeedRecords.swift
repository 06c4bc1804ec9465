import GRDB
public import ReleaseModel

/// The secrets of buckets that authors of plans drew themselves, until they are revealed.
public struct SeedRecords: Sendable {
    let store: Store

    /// All that were handed in, as hexadecimal text.
    public func all() async throws(StoreFault) -> [RolloutID: String] {
        try await self.store.read("read seeds") { database in
            var seeds: [RolloutID: String] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT rollout, seed FROM rollout_seed") {
                guard let rollout = RolloutID(row["rollout"] as String) else {
                    throw StoreFault.damaged(table: "rollout_seed", detail: "rollout is no identifier of a rollout")
                }
                seeds[rollout] = row["seed"]
            }
            return seeds
        }
    }

    /// Keeps the seed of a rollout; durable when this returns.
    public func put(_ seed: String, of rollout: RolloutID) async throws(StoreFault) {
        try await self.store.write("keep a seed") { database in
            try database.execute(
                sql: "INSERT INTO rollout_seed (rollout, seed) VALUES (?, ?)",
                arguments: [rollout.description, seed])
        }
    }
}
