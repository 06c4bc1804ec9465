import Ledger

/// Brings the partial tiles on disk in line with the journal when a log is opened.
///
/// They are written without waiting for the disk, so a loss of power may leave them empty, and a failed attempt may
/// leave one that no checkpoint covers. All of them follow from the journal, which was verified before.
struct PartialTileRepair {
    let directory: LogDirectory
    let files: FileOperations

    /// Rewrites or removes what does not fit, and answers how many files that were.
    func run(_ tree: TileBuilder, _ store: inout TileStore) throws(LogFault) -> Int {
        var mended = 0
        let partials = tree.partialTiles
        for tile in partials {
            mended += try self.mend(tile, &store)
        }
        // The level that has no partial tile now may have one left of an attempt that failed.
        for level in 0...TilePath.maximumLevel {
            mended += try self.removeStrays(.hashes(level: level), tree.size >> UInt64(8 * level), partials)
        }
        mended += try self.removeStrays(.entries, tree.size, partials)
        try store.synchronize()
        return mended
    }

    /// Mends all widths of one tile up to the one that the checkpoint has.
    private func mend(_ tile: Tile, _ store: inout TileStore) throws(LogFault) -> Int {
        var mended = 0
        let directory = self.directory.path + "/" + tile.path.partialDirectory
        var widths = Set(try ReadableFile.names(directory).map { Int($0) ?? 0 })
        widths.insert(tile.path.width)
        for width in widths.sorted() {
            guard width > 0, width <= tile.path.width else {
                try self.remove(directory + "/\(width)")
                mended += 1
                continue
            }
            let path = TilePath(tile.path.kind, index: tile.path.index, width: width)
            let expected = try self.beginning(of: tile, width: width)
            if try ReadableFile.contents(self.directory.tile(path)) != expected {
                try store.writePartial(Tile(path: path, bytes: expected))
                mended += 1
            }
        }
        return mended
    }

    private func beginning(of tile: Tile, width: Int) throws(LogFault) -> [UInt8] {
        switch tile.path.kind {
        case .hashes:
            return Array(tile.bytes[..<(width * Digest256.byteCount)])
        case .entries:
            guard let ranges = try? EntryBundle.ranges(tile.bytes, width: tile.path.width) else {
                throw .corrupt(
                    path: self.directory.tile(tile.path), detail: "the bundle cannot be made from the journal")
            }
            return Array(tile.bytes[..<ranges[width - 1].upperBound])
        }
    }

    /// Removes a full tile that lies beyond the checkpoint, and the partial versions of tiles that are full by now.
    private func removeStrays(_ kind: TilePath.Kind, _ count: UInt64, _ partials: [Tile]) throws(LogFault) -> Int {
        var removed = 0
        let next = TilePath(kind, index: count / 256)
        if try ReadableFile.contents(self.directory.tile(next)) != nil {
            try self.remove(self.directory.tile(next))
            removed += 1
        }
        var done = count / 256 > 0 ? [TilePath(kind, index: count / 256 - 1)] : []
        if !partials.contains(where: { $0.path.kind == kind }) {
            done.append(next)
        }
        for tile in done {
            let directory = self.directory.path + "/" + tile.partialDirectory
            for name in try ReadableFile.names(directory) {
                try self.remove(directory + "/" + name)
                removed += 1
            }
            try self.remove(directory)
        }
        return removed
    }

    private func remove(_ path: String) throws(LogFault) {
        do {
            try self.files.remove(path)
        } catch {
            throw LogFault(error)
        }
    }
}
