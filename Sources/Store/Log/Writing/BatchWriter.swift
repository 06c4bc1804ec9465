import Ledger
import NIOConcurrencyHelpers
import NIOCore

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
    mutating func write(_ batch: [WaitingAppend]) {
        var firsts: [UInt64?] = []
        firsts.reserveCapacity(batch.count)
        for append in batch {
            firsts.append(self.stage(append))
        }
        let before = self.journal.durable
        do {
            try self.commit(before)
            Self.answer(batch, firsts, size: self.journal.durable.size, fault: nil)
        } catch {
            Self.answer(batch, firsts, size: before.size, fault: error)
        }
    }

    /// Stages the entries of an append and answers the index of the first, or nil where it is in conflict.
    private mutating func stage(_ append: WaitingAppend) -> UInt64? {
        let first = self.journal.stagedSize
        switch append {
        case .one(let entry, _):
            self.journal.stage(entry.readableBytesSpan, continues: false)
        case .many(let entries, let expectedSize, _):
            guard expectedSize ?? first == first else { return nil }
            for (position, entry) in entries.enumerated() {
                self.journal.stage(unsafe entry.span.bytes, continues: position < entries.count - 1)
            }
        }
        return first
    }

    private mutating func commit(_ before: JournalPosition) throws(LogFault) {
        try self.journal.commit()
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

    private static func answer(_ batch: [WaitingAppend], _ firsts: [UInt64?], size: UInt64, fault: LogFault?) {
        var deliveries: [LoopDelivery] = []
        for (append, first) in zip(batch, firsts) {
            switch append {
            case .one(_, let waiting):
                let delivery: LoopDelivery
                if let known = deliveries.first(where: { $0.isFor(waiting.loop) }) {
                    delivery = known
                } else {
                    delivery = LoopDelivery(waiting.loop)
                    deliveries.append(delivery)
                }
                delivery.add(waiting, fault.map { .failure($0) } ?? .success(first ?? size))
            case .many(let entries, _, let completion):
                if let fault {
                    completion(.failure(fault))
                } else if let first {
                    completion(.success(AppendedRange(first: first, count: entries.count)))
                } else {
                    completion(.failure(.conflict(actual: size)))
                }
            }
        }
        for delivery in deliveries {
            delivery.send()
        }
    }
}
