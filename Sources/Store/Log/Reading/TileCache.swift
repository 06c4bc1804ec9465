import Ledger

/// The hashes and bundles of full tiles that were read lately. They never change, so they are never stale.
struct TileCache {
    /// The most tiles of hashes that are kept: 2 MiB.
    private static let maximumTiles = 256

    private let directory: LogDirectory
    private var tiles: [TilePath: [Digest256]] = [:]
    /// The last bundle that was read, with the places of its entries.
    private var bundle: (path: TilePath, bytes: [UInt8], ranges: [Range<Int>])?

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

    /// One entry of a bundle, or nil where the bundle is not there.
    mutating func entry(_ place: Int, of path: TilePath) throws(LogFault) -> [UInt8]? {
        if let bundle = self.bundle, bundle.path == path { return Array(bundle.bytes[bundle.ranges[place]]) }
        guard let bytes = try ReadableFile.contents(self.directory.tile(path)) else { return nil }
        do {
            let ranges = try EntryBundle.ranges(bytes, width: path.width)
            if path.isFull {
                self.bundle = (path, bytes, ranges)
            }
            return Array(bytes[ranges[place]])
        } catch {
            throw .corrupt(path: self.directory.tile(path), detail: "the bundle is not \(path.width) entries: \(error)")
        }
    }
}
