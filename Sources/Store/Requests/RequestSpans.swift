import GRDB

/// The spans of the access log's full bundles, of each 256 bundles, of each 256 of those, and so on.
///
/// A moment's bundles are found from the top down: of each row only what holds the moment is followed. In a log whose
/// clock went forward these are one or two, so a search reads a few hundred rows of any log. Where a clock stepped back
/// more are read, and none is missed. Rows are of full bundles only and never change.
struct RequestSpans: Sendable {
    /// How many children a row has, and how many entries a bundle.
    static let width: UInt64 = 256

    let store: Store

    /// How many bundles are covered, from the first on.
    func bundles() async throws(StoreFault) -> UInt64 {
        try await self.store.read("read how far requests can be found") { try Self.bundles($0) }
    }

    /// Adds the spans of the bundles from `start` on. What others added meanwhile is not added again.
    func add(_ spans: [[RequestSpan.Kind: RequestSpan]], from start: UInt64) async throws(StoreFault) {
        try await self.store.write("note where requests can be found") { database in
            let covered = try Self.bundles(database)
            guard start <= covered, start + UInt64(spans.count) > covered else { return }
            for (number, kinds) in spans.enumerated() where start + UInt64(number) >= covered {
                try Self.add(kinds, at: start + UInt64(number), in: database)
            }
            try database.execute(
                sql: "UPDATE request_span_progress SET bundles = ? WHERE id = 1",
                arguments: [Int64(start) + Int64(spans.count)])
        }
    }

    /// What a search found.
    struct Found: Hashable, Sendable {
        /// The bundles that can hold the moment, in the order of the log.
        var bundles: [UInt64] = []
        /// How many rows of spans were read through, of at most ``RequestSpans/width`` spans each.
        var reads = 0
    }

    /// The bundles from `start` on that can tell `kind` of a request of this moment, and no more than `most`.
    func find(
        _ moment: Int64, _ kind: RequestSpan.Kind, from start: UInt64 = 0, most: Int = .max
    ) async throws(StoreFault) -> Found {
        try await self.store.read("find a request") { database in
            var search = Search(moment: moment, kind: kind, start: start, most: most, database: database)
            try search.run(bundles: try Self.bundles(database))
            return search.found
        }
    }

    private static func bundles(_ database: Database) throws -> UInt64 {
        UInt64(try Int64.fetchOne(database, sql: "SELECT bundles FROM request_span_progress WHERE id = 1") ?? 0)
    }

    /// Adds a bundle's spans, and those of each row that it is the last of.
    private static func add(
        _ kinds: [RequestSpan.Kind: RequestSpan], at bundle: UInt64, in database: Database
    ) throws {
        for (kind, span) in kinds {
            try database.execute(
                sql: "INSERT INTO request_span (kind, level, place, first, last) VALUES (?, 0, ?, ?, ?)",
                arguments: [kind.rawValue, Int64(bundle), span.first, span.last])
        }
        var (level, place) = (0, bundle)
        while place % Self.width == Self.width - 1 {
            let parent = place / Self.width
            for kind in RequestSpan.Kind.allCases {
                try database.execute(
                    sql: """
                        INSERT INTO request_span (kind, level, place, first, last)
                        SELECT kind, level + 1, ?, min(first), max(last) FROM request_span
                        WHERE kind = ? AND level = ? AND place BETWEEN ? AND ? GROUP BY kind
                        """,
                    arguments: [Int64(parent), kind.rawValue, level, Int64(parent * Self.width), Int64(place)])
            }
            (level, place) = (level + 1, parent)
        }
    }
}

/// One search from the top of the spans down.
private struct Search {
    let moment: Int64
    let kind: RequestSpan.Kind
    let start: UInt64
    let most: Int
    let database: Database
    var found = RequestSpans.Found()

    /// Each level begins where the one above it ends, and is in the log behind it.
    mutating func run(bundles: UInt64) throws {
        var level = 0
        while bundles >> UInt64(8 * (level + 1)) > 0 { level += 1 }
        var covered: UInt64 = 0
        for level in stride(from: level, through: 0, by: -1) {
            let end = bundles >> UInt64(8 * level)
            try self.descend(level, covered..<end)
            covered = end * RequestSpans.width
        }
    }

    private mutating func descend(_ level: Int, _ places: Range<UInt64>) throws {
        let from = max(places.lowerBound, self.start >> UInt64(8 * level))
        guard from < places.upperBound, self.found.bundles.count < self.most else { return }
        self.found.reads += 1
        let held = try Int64.fetchAll(
            self.database,
            sql: """
                SELECT place FROM request_span WHERE kind = ? AND level = ? AND place >= ? AND place < ?
                AND first <= ? AND last >= ? ORDER BY place
                """,
            arguments: [
                self.kind.rawValue, level, Int64(from), Int64(places.upperBound), self.moment, self.moment,
            ])
        for place in held.map({ UInt64($0) }) where self.found.bundles.count < self.most {
            if level == 0 {
                self.found.bundles.append(place)
            } else {
                try self.descend(level - 1, place * RequestSpans.width..<(place + 1) * RequestSpans.width)
            }
        }
    }
}
