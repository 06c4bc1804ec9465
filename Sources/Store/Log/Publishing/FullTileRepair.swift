import Ledger

/// Brings full tiles in line with the journal when a log is opened, as far back as the journal goes.
///
/// They are synchronized when their segment ends, so until then a loss of power may leave them empty, short or missing.
struct FullTileRepair {
    let directory: LogDirectory

    /// Writes again what is not as the checkpoint has it, and answers how many files that were.
    ///
    /// The journal is followed only where it leads to the root that was signed; else the file stays for `fsck` to see.
    func run(_ recovered: RecoveredLog, _ store: inout TileStore) throws(LogFault) -> Int {
        let first = LogDirectory.segmentStart(recovered.tree.size)
        let roots = recovered.tree.row(1)
        guard !roots.isEmpty, let file = try ReadableFile(self.directory.segment(first)) else { return 0 }
        var cursor = JournalCursor(file, end: try file.length)
        var mended = 0
        for (place, root) in roots.enumerated() {
            guard let found = try self.tiles(first / 256 + UInt64(place), &cursor) else { return mended }
            for tile in found where try ReadableFile.contents(self.directory.tile(tile.path)) != tile.bytes {
                guard Self.areSigned(found, root) else { break }
                try store.writeFull(tile)
                mended += 1
            }
        }
        return mended
    }

    /// The tile and the bundle of the next 256 records, as the journal has them.
    private func tiles(_ index: UInt64, _ cursor: inout JournalCursor) throws(LogFault) -> [Tile]? {
        var (hashes, bundle): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<TilePath.fullWidth {
            guard case .record(let record) = try cursor.next() else { return nil }
            try cursor.leafHash(of: record).append(to: &hashes)
            try cursor.withEntry(of: record) { EntryBundle.append($0, to: &bundle) }
        }
        return [
            Tile(path: TilePath(.hashes(level: 0), index: index), bytes: hashes),
            Tile(path: TilePath(.entries, index: index), bytes: bundle),
        ]
    }

    /// Whether the entries of the bundle have the hashes of the tile, and these the root.
    private static func areSigned(_ tiles: [Tile], _ root: Digest256) -> Bool {
        guard let ranges = try? EntryBundle.ranges(tiles[1].bytes, width: TilePath.fullWidth) else { return false }
        let hashes = ranges.map { MerkleTree.leafHash(Array(tiles[1].bytes[$0])) }
        return hashes == LogRecovering.hashes(tiles[0].bytes) && MerkleTree.root(of: hashes) == root
    }
}
