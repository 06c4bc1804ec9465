import Ledger

/// The hashes and bundles of full tiles that were read lately. They never change, so they are never stale.
struct TileCache {
    /// The most tiles of hashes that are kept: 2 MiB.
    private static let maximumTiles = 256

    private let directory: LogDirectory
    private var tiles: [TilePath: [Digest256]] = [:]
    /// The last full bundle that was read.
    private var bundle: StoredBundle?

    init(_ directory: LogDirectory) {
        self.directory = directory
    }

    /// The hashes of a tile, or nil where it is not there.
    mutating func hashes(_ path: TilePath) throws(LogFault) -> [Digest256]? {
        if let hashes = self.tiles[path] { return hashes }
        guard let bytes = try ReadableFile.contents(self.directory.tile(path)) else { return nil }
        guard bytes.count == path.hashBytes else {
            throw .corrupt(
                path: self.directory.tile(path), detail: "it has \(bytes.count) bytes, not \(path.hashBytes)")
        }
        let hashes = LogRecovering.hashes(bytes)
        if path.isFull {
            if self.tiles.count >= Self.maximumTiles {
                self.tiles.removeAll(keepingCapacity: true)
            }
            self.tiles[path] = hashes
        }
        return hashes
    }

    /// A bundle, or nil where it is not there.
    mutating func bundle(_ path: TilePath) throws(LogFault) -> StoredBundle? {
        if let bundle = self.bundle, bundle.path == path { return bundle }
        guard let bytes = try ReadableFile.contents(self.directory.tile(path)) else { return nil }
        do {
            let bundle = StoredBundle(
                path: path, bytes: bytes, ranges: try EntryBundle.ranges(bytes, width: path.width))
            if path.isFull {
                self.bundle = bundle
            }
            return bundle
        } catch {
            throw .corrupt(path: self.directory.tile(path), detail: "the bundle is not \(path.width) entries: \(error)")
        }
    }
}

/// A bundle as it was read, and where its entries lie.
struct StoredBundle {
    var path: TilePath
    var bytes: [UInt8]
    var ranges: [Range<Int>]
}
