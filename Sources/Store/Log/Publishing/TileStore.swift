import Ledger

/// Writes tiles and checkpoints so that a reader sees each of them whole or not at all.
///
/// A file is written under `tmp/` and renamed to its place. Full tiles and their names are synchronized before
/// the checkpoint that needs them; partial tiles are not, since opening the log makes them again.
struct TileStore {
    private let directory: LogDirectory
    private let files: FileOperations
    /// The files put in place since the last checkpoint.
    private var written: [TilePath] = []
    /// The directories whose names changed since the last ``synchronize()``.
    private var changed: Set<String> = []
    /// Directories that are known to exist.
    private var known: Set<String> = []

    init(_ directory: LogDirectory, files: FileOperations) {
        self.directory = directory
        self.files = files
    }

    /// Writes a tile that will not change any more.
    mutating func writeFull(_ tile: Tile) throws(LogFault) {
        try self.write(tile, isDurable: true)
    }

    /// Writes a tile of a checkpoint that more entries will go beyond.
    mutating func writePartial(_ tile: Tile) throws(LogFault) {
        try self.write(tile, isDurable: false)
    }

    private mutating func write(_ tile: Tile, isDurable: Bool) throws(LogFault) {
        let path = self.directory.tile(tile.path)
        let parent = LogDirectory.parent(of: path)
        try self.makeDirectories(parent)
        self.written.append(tile.path)
        try self.replace(path, with: tile.bytes, isDurable: isDurable)
        if isDurable {
            self.changed.insert(parent)
        }
    }

    /// Returns once the names of all full tiles survive a loss of power.
    mutating func synchronize() throws(LogFault) {
        do {
            for directory in self.changed.sorted() {
                try self.files.synchronizeDirectory(directory)
            }
        } catch {
            throw LogFault(error)
        }
        self.changed.removeAll()
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
        self.changed.removeAll()
        self.known.removeAll()
    }

    /// Removes what the checkpoint of `size` made needless: partial tiles that are full now, and old segments.
    mutating func finish(from oldSize: UInt64, to size: UInt64) {
        for tile in self.written where tile.isFull {
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
            let descriptor = try self.files.open(temporary, true)
            defer { self.files.close(descriptor) }
            try self.files.truncate(descriptor, 0)
            try self.files.write(descriptor, unsafe bytes.span.bytes, 0)
            if isDurable {
                try self.files.synchronize(descriptor)
            }
            try self.files.rename(temporary, path)
        } catch {
            throw LogFault(error)
        }
    }

    /// Makes a directory of the log and those above it, and notes where names were added.
    private mutating func makeDirectories(_ path: String) throws(LogFault) {
        guard path != self.directory.path, !self.known.contains(path) else { return }
        let parent = LogDirectory.parent(of: path)
        try self.makeDirectories(parent)
        do {
            if try self.files.makeDirectory(path) {
                self.changed.insert(parent)
            }
        } catch {
            throw LogFault(error)
        }
        self.known.insert(path)
    }
}
