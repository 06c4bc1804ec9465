import Ledger
import NIOConcurrencyHelpers

/// What the writer's thread does with the appends that it takes: one group commit, then all answers.
struct BatchWriter {
    private var journal: JournalWriter
    /// Nil where another thread signs checkpoints.
    private let publisher: LogPublisher?
    private let status: NIOLockedValueBox<LogStatus>

    init(_ journal: JournalWriter, publisher: LogPublisher?, status: NIOLockedValueBox<LogStatus>) {
        self.journal = journal
        self.publisher = publisher
        self.status = status
    }

    /// Records all of `batch` and answers everyone in it.
    mutating func write(_ batch: inout AppendBatch) {
        let before = self.journal.durable
        batch.settle(size: before.size)
        do {
            try self.commit(batch.records, before)
            batch.answer(.success(before.size))
        } catch {
            batch.answer(.failure(error))
        }
    }

    private mutating func commit(_ records: StagedRecords, _ before: JournalPosition) throws(LogFault) {
        try self.journal.commit(records)
        let durable = self.journal.durable
        guard durable != before else { return }
        self.status.withLockedValue { $0.durable = durable }
        guard let publisher = self.publisher else { return }
        do {
            try publisher.publish()
        } catch {
            // The callers are told that nothing was recorded, so nothing may stay.
            self.status.withLockedValue { $0.durable = before }
            self.journal.takeBack(to: before)
            throw error
        }
    }

    /// Closes the journal's file.
    mutating func close() {
        self.journal.finish()
    }
}
