import GRDB

/// The formats that the file has had, each as the step from the one before.
///
/// Steps are only ever added. `PRAGMA user_version` holds the format, `PRAGMA application_id` says whose file it is.
enum Schema {
    /// The format that this release writes.
    static let format = 4
    /// `SLCE`, so that `file` and this code tell the database from others.
    static let applicationID: Int32 = 0x534C_4345

    static func bringUp(_ database: DatabaseQueue) throws {
        try database.read(Self.check)
        try Self.migrator.migrate(database)
    }

    /// Refuses a file that is not ours or is newer than this code, before anything is written to it.
    private static func check(_ database: Database) throws {
        let identifier = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard identifier == Self.applicationID || (identifier == 0 && tables == 0) else {
            throw StoreFault.foreign(detail: "its application id is \(identifier), not \(Self.applicationID)")
        }
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= Self.format else { throw StoreFault.newerFormat(found: found, known: Self.format) }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: Self.first)
            try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try database.execute(sql: "PRAGMA user_version = 1")
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: Self.second)
            try database.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: Self.third)
            try database.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4") { database in
            try database.execute(sql: Self.fourth)
            try database.execute(sql: "PRAGMA user_version = 4")
        }
        return migrator
    }

    private static let fourth = """
        CREATE TABLE exposure_record (
            rollout TEXT NOT NULL,
            meter TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (rollout, meter)
        ) STRICT, WITHOUT ROWID;
        """

    private static let third = """
        CREATE TABLE request_span (
            kind INTEGER NOT NULL,
            level INTEGER NOT NULL,
            place INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (kind, level, place)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE request_span_progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            bundles INTEGER NOT NULL
        ) STRICT;
        INSERT INTO request_span_progress (id, bundles) VALUES (1, 0);
        """

    private static let second = """
        CREATE TABLE signal_record (
            rollout TEXT NOT NULL,
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (rollout, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rollout_seed (
            rollout TEXT PRIMARY KEY,
            seed TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let first = """
        CREATE TABLE person_record (
            commitment TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            salt TEXT NOT NULL,
            added INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE usage_day (
            grant_id TEXT NOT NULL,
            day INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            PRIMARY KEY (grant_id, day)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE usage_outcome (
            grant_id TEXT NOT NULL,
            day INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            requests INTEGER NOT NULL,
            PRIMARY KEY (grant_id, day, outcome),
            FOREIGN KEY (grant_id, day) REFERENCES usage_day (grant_id, day) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE usage_progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            counted INTEGER NOT NULL
        ) STRICT;
        INSERT INTO usage_progress (id, counted) VALUES (1, 0);

        CREATE TABLE idempotency (
            principal TEXT NOT NULL,
            route TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            begun INTEGER NOT NULL,
            status INTEGER,
            answer TEXT,
            PRIMARY KEY (principal, route, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_begun ON idempotency (begun);

        CREATE TABLE entry (
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            kind TEXT NOT NULL
        ) STRICT;

        CREATE TABLE entry_object (
            object TEXT NOT NULL,
            number INTEGER NOT NULL REFERENCES entry (number) ON DELETE CASCADE,
            PRIMARY KEY (object, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX entry_object_number ON entry_object (number);
        """
}
