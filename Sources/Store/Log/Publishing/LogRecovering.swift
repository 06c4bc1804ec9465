import Ledger

/// A log as it was found on disk: what its checkpoint covers, and what the journal holds beyond.
struct RecoveredLog {
    /// The tree and tiles of the checkpoint.
    var tree: TileBuilder
    /// Where the journal goes on after the checkpoint.
    var published: JournalPosition
    /// The end of the journal, after what was torn is left out.
    var end: JournalPosition
    /// The bytes of an unfinished append behind ``end``.
    var torn: Int
    /// Whether zeros lie at the journal's end, as a writer leaves them that was not closed.
    var hasRoom: Bool
    /// The full tiles of the checkpoint whose entries the journal still has.
    var fullTiles: [TilePath] {
        let size = self.tree.size
        let tiles = LogDirectory.segmentStart(size) / 256..<size / 256
        return tiles.map { TilePath(.hashes(level: 0), index: $0) } + tiles.map { TilePath(.entries, index: $0) }
    }

    /// The signed text on disk, nil for a new log.
    var checkpointText: String?

    static let new = RecoveredLog(
        tree: TileBuilder(), published: .start, end: .start, torn: 0, hasRoom: false, checkpointText: nil)
}

/// Reads a log's files and works out where it stands. Nothing is changed.
///
/// The work is bounded by one segment of the journal and the entries that no checkpoint covers yet.
struct LogRecovering {
    let directory: LogDirectory
    let origin: String
    let trusted: [NoteVerifier]

    /// Answers where the log stands, or throws ``LogFault/corrupt(path:detail:)`` where its files contradict
    /// each other, and ``LogFault/foreign(_:)`` where it is another log.
    func run() throws(LogFault) -> RecoveredLog {
        guard let text = try ReadableFile.contents(self.directory.checkpoint) else {
            try self.expectNothing()
            return .new
        }
        let checkpoint = try self.verified(text)
        let segments = try self.directory.segments().filter { $0 >= LogDirectory.segmentStart(checkpoint.size) }
        var scan = TailScan(self.directory, checkpoint: checkpoint)
        try scan.run(segments)
        let tree = try self.tree(of: checkpoint, scan)
        return RecoveredLog(
            tree: tree, published: scan.published, end: scan.end, torn: scan.torn,
            hasRoom: scan.hasRoom, checkpointText: String(decoding: text, as: UTF8.self))
    }

    /// Without a checkpoint there must be no entries either: one is signed before the first append is taken.
    private func expectNothing() throws(LogFault) {
        for segment in try self.directory.segments() {
            guard try ReadableFile.contents(self.directory.segment(segment))?.isEmpty ?? true else {
                throw .corrupt(path: self.directory.checkpoint, detail: "it is missing, and the journal has entries")
            }
        }
        guard try ReadableFile.names(self.directory.tiles).isEmpty else {
            throw .corrupt(path: self.directory.checkpoint, detail: "it is missing, and there are tiles")
        }
    }

    private func verified(_ bytes: [UInt8]) throws(LogFault) -> Checkpoint {
        do {
            let note = try SignedNote(bytes)
            let checkpoint = try Checkpoint(note.text)
            guard checkpoint.origin == self.origin else {
                throw LogFault.foreign("its origin is \(checkpoint.origin), not \(self.origin)")
            }
            try note.verify(by: self.trusted)
            return checkpoint
        } catch let fault as LogFault {
            throw fault
        } catch NoteFault.noTrustedSignature {
            throw .foreign("its checkpoint is signed by none of the given keys of \(self.origin)")
        } catch {
            throw .corrupt(path: self.directory.checkpoint, detail: "\(error)")
        }
    }

    /// The tree of the checkpoint, from the journal's hashes and the tiles above them.
    private func tree(of checkpoint: Checkpoint, _ scan: TailScan) throws(LogFault) -> TileBuilder {
        let first = LogDirectory.segmentStart(checkpoint.size)
        let full = Int((checkpoint.size - first) / 256 * 256)
        for trustsPartialTiles in [true, false] {
            var rows = [Array(scan.hashes[full...])]
            // What a full tile has is known from the journal, too.
            rows.append(stride(from: 0, to: full, by: 256).map { MerkleTree.root(of: scan.hashes[$0..<$0 + 256]) })
            for level in 2...TilePath.maximumLevel {
                rows.append(try self.row(level, size: checkpoint.size, trustsPartialTiles))
            }
            if let tree = TileBuilder(size: checkpoint.size, rows: rows, bundle: scan.bundle),
                tree.root == checkpoint.root
            {
                return tree
            }
        }
        throw .corrupt(
            path: self.directory.checkpoint,
            detail: "the tiles and the journal of the first \(checkpoint.size) entries have another root")
    }

    /// The hashes of the partial tile of a level: as it is stored, or worked out from the full tiles below it.
    private func row(_ level: Int, size: UInt64, _ trustsPartialTiles: Bool) throws(LogFault) -> [Digest256] {
        let count = size >> UInt64(8 * level)
        let width = Int(count & 255)
        guard width > 0 else { return [] }
        let partial = TilePath(.hashes(level: level), index: count / 256, width: width)
        if trustsPartialTiles, let bytes = try ReadableFile.contents(self.directory.tile(partial)),
            bytes.count == partial.hashBytes
        {
            return Self.hashes(bytes)
        }
        var hashes: [Digest256] = []
        for index in (count - UInt64(width))..<count {
            let below = TilePath(.hashes(level: level - 1), index: index)
            guard let bytes = try ReadableFile.contents(self.directory.tile(below)), bytes.count == below.hashBytes
            else { throw .corrupt(path: self.directory.tile(below), detail: "the tile is missing or short") }
            hashes.append(MerkleTree.root(of: Self.hashes(bytes)))
        }
        return hashes
    }

    /// The digests that stand one after the other in a tile.
    static func hashes(_ bytes: [UInt8]) -> [Digest256] {
        stride(from: 0, to: bytes.count - Digest256.byteCount + 1, by: Digest256.byteCount).map {
            unsafe Digest256(bytes.span.bytes, at: $0)
        }
    }
}
