public import ReleaseModel
public import StrictJSON

/// An entry of the access log about a request, with its place.
public struct LoggedEntry: Hashable, Sendable {
    /// The index in the log.
    public var index: UInt64
    /// The entry.
    public var document: JSONValue

    /// An entry with its place.
    public init(index: UInt64, document: JSONValue) {
        self.index = index
        self.document = document
    }
}

/// What the access log knows of a request. An answer, not an error.
public enum RequestFinding: Hashable, Sendable {
    /// It was let in, and this is its entry.
    case found(LoggedEntry)
    /// It is so young that its entry may be on its way to the disk; ask again in some seconds.
    case pending
    /// The part of the log that would have its entry was dropped.
    case erased
    /// There is no entry of it. If `mayBeUnlogged`, requests of about its time left no more than counts, and it may be
    /// one of them.
    case unknown(mayBeUnlogged: Bool)
}

/// Finds a request's entries in the access log by its identifier, whose first bits are the moment at which it came.
///
/// It reads what is durable, from the log's files, and never waits for the writer nor lets it wait. Which bundles can
/// hold a moment is kept in the store, made from the log and made again from it where it is missing. An answer depends
/// on the log alone and is exact, whatever clocks did.
public struct RequestFinder: Sendable {
    /// How many milliseconds an entry may take to the disk.
    static let settling: Int64 = 5_000
    /// How many bundles one transaction covers.
    private static let run: UInt64 = 256

    private let log: LogReader
    private let spans: RequestSpans

    /// A finder in one log.
    ///
    /// - Parameters:
    ///   - log: the access log.
    ///   - store: where is kept which parts of the log hold which moments.
    public init(log: LogReader, store: Store) {
        self.log = log
        self.spans = store.spans
    }

    /// How many bundles one call of ``catchUp(most:)`` covers, unless it is told otherwise.
    public static let leisure: UInt64 = 128

    /// Notes where the requests of further full bundles can be found, of so many as cost a busy gateway little. Nobody
    /// needs to call it; who searches then finds most of it done.
    public func catchUp(most bundles: UInt64 = leisure) async throws { _ = try await self.prepare(most: bundles) }

    /// The entry of a request's admission.
    public func admission(of request: RequestID, at now: Timestamp) async throws -> RequestFinding {
        let parts = try await self.prepare()
        let search = try await self.search(.admitted(request), from: 0, in: parts)
        if let found = search.found { return .found(found) }
        if search.isErased { return .erased }
        if abs(now.since(request.moment)) <= Self.settling { return .pending }
        return .unknown(mayBeUnlogged: try await self.holdsCounts(of: request.moment, in: parts))
    }

    /// How many entries are durable.
    public func size() throws -> UInt64 { try self.log.size() }

    /// Gives the entry of each admission that stands behind so many entries to `body`, also where it is no more than a
    /// count. False if a part of the log that is needed was dropped; then nothing is known.
    public func admissions(behind count: UInt64, _ body: (JSONValue) throws -> Void) throws -> Bool {
        let size = try self.log.size()
        guard count < size else { return true }
        var bundle = count
        while bundle < size {
            guard try self.log.keeps(bundle) else { return false }
            bundle = (bundle / RequestSpans.width + 1) * RequestSpans.width
        }
        try self.log.walk(count..<size) { _, entry in
            let mark = RequestMark(of: entry)
            switch mark {
            case .admitted, .counted:
                try body(try JSONValue(parsing: unsafe entry.withUnsafeBytes { unsafe Array($0) }))
            case .completed, nil: break
            }
        }
        return true
    }

    /// The entry of what became of a request; nil if there is none. It stands behind that of the admission.
    public func completion(of request: RequestID, after admission: LoggedEntry) async throws -> LoggedEntry? {
        try await self.search(.completed(request), from: admission.index, in: try await self.prepare()).found
    }

    // MARK: Searching

    /// The durable log: full bundles, whose spans are known, and what follows.
    private struct Parts {
        var bundles: UInt64
        var size: UInt64

        var rest: Range<UInt64> { self.bundles * RequestSpans.width..<self.size }
    }

    private struct Search {
        var found: LoggedEntry?
        var isErased = false
    }

    private func search(_ mark: RequestMark, from start: UInt64, in parts: Parts) async throws -> Search {
        let (kind, moment) = mark.place
        var search = Search()
        let bundles = try await self.spans.find(moment, kind, from: start / RequestSpans.width).bundles
        for bundle in bundles where bundle < parts.bundles {
            let first = bundle * RequestSpans.width
            guard try self.log.keeps(first) else {
                search.isErased = true
                continue
            }
            search.found = try self.entry(mark, in: first..<first + RequestSpans.width)
            if search.found != nil { return search }
        }
        search.found = try self.entry(mark, in: parts.rest)
        return search
    }

    /// The first entry of a range with a mark.
    private func entry(_ mark: RequestMark, in range: Range<UInt64>) throws -> LoggedEntry? {
        var result: LoggedEntry?
        do {
            try self.log.walk(range) { index, entry in
                let found = RequestMark(of: entry)
                guard found == mark else { return }
                let bytes = unsafe entry.withUnsafeBytes { unsafe Array($0) }
                result = LoggedEntry(index: index, document: try JSONValue(parsing: bytes))
                throw EndOfSearch()
            }
        } catch is EndOfSearch {
            return result
        }
        return nil
    }

    /// Whether a request that left no more than a count may have come at a moment.
    private func holdsCounts(of moment: Timestamp, in parts: Parts) async throws -> Bool {
        let hour = Timestamp(milliseconds: moment.milliseconds - moment.milliseconds % 3_600_000)
        let held = try await self.spans.find(hour.milliseconds, .counted, most: 1)
        if !held.bundles.isEmpty { return true }
        return try self.entry(.counted(hour), in: parts.rest) != nil
    }

    // MARK: Keeping up

    /// Notes the spans of full bundles that are new. It is made from the log, so any caller can do it, twice too.
    private func prepare(most: UInt64 = .max) async throws -> Parts {
        let size = try self.log.size()
        let bundles = size / RequestSpans.width
        var next = try await self.spans.bundles()
        let last = next < bundles && bundles - next > most ? next + most : bundles
        while next < last {
            let end = min(last, next + Self.run)
            try await self.spans.add(try self.read(next..<end), from: next)
            next = end
        }
        return Parts(bundles: bundles, size: size)
    }

    private func read(_ bundles: Range<UInt64>) throws -> [[RequestSpan.Kind: RequestSpan]] {
        var spans = [[RequestSpan.Kind: RequestSpan]](repeating: [:], count: bundles.count)
        let entries = bundles.lowerBound * RequestSpans.width..<bundles.upperBound * RequestSpans.width
        try self.log.walk(entries) { index, entry in
            let mark = RequestMark(of: entry)
            if let mark { spans[Int(index / RequestSpans.width - bundles.lowerBound)].add(mark) }
        }
        return spans
    }
}

/// What was looked for is found, and the walk ends.
private struct EndOfSearch: Error {}
