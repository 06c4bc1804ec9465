import Ledger

/// Writes tiles and checkpoints so that a reader sees each of them whole or not at all.
///
/// What may be read already is written under `tmp/` and renamed to its place; a full tile is read by nobody before the
/// checkpoint that covers it. As long as the journal has the entries of a tile, opening the log can make it again, so
/// full tiles and their names are synchronized together, before their segment of the journal is given up, and partial
/// ones never. They are some five hundred files then: the file system is told once, instead of for each of them.
struct TileStore {
    private let directory: LogDirectory
    private let files: FileOperations
    /// The files put in place since the last checkpoint.
    private var written: [TilePath] = []
    /// Whether full tiles were written since the last ``synchronize()``.
    private var hasUnsynchronized = false
    /// Directories that are known to exist.
    private var known: Set<String> = []

    init(_ directory: LogDirectory, files: FileOperations) {
        self.directory = directory
        self.files = files
    }

    /// Takes over the full tiles of a segment that an earlier writer wrote and did not synchronize, perhaps.
    mutating func adopt(_ tiles: some Collection<TilePath>) {
        if !tiles.isEmpty { self.hasUnsynchronized = true }
    }

    /// Writes a tile that will not change any more.
    mutating func writeFull(_ tile: Tile) throws(LogFault) {
        let path = try self.prepare(tile)
        self.hasUnsynchronized = true
        do {
            try self.put(tile.bytes, into: path, isDurable: false)
        } catch {
            throw LogFault(error)
        }
    }

    /// Writes a tile of a checkpoint that more entries will go beyond.
    mutating func writePartial(_ tile: Tile) throws(LogFault) {
        try self.replace(try self.prepare(tile), with: tile.bytes, isDurable: false)
    }

    private mutating func prepare(_ tile: Tile) throws(LogFault) -> String {
        let path = self.directory.tile(tile.path)
        try self.makeDirectories(LogDirectory.parent(of: path))
        self.written.append(tile.path)
        return path
    }

    /// Returns once all full tiles and their names survive a loss of power.
    mutating func synchronize() throws(LogFault) {
        guard self.hasUnsynchronized else { return }
        do {
            try self.files.synchronizeFileSystem(self.directory.path)
        } catch {
            throw LogFault(error)
        }
        self.hasUnsynchronized = false
    }

    /// Puts a new checkpoint in the place of the old one.
    ///
    /// Once the new name stands, the checkpoint may have been seen and is never taken back: that the directory
    /// cannot be synchronized is then no failure, since the journal holds every entry of it.
    mutating func replaceCheckpoint(_ bytes: [UInt8]) throws(LogFault) {
        try self.replace(self.directory.checkpoint, with: bytes, isDurable: true)
        try? self.files.synchronizeDirectory(self.directory.path)
    }

    /// Removes the files of an attempt that did not come to a checkpoint.
    mutating func discardWritten() {
        for tile in self.written {
            try? self.files.remove(self.directory.tile(tile))
        }
        self.written.removeAll()
        self.known.removeAll()
    }

    /// Removes what the checkpoint of `size` made needless: partial tiles that are full now, and old segments.
    mutating func finish(from oldSize: UInt64, to size: UInt64) {
        let nowPartial = Set(TilePath.partial(size: size).map(\.full))
        for tile in TilePath.partial(size: oldSize) where !nowPartial.contains(tile.full) {
            self.removePartials(of: tile)
        }
        self.written.removeAll()
        let first = LogDirectory.segmentStart(size)
        guard first > LogDirectory.segmentStart(oldSize) || oldSize == size else { return }
        for segment in (try? self.directory.segments()) ?? [] where segment < first {
            try? self.files.remove(self.directory.segment(segment))
        }
    }

    private mutating func removePartials(of tile: TilePath) {
        let path = self.directory.path + "/" + tile.partialDirectory
        guard let names = try? ReadableFile.names(path), !names.isEmpty else { return }
        for name in names {
            try? self.files.remove(path + "/" + name)
        }
        try? self.files.remove(path)
        self.known.remove(path)
    }

    private func replace(_ path: String, with bytes: [UInt8], isDurable: Bool) throws(LogFault) {
        let temporary = self.directory.temporary + "/next"
        do {
            try self.put(bytes, into: temporary, isDurable: isDurable)
            try self.files.rename(temporary, path)
        } catch {
            throw LogFault(error)
        }
    }

    private func put(_ bytes: [UInt8], into path: String, isDurable: Bool) throws(FileFault) {
        let descriptor = try self.files.open(path, .emptied)
        defer { self.files.close(descriptor) }
        try self.files.write(descriptor, unsafe bytes.span.bytes, 0)
        if isDurable {
            try self.files.synchronize(descriptor)
        }
    }

    /// Makes a directory of the log and those above it.
    private mutating func makeDirectories(_ path: String) throws(LogFault) {
        guard path != self.directory.path, !self.known.contains(path) else { return }
        let parent = LogDirectory.parent(of: path)
        try self.makeDirectories(parent)
        do {
            _ = try self.files.makeDirectory(path)
        } catch {
            throw LogFault(error)
        }
        self.known.insert(path)
    }
}
