import Ledger

/// What every thread may ask of a log that is being written.
struct LogStatus: Sendable {
    /// The end of the durable journal.
    var durable: JournalPosition
    /// The text of the last checkpoint that is durable.
    var checkpoint: String
    /// The number of entries of that checkpoint.
    var published: UInt64
    /// Why the last attempt to sign a checkpoint failed, nil after one that did not.
    var publishingFault: LogFault?
}
