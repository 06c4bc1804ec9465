import Ledger
import Logging
import NIOConcurrencyHelpers

/// Opens a log for writing: takes the lock, recovers, cuts what is torn, signs what no checkpoint covers.
struct LogOpening {
    /// Everything that the writer's threads work with.
    struct Opened {
        var lock: DirectoryLock
        var journal: JournalWriter
        var publisher: OwnedPublisher
        var status: NIOLockedValueBox<LogStatus>
        var recovery: LogRecovery
    }

    private let directory: LogDirectory
    private let signer: NoteSigner
    private let options: LogOptions

    init(_ directory: LogDirectory, signer: NoteSigner, options: LogOptions) {
        self.directory = directory
        self.signer = signer
        self.options = options
    }

    func run() throws(LogFault) -> Opened {
        try self.makeDirectory(self.directory.path)
        let lock = try DirectoryLock(self.directory)
        let recovered = try LogRecovering(
            directory: self.directory, origin: self.signer.verifier.name,
            trusted: [self.signer.verifier] + self.options.trusted
        ).run()
        for directory in [self.directory.journal, self.directory.tiles, self.directory.temporary] {
            try self.makeDirectory(directory)
        }
        var journal = JournalWriter(
            self.directory, files: self.options.files, durable: recovered.end,
            room: self.options.journalRoom)
        if recovered.torn > 0 {
            self.options.logger.notice(
                "an unfinished append was cut from the log",
                metadata: ["bytes": "\(recovered.torn)", "size": "\(recovered.end.size)"])
        }
        if recovered.torn > 0 || recovered.hasRoom {
            journal.takeBack(to: recovered.end)
        }
        var recovery = LogRecovery()
        recovery.checkpointSize = recovered.tree.size
        recovery.size = recovered.end.size
        recovery.cutBytes = recovered.torn
        recovery.rewrittenTiles = try self.mendTiles(recovered)
        let status = NIOLockedValueBox(
            LogStatus(
                durable: recovered.end, checkpoint: recovered.checkpointText ?? "", published: recovered.tree.size))
        let publisher = LogPublisher(
            self.directory, signer: self.signer, files: self.options.files, recovered: recovered, status: status)
        // Where a thread signs beside the writer it catches up by itself, so that a long tail does not delay the start.
        if recovered.checkpointText == nil || self.options.checkpoint == .everyBatch {
            try publisher.publish(evenIfUnchanged: recovered.checkpointText == nil)
        }
        return Opened(
            lock: lock, journal: journal, publisher: OwnedPublisher(publisher), status: status, recovery: recovery)
    }

    private func mendTiles(_ recovered: RecoveredLog) throws(LogFault) -> Int {
        var store = TileStore(self.directory, files: self.options.files)
        let full = try FullTileRepair(directory: self.directory).run(recovered, &store)
        let partial = PartialTileRepair(directory: self.directory, files: self.options.files)
        return try full + partial.run(recovered.tree, &store)
    }

    private func makeDirectory(_ path: String) throws(LogFault) {
        do {
            if try self.options.files.makeDirectory(path) {
                // The log is only as durable as its name.
                try self.options.files.synchronizeDirectory(LogDirectory.parent(of: path))
            }
        } catch {
            throw LogFault(error)
        }
    }
}
