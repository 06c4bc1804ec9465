import NIOCore

/// The appends of one group commit: the records of all of them in order, and who waits for which.
struct AppendBatch {
    /// Entries that are recorded together or not at all.
    private struct Together {
        /// Where their records are among those of the batch.
        var places: Range<Int>
        var expectedSize: UInt64?
        var completion: @Sendable (Result<AppendedRange, LogFault>) -> Void
        /// Whether the log had another size than was expected.
        var isInConflict = false
    }

    private(set) var records = StagedRecords()
    private var together: [Together] = []
    private var deliveries: [LoopDelivery] = []

    var isEmpty: Bool { self.records.count == 0 && self.together.isEmpty }

    /// Adds one entry of an event loop.
    mutating func add(_ entry: RawSpan, on loop: any EventLoop, _ receiver: any AppendReceiver, token: UInt64) {
        self.delivery(for: loop).add(receiver, token: token, place: self.records.count)
        self.records.append(entry, continues: false)
    }

    /// Adds entries that belong together.
    mutating func add(
        _ entries: [[UInt8]], expectedSize: UInt64?,
        _ completion: @escaping @Sendable (Result<AppendedRange, LogFault>) -> Void
    ) {
        let first = self.records.count
        for (position, entry) in entries.enumerated() {
            self.records.append(unsafe entry.span.bytes, continues: position < entries.count - 1)
        }
        self.together.append(
            Together(places: first..<self.records.count, expectedSize: expectedSize, completion: completion))
    }

    /// Makes the records ready for the journal of a log of `size`: without those that were decided on another size than
    /// they meet, and with their hashes.
    mutating func settle(size: UInt64) {
        var removed = 0
        for position in self.together.indices {
            let append = self.together[position]
            let met = size + UInt64(append.places.lowerBound - removed)
            guard let expected = append.expectedSize, expected != met else { continue }
            self.together[position].isInConflict = true
            removed += append.places.count
        }
        for places in self.removed.reversed() { self.records.remove(places) }
        self.records.writeHashes()
    }

    /// Answers everyone: all records are durable from `first` on, or none is.
    func answer(_ result: Result<UInt64, LogFault>) {
        let places = result.map { RecordPlaces(first: $0, removed: self.removed) }
        for append in self.together {
            append.completion(places.flatMap { self.answer(to: append, $0) })
        }
        for delivery in self.deliveries {
            delivery.send(places)
        }
    }

    private func answer(to append: Together, _ places: RecordPlaces) -> Result<AppendedRange, LogFault> {
        guard !append.isInConflict else {
            return .failure(.conflict(actual: places.first + UInt64(self.records.count)))
        }
        return .success(
            AppendedRange(first: places.index(of: append.places.lowerBound), count: append.places.count))
    }

    /// Makes ready for other appends.
    mutating func removeAll() {
        self.records.removeAll()
        self.together.removeAll()
        self.deliveries.removeAll(keepingCapacity: true)
    }

    private var removed: [Range<Int>] { self.together.filter(\.isInConflict).map(\.places) }

    private mutating func delivery(for loop: any EventLoop) -> LoopDelivery {
        if let known = self.deliveries.first(where: { $0.isFor(loop) }) { return known }
        let delivery = LoopDelivery(loop)
        self.deliveries.append(delivery)
        return delivery
    }
}

/// Which indices the records of a batch have in the log.
struct RecordPlaces: Sendable {
    /// The index of the first.
    var first: UInt64
    /// The places whose records were taken out, in order.
    var removed: [Range<Int>]

    /// The index of the record at a place that was not taken out.
    func index(of place: Int) -> UInt64 {
        let before = self.removed.prefix { $0.upperBound <= place }
        return self.first + UInt64(place - before.reduce(0) { $0 + $1.count })
    }
}
