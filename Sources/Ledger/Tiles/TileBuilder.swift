/// The bytes of one tile or bundle and the path under which they are stored.
public struct Tile: Hashable, Sendable {
    /// Where the tile belongs.
    public var path: TilePath
    /// What it holds.
    public var bytes: [UInt8]

    /// A tile of these parts.
    public init(path: TilePath, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Grows a tree and its tiles entry by entry, keeping only what is not yet in a full tile.
///
/// A full tile is handed out once, by the append that completes it; the partial ones can be had at any size.
public struct TileBuilder: Hashable, Sendable {
    /// The tree so far.
    public private(set) var frontier = Frontier()
    /// The hashes of the last, partial tile of each level.
    private var rows: [[Digest256]] = []
    /// The bytes of the last, partial bundle.
    private var bundle: [UInt8] = []

    /// The tree without entries.
    public init() {}

    /// The tree of `size` entries from the parts that its partial tiles hold.
    ///
    /// `rows` has the hashes of the partial tile of each level, level 0 first, and `bundle` the bytes of the
    /// partial bundle. Answers nil where their number does not fit the size.
    public init?(size: UInt64, rows: [[Digest256]], bundle: [UInt8]) {
        var subtrees: [Digest256] = []
        guard rows.count <= TilePath.maximumLevel + 1 else { return nil }
        for level in 0...TilePath.maximumLevel {
            let hashes = level < rows.count ? rows[level] : []
            guard UInt64(hashes.count) == size >> UInt64(8 * level) & 255 else { return nil }
            var row = Frontier()
            for hash in hashes {
                row.append(hash)
            }
            subtrees.insert(contentsOf: row.subtrees, at: 0)
        }
        guard let frontier = Frontier(size: size, subtrees: subtrees) else { return nil }
        self.frontier = frontier
        self.rows = rows
        self.bundle = bundle
    }

    /// The number of entries.
    public var size: UInt64 { self.frontier.size }

    /// The root of the tree.
    public var root: Digest256 { self.frontier.root }

    /// The hashes of the partial tile of a level: the roots of the full tiles below that no full tile names yet.
    public func row(_ level: Int) -> [Digest256] {
        level < self.rows.count ? self.rows[level] : []
    }

    /// Adds an entry and answers the tiles that it made full: none for 255 entries of 256.
    ///
    /// Precondition: `leafHash` is the hash of `entry`.
    public mutating func append(_ entry: RawSpan, leafHash: Digest256) -> [Tile] {
        var rows = self.rows
        self.rows = []
        let index = self.size
        EntryBundle.append(entry, to: &self.bundle)
        self.frontier.append(leafHash) { level, _, hash in
            guard level.isMultiple(of: 8) else { return }
            while rows.count <= level / 8 {
                rows.append([])
            }
            rows[level / 8].append(hash)
        }
        self.rows = rows
        guard index % 256 == 255 else { return [] }
        return self.takeFull(endingAt: index)
    }

    private mutating func takeFull(endingAt index: UInt64) -> [Tile] {
        var tiles = [Tile(path: TilePath(.entries, index: index / 256), bytes: self.bundle)]
        self.bundle.removeAll(keepingCapacity: true)
        for level in self.rows.indices where self.rows[level].count == TilePath.fullWidth {
            let path = TilePath(.hashes(level: level), index: index >> UInt64(8 * (level + 1)))
            tiles.append(Tile(path: path, bytes: Self.bytes(self.rows[level])))
            self.rows[level].removeAll(keepingCapacity: true)
        }
        return tiles
    }

    /// The partial tiles at this size, the bundle last.
    public var partialTiles: [Tile] {
        TilePath.partial(size: self.size).map { path in
            switch path.kind {
            case .hashes(let level): Tile(path: path, bytes: Self.bytes(self.rows[level]))
            case .entries: Tile(path: path, bytes: self.bundle)
            }
        }
    }

    private static func bytes(_ hashes: [Digest256]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * Digest256.byteCount)
        for hash in hashes {
            hash.append(to: &bytes)
        }
        return bytes
    }
}
