import Ledger

/// The files that are in a log's directory, by what they claim to be.
struct TileInventory {
    private let directory: LogDirectory
    private var tiles: Set<TilePath> = []
    private var partials: [TilePath: Set<Int>] = [:]
    private var examined: Set<TilePath> = []
    /// The first indices of the journal's segments.
    private(set) var segments: [UInt64] = []
    /// Files with names that no log has.
    private(set) var strangers: [String] = []

    init(_ directory: LogDirectory) {
        self.directory = directory
    }

    mutating func read() throws(LogFault) {
        for name in try ReadableFile.names(self.directory.path) {
            switch name {
            case "checkpoint", "lock", "tmp": break
            case "journal": try self.readJournal()
            case "tile": try self.readTiles("tile")
            default: self.strangers.append(name)
            }
        }
    }

    private mutating func readJournal() throws(LogFault) {
        self.segments = try self.directory.segments().filter { $0 % LogDirectory.segmentEntries == 0 }
        let known = Set(self.segments.map(LogDirectory.segmentName))
        self.strangers += try ReadableFile.names(self.directory.journal).filter { !known.contains($0) }
            .map { "journal/" + $0 }
    }

    private mutating func readTiles(_ path: String) throws(LogFault) {
        for name in try ReadableFile.names(self.directory.path + "/" + path) {
            let inner = path + "/" + name
            if ReadableFile.isDirectory(self.directory.path + "/" + inner) {
                try self.readTiles(inner)
            } else if let tile = TilePath(inner) {
                self.tiles.insert(tile)
                if !tile.isFull {
                    self.partials[tile.full, default: []].insert(tile.width)
                }
            } else {
                self.strangers.append(inner)
            }
        }
    }

    func has(_ path: TilePath) -> Bool { self.tiles.contains(path) }

    /// The widths of the partial versions of a tile, smallest first.
    func widths(_ kind: TilePath.Kind, _ index: UInt64) -> [Int] {
        self.partials[TilePath(kind, index: index)]?.sorted() ?? []
    }

    mutating func markExamined(_ path: TilePath) {
        self.examined.insert(path)
    }

    /// More entries than any log with these files has, so that a forged size does not keep us busy.
    var entriesAtMost: UInt64 {
        let bundles = self.tiles.filter { $0.kind == .entries }.map { ($0.index + 1) * 256 }.max() ?? 0
        return max(bundles, (self.segments.last ?? 0) + LogDirectory.segmentEntries)
    }

    /// Tiles beyond the checkpoint that do not follow from the journal either.
    func unexamined(beyond size: UInt64, upTo end: UInt64) -> [TilePath] {
        self.tiles.filter { path in
            let last = path.firstEntry(at: path.width)
            return last > end || (!path.isFull && last <= size && !self.isKnown(path, size: size))
        }.sorted { $0.description < $1.description }
    }

    private func isKnown(_ path: TilePath, size: UInt64) -> Bool {
        self.examined.contains(path) || TilePath.partial(size: size).contains(path)
    }
}

extension TilePath {
    /// The index of the first entry under the tile.
    var firstEntry: UInt64 { self.firstEntry(at: 0) }

    /// The index of the first entry under the hash, or of the entry, at a place of the tile.
    func firstEntry(at place: Int) -> UInt64 {
        let position = self.index * 256 + UInt64(place)
        switch self.kind {
        case .entries: return position
        case .hashes(let level): return position << UInt64(8 * level)
        }
    }
}
