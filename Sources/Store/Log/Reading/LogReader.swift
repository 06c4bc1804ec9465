public import Ledger
import NIOConcurrencyHelpers

/// Reads a log from its directory, whether a writer is at work on it or not.
///
/// Safe to use from any thread; calls read files and so block for a moment. What the checkpoint covers is read from
/// tiles, what is newer from the journal. Nothing is believed for being there: ``LogCheck`` and ``LogProof`` verify.
public final class LogReader: Sendable {
    private struct State {
        var index: JournalIndex
        var cache: TileCache
    }

    private let directory: LogDirectory
    private let durable: (@Sendable () -> UInt64)?
    private let state: NIOLockedValueBox<State>

    /// A reader of a log; throws ``LogFault/missing(path:)`` where there is none.
    ///
    /// - Parameters:
    ///   - directory: where the log lies.
    ///   - durable: how many entries are durable, in the process that writes the log: its writer's ``LogWriter/size``.
    ///     Another process learns it from the files.
    public init(directory: String, durable: (@Sendable () -> UInt64)? = nil) throws(LogFault) {
        self.directory = LogDirectory(directory)
        self.durable = durable
        self.state = NIOLockedValueBox(
            State(index: JournalIndex(self.directory), cache: TileCache(self.directory)))
        _ = try self.checkpointNote()
    }

    /// The last checkpoint as it stands on disk, with its signatures, which are not verified here.
    public func checkpointNote() throws(LogFault) -> SignedNote {
        guard let bytes = try ReadableFile.contents(self.directory.checkpoint) else {
            throw .missing(path: self.directory.path)
        }
        do {
            return try SignedNote(bytes)
        } catch {
            throw .corrupt(path: self.directory.checkpoint, detail: error.description)
        }
    }

    /// What the last checkpoint says; its signature is not verified here.
    public func checkpoint() throws(LogFault) -> Checkpoint {
        try self.parsed(try self.checkpointNote())
    }

    /// The number of entries, those included that no checkpoint covers yet.
    public func size() throws(LogFault) -> UInt64 {
        if let durable = self.durable { return durable() }
        let published = try self.checkpoint().size
        return try self.withState { (state) throws(LogFault) in try state.index.size(from: published) }
    }

    /// The entry at `index`.
    public func entry(at index: UInt64) throws(LogFault) -> [UInt8] {
        var published = try self.checkpoint().size
        switch try self.run(at: index, &published) {
        case .bundle(let bundle):
            return Array(bundle.bytes[bundle.ranges[Int(index % 256)]])
        case .journal(let record, var cursor):
            return try cursor.withEntry(of: record) { entry in unsafe entry.withUnsafeBytes { unsafe Array($0) } }
        }
    }

    /// Gives a copy of each entry of `range` to `body`, one after the other; what it throws ends the walk.
    ///
    /// As ``walk(_:_:)``, for whoever keeps the entries.
    public func entries(_ range: Range<UInt64>, _ body: (_ index: UInt64, _ entry: [UInt8]) throws -> Void) throws {
        try self.walk(range) { index, entry in
            try body(index, unsafe entry.withUnsafeBytes { unsafe Array($0) })
        }
    }

    /// Gives the bytes of each entry of `range` to `body`, one entry after the other; what it throws ends the walk.
    ///
    /// Files are read in pieces as the walk reaches them: a bundle at a time, and a quarter of a mebibyte of the
    /// journal. Entries that may be on their way to the disk are compared with their hashes. So memory stays small
    /// however long the range is. The bytes are gone when `body` returns.
    public func walk(_ range: Range<UInt64>, _ body: (_ index: UInt64, _ entry: RawSpan) throws -> Void) throws {
        var published = try self.checkpoint().size
        let durable = max(published, self.durable?() ?? 0)
        var next = range.lowerBound
        while next < range.upperBound {
            let run = try self.run(at: next, &published)
            next = try run.walk(from: next, to: range.upperBound, durable: durable, body)
        }
    }

    /// Whether the entry at `index` can be read: bundles that nobody needs any more can be dropped, and the rest of the
    /// log still verifies.
    public func keeps(_ index: UInt64) throws(LogFault) -> Bool {
        let published = try self.checkpoint().size
        return try self.withState { (state) throws(LogFault) in
            try Self.find(index, published: published, &state) != nil
        }
    }

    /// The proof that the entry at `index` is in the log of the last checkpoint.
    public func inclusionProof(_ index: UInt64) throws(LogFault) -> LogProof {
        let note = try self.checkpointNote()
        let size = try self.parsed(note).size
        guard index < size else { throw .outOfRange(index: index, size: size) }
        let hashes = try self.withState { (state) throws(LogFault) in
            try MerkleTree.inclusionProof(index: index, size: size) { (level, index) throws(LogFault) in
                try self.hash(level: level, index: index, published: size, &state)
            }
        }
        return LogProof(index: index, hashes: hashes, checkpoint: note)
    }

    /// The proof that the log of `newSize` entries begins with the log of `oldSize`.
    public func consistencyProof(from oldSize: UInt64, to newSize: UInt64) throws(LogFault) -> [Digest256] {
        let size = try self.size()
        guard newSize <= size else { throw .outOfRange(index: newSize, size: size) }
        guard oldSize <= newSize else { throw .outOfRange(index: oldSize, size: newSize) }
        let published = try self.checkpoint().size
        return try self.withState { (state) throws(LogFault) in
            try MerkleTree.consistencyProof(from: oldSize, to: newSize) { (level, index) throws(LogFault) in
                try self.hash(level: level, index: index, published: published, &state)
            }
        }
    }

    /// The root of the complete subtree of 2^level entries whose first is entry `index` · 2^level.
    public func hash(level: Int, index: UInt64) throws(LogFault) -> Digest256 {
        precondition((0..<63).contains(level), "no log has subtrees of level \(level)")
        let size = try self.size()
        guard index < size >> UInt64(level) else {
            throw .outOfRange(index: index, size: size >> UInt64(level))
        }
        let published = try self.checkpoint().size
        return try self.withState { (state) throws(LogFault) in
            try self.hash(level: level, index: index, published: published, &state)
        }
    }

    /// What a client of the log gets for a path under its prefix: `checkpoint` or a tile; nil is "not found".
    ///
    /// The path of the file is made from the tile that the request names, never from its text.
    public func resource(_ path: String) throws(LogFault) -> [UInt8]? {
        if path == "checkpoint" {
            return try ReadableFile.contents(self.directory.checkpoint)
        }
        guard let tile = TilePath(path) else { return nil }
        let size = try self.checkpoint().size
        let count =
            switch tile.kind {
            case .hashes(let level): size >> UInt64(8 * level)
            case .entries: size
            }
        // What no checkpoint covers may still be taken back.
        guard tile.index * 256 + UInt64(tile.width) <= count else { return nil }
        return try ReadableFile.contents(self.directory.tile(tile))
    }

    private func withState<Value>(_ body: (inout State) throws(LogFault) -> Value) throws(LogFault) -> Value {
        let result: Result<Value, LogFault> = self.state.withLockedValue { state in
            do throws(LogFault) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func parsed(_ note: SignedNote) throws(LogFault) -> Checkpoint {
        do {
            return try Checkpoint(note.text)
        } catch {
            throw .corrupt(path: self.directory.checkpoint, detail: error.description)
        }
    }

    /// Finds the entry at `index`; `published` is the size of a checkpoint, and of a newer one afterwards if need be.
    private func run(at index: UInt64, _ published: inout UInt64) throws(LogFault) -> EntryRun {
        while true {
            let known = published
            let found = try self.withState { (state) throws(LogFault) in
                try Self.find(index, published: known, &state)
            }
            if let found { return found }
            // A writer may have made it part of a full bundle and removed its segment since the checkpoint was read.
            published = try self.checkpoint().size
            guard published > known else { break }
        }
        guard index < published else { throw .outOfRange(index: index, size: try self.size()) }
        throw .corrupt(
            path: self.directory.tile(Self.bundle(of: index, published: published)),
            detail: "the bundle of entry \(index) is missing")
    }

    /// The bundle of an entry that a checkpoint covers: that of a full tile, or what there is of it.
    private static func bundle(of index: UInt64, published: UInt64) -> TilePath {
        let tile = index / 256
        return TilePath(.entries, index: tile, width: Int(min(256, published - tile * 256)))
    }

    private static func find(
        _ index: UInt64, published: UInt64, _ state: inout State
    ) throws(LogFault) -> EntryRun? {
        if index / 256 < published / 256, let full = try state.cache.bundle(TilePath(.entries, index: index / 256)) {
            return .bundle(full)
        }
        if let (record, cursor) = try state.index.find(index) { return .journal(record, cursor) }
        guard index < published else { return nil }
        return try state.cache.bundle(Self.bundle(of: index, published: published)).map { .bundle($0) }
    }

    private func hash(
        level: Int, index: UInt64, published: UInt64, _ state: inout State
    ) throws(LogFault) -> Digest256 {
        let steps = UInt64(level % 8)
        var hashes: [Digest256] = []
        for place in (index << steps)..<((index + 1) << steps) {
            hashes.append(try self.tileHash(level: level / 8, place, published: published, &state))
        }
        return MerkleTree.root(of: hashes)
    }

    /// The hash at a place of a row of tiles: from its tile, from the journal, or from the tile below.
    private func tileHash(
        level: Int, _ place: UInt64, published: UInt64, _ state: inout State
    ) throws(LogFault) -> Digest256 {
        let count = published >> UInt64(8 * level)
        let tile = place / 256
        let width = count > tile * 256 ? Int(min(256, count - tile * 256)) : 0
        if Int(place % 256) < width,
            let hashes = try state.cache.hashes(TilePath(.hashes(level: level), index: tile, width: width))
        {
            return hashes[Int(place % 256)]
        }
        if level == 0 {
            guard let (record, found) = try state.index.find(place) else {
                throw .corrupt(path: self.directory.journal, detail: "the hash of entry \(place) is nowhere")
            }
            var cursor = found
            return try cursor.leafHash(of: record)
        }
        var hashes: [Digest256] = []
        for below in place * 256..<(place + 1) * 256 {
            hashes.append(try self.tileHash(level: level - 1, below, published: published, &state))
        }
        return MerkleTree.root(of: hashes)
    }
}
