public import Ledger
public import Logging

/// How a log is written.
public struct LogOptions: Sendable {
    /// When a new checkpoint is signed.
    public enum Cadence: Hashable, Sendable {
        /// With every batch; an append is answered once the checkpoint that covers it is durable.
        case everyBatch
        /// Each so many seconds if there are new entries; an append is answered once the entry is durable.
        case every(seconds: Double)
    }

    /// When a new checkpoint is signed.
    public var checkpoint: Cadence
    /// Keys besides the signer's own whose checkpoints are taken up, as after a change of keys.
    public var trusted: [NoteVerifier] = []
    /// The most entries that may wait; more are answered with ``LogFault/overloaded``.
    public var maximumWaitingEntries = 65_536
    /// The most bytes of entries that may wait.
    public var maximumWaitingBytes = 64 << 20
    /// The most bytes of zeros that are written ahead of the journal's end; 0 for none.
    ///
    /// Entries that are written into them change neither the file's length nor its place on the disk, so that making
    /// them durable costs half as much. A segment begins with less, and doubles.
    public var journalRoom = 1 << 20
    /// The calls by which files are changed; tests let them fail.
    public var files = FileOperations.system
    /// Where faults of the disk are told.
    public var logger: Logger

    /// Options with the documented defaults.
    public init(checkpoint: Cadence = .everyBatch, logger: Logger = Logger(label: "sluice.log")) {
        self.checkpoint = checkpoint
        self.logger = logger
    }
}

/// What was found and mended when a log was opened.
public struct LogRecovery: Hashable, Sendable {
    /// The number of entries of the checkpoint on disk, 0 for a new log.
    public var checkpointSize: UInt64 = 0
    /// The number of entries after recovery.
    public var size: UInt64 = 0
    /// The bytes of an unfinished append that were cut from the end of the journal; its caller was never answered.
    public var cutBytes = 0
    /// Partial tiles that did not fit the journal, as after a loss of power, and were written again.
    public var rewrittenTiles = 0

    /// Nothing found, nothing mended.
    public init() {}
}

/// The places that a successful append took.
public struct AppendedRange: Hashable, Sendable {
    /// The index of the first entry.
    public var first: UInt64
    /// The number of entries.
    public var count: Int

    /// A run of entries.
    public init(first: UInt64, count: Int) {
        self.first = first
        self.count = count
    }

    /// The indices.
    public var indices: Range<UInt64> { self.first..<self.first + UInt64(self.count) }
    /// The size of the log after them.
    public var end: UInt64 { self.indices.upperBound }
}
