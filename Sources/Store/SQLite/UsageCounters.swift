import GRDB
public import ReleaseModel

/// A day in UTC, counted from 1970-01-01.
public struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    public var number: Int

    /// The day of a number.
    public init(number: Int) {
        self.number = number
    }

    /// The day in which a moment lies.
    public init(of moment: Timestamp) {
        let (quotient, remainder) = moment.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        self.number = Int(quotient) - (remainder < 0 ? 1 : 0)
    }

    /// Orders by time.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }
}

/// What a grant used on a day, or what is to be added to that.
public struct Usage: Hashable, Sendable {
    /// The grant under which requests were admitted.
    public var grant: GrantID
    /// The day of admission.
    public var day: Day
    /// Admitted requests.
    public var requests: Int
    /// Tokens of prompts.
    public var inputTokens: Int
    /// Tokens of answers.
    public var outputTokens: Int
    /// How many requests ended how, by the outcome's stable name.
    public var outcomes: [String: Int]

    /// Counts of one grant on one day.
    public init(
        grant: GrantID, day: Day, requests: Int = 0, inputTokens: Int = 0, outputTokens: Int = 0,
        outcomes: [String: Int] = [:]
    ) {
        self.grant = grant
        self.day = day
        self.requests = requests
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.outcomes = outcomes
    }
}

/// What each grant used, by day: sums over the access log, made again from it wherever they end.
public struct UsageCounters: Sendable {
    let store: Store

    /// How many entries of the access log are counted; counting goes on at the entry of this index.
    public func counted() async throws(StoreFault) -> UInt64 {
        try await self.store.read("read how far usage is counted") { try Self.counted($0) }
    }

    /// Adds what the entries of `range` of the access log say, in one transaction with the note that they are counted.
    ///
    /// So a crash counts nothing twice and leaves nothing out: what is handed over a second time is answered with
    /// false and changes nothing, and ``StoreFault/outOfStep(expected:found:)`` says where a replay has to begin.
    @discardableResult
    public func add(_ batch: [Usage], covering range: Range<UInt64>) async throws(StoreFault) -> Bool {
        try await self.store.write("count usage") { database in
            let counted = try Self.counted(database)
            guard range.upperBound > counted else { return false }
            guard range.lowerBound == counted else {
                throw StoreFault.outOfStep(expected: counted, found: range.lowerBound)
            }
            for usage in batch { try Self.add(usage, in: database) }
            try database.execute(
                sql: "UPDATE usage_progress SET counted = ? WHERE id = 1", arguments: [Int64(range.upperBound)])
            return true
        }
    }

    /// What was used on the days of `days`, by one grant or by all, ordered by grant and day.
    public func read(grant: GrantID? = nil, days: ClosedRange<Day>) async throws(StoreFault) -> [Usage] {
        try await self.store.read("read usage") { database in
            let filter = grant == nil ? "" : "AND grant_id = ?"
            var arguments: StatementArguments = [days.lowerBound.number, days.upperBound.number]
            if let grant { arguments += [grant.description] }
            var found: [Usage] = []
            let sums = try Row.fetchCursor(
                database,
                sql: "SELECT * FROM usage_day WHERE day BETWEEN ? AND ? \(filter) ORDER BY grant_id, day",
                arguments: arguments)
            while let row = try sums.next() {
                guard let grant = GrantID(row["grant_id"] as String) else {
                    throw StoreFault.damaged(table: "usage_day", detail: "grant_id is no identifier of a grant")
                }
                found.append(
                    Usage(
                        grant: grant, day: Day(number: row["day"]), requests: row["requests"],
                        inputTokens: row["input_tokens"], outputTokens: row["output_tokens"]))
            }
            for index in found.indices {
                found[index].outcomes = try Self.outcomes(found[index], in: database)
            }
            return found
        }
    }

    private static func counted(_ database: Database) throws -> UInt64 {
        UInt64(try Int64.fetchOne(database, sql: "SELECT counted FROM usage_progress WHERE id = 1") ?? 0)
    }

    private static func add(_ usage: Usage, in database: Database) throws {
        let key: StatementArguments = [usage.grant.description, usage.day.number]
        try database.execute(
            sql: """
                INSERT INTO usage_day (grant_id, day, requests, input_tokens, output_tokens) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (grant_id, day) DO UPDATE SET requests = requests + excluded.requests,
                    input_tokens = input_tokens + excluded.input_tokens,
                    output_tokens = output_tokens + excluded.output_tokens
                """,
            arguments: key + [usage.requests, usage.inputTokens, usage.outputTokens])
        for (outcome, requests) in usage.outcomes {
            try database.execute(
                sql: """
                    INSERT INTO usage_outcome (grant_id, day, outcome, requests) VALUES (?, ?, ?, ?)
                    ON CONFLICT (grant_id, day, outcome) DO UPDATE SET requests = requests + excluded.requests
                    """,
                arguments: key + [outcome, requests])
        }
    }

    private static func outcomes(_ usage: Usage, in database: Database) throws -> [String: Int] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT outcome, requests FROM usage_outcome WHERE grant_id = ? AND day = ?",
            arguments: [usage.grant.description, usage.day.number])
        return Dictionary(rows.map { ($0["outcome"], $0["requests"]) }, uniquingKeysWith: +)
    }
}
