import Ledger
import Logging
import NIOConcurrencyHelpers

/// Turns the durable journal into tiles and signed checkpoints.
///
/// It reads the journal again rather than being handed entries, so what is signed is what was written. It belongs to
/// one thread: the writer's with ``LogOptions/Cadence/everyBatch``, else one of its own, so that no append waits for a
/// signature.
final class LogPublisher {
    private let directory: LogDirectory
    private let origin: String
    private let signer: NoteSigner
    private let files: FileOperations
    private let status: NIOLockedValueBox<LogStatus>
    private var store: TileStore

    /// The tree and tiles of everything published.
    private var tree: TileBuilder
    /// Where the journal goes on after what is in ``tree``.
    private var position: JournalPosition
    private var cursor: JournalCursor?

    init(
        _ directory: LogDirectory, signer: NoteSigner, files: FileOperations, recovered: RecoveredLog,
        status: NIOLockedValueBox<LogStatus>
    ) {
        self.directory = directory
        self.origin = signer.verifier.name
        self.signer = signer
        self.files = files
        self.status = status
        self.store = TileStore(directory, files: files)
        self.store.adopt(recovered.fullTiles)
        self.tree = recovered.tree
        self.position = recovered.published
    }

    /// Signs a checkpoint over everything durable. With `evenIfUnchanged` it does so without a new entry, too.
    ///
    /// If it throws, neither the checkpoint nor the tree has moved, and no file of the attempt is left behind.
    func publish(evenIfUnchanged: Bool = false) throws(LogFault) {
        let (durable, published) = self.status.withLockedValue { ($0.durable, $0.published) }
        guard durable.size > published || evenIfUnchanged else { return }
        let before = (tree: self.tree, position: self.position)
        do {
            try self.extend(to: durable)
            for tile in self.tree.partialTiles {
                try self.store.writePartial(tile)
            }
            // A checkpoint in the next segment lets this one be removed.
            if LogDirectory.segmentStart(self.tree.size) > LogDirectory.segmentStart(before.tree.size) {
                try self.store.synchronize()
            }
            let text = try self.signedCheckpoint()
            try self.store.replaceCheckpoint(Array(text.utf8))
            let size = self.tree.size
            self.status.withLockedValue { status in
                status.checkpoint = text
                status.published = size
                status.publishingFault = nil
            }
        } catch {
            (self.tree, self.position) = before
            self.cursor = nil
            self.store.discardWritten()
            self.status.withLockedValue { $0.publishingFault = error }
            throw error
        }
        self.store.finish(from: before.tree.size, to: self.tree.size)
    }

    private func signedCheckpoint() throws(LogFault) -> String {
        let checkpoint = Checkpoint(origin: self.origin, size: self.tree.size, root: self.tree.root)
        do {
            return try checkpoint.signed(by: [self.signer]).description
        } catch {
            throw .unavailable("the signing key does not sign: \(error)")
        }
    }

    /// Takes the journal's records up to `end` into the tree and writes the tiles that become full.
    private func extend(to end: JournalPosition) throws(LogFault) {
        while self.tree.size < end.size {
            var cursor = try self.cursorAtPosition(end)
            let segment = self.position.segment
            while self.tree.size < end.size, self.position.segment == segment {
                // The writer hashed the entry a moment ago, and whoever checks the log hashes it again.
                guard case .record(let record) = try cursor.next() else {
                    throw .corrupt(path: cursor.file.path, detail: "entry \(self.tree.size) is not whole")
                }
                let hash = try cursor.leafHash(of: record)
                let full = try cursor.withEntry(of: record) { self.tree.append($0, leafHash: hash) }
                self.position = self.position.after(record)
                for tile in full {
                    try self.store.writeFull(tile)
                }
            }
            self.cursor = cursor
        }
    }

    private func cursorAtPosition(_ end: JournalPosition) throws(LogFault) -> JournalCursor {
        let path = self.directory.segment(self.position.segment)
        let isLast = self.position.segment == end.segment
        if var cursor = self.cursor, cursor.file.path == path {
            cursor.end = isLast ? end.offset : try cursor.file.length
            self.cursor = nil
            return cursor
        }
        guard let file = try ReadableFile(path) else {
            throw .corrupt(path: path, detail: "the segment is missing")
        }
        return JournalCursor(file, from: self.position.offset, end: isLast ? end.offset : try file.length)
    }
}

/// A publisher on its way to the one thread that uses it.
///
/// Unchecked: it is made before that thread starts, and touched by no other afterwards.
struct OwnedPublisher: @unchecked Sendable {
    let publisher: LogPublisher

    init(_ publisher: LogPublisher) {
        self.publisher = publisher
    }
}
