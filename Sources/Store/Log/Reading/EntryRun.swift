import Ledger

/// Where an entry was found, and with it those that follow it in the same file.
enum EntryRun {
    /// In a bundle.
    case bundle(StoredBundle)
    /// In the journal: its record, which has its hash, and a cursor to read it by.
    case journal(JournalRecord, JournalCursor)

    /// Gives the entry at `first`, which is the one that was found, and those that follow it in the same file to
    /// `body`, as far as `end`. Answers the index at which to go on, which is above `first`.
    ///
    /// - Parameter durable: how many entries are known to be durable, so that nobody has to look whether they are
    ///   whole.
    func walk(
        from first: UInt64, to end: UInt64, durable: UInt64,
        _ body: (_ index: UInt64, _ entry: RawSpan) throws -> Void
    ) throws -> UInt64 {
        switch self {
        case .bundle(let bundle):
            let end = min(end, bundle.path.index * 256 + UInt64(bundle.path.width))
            for index in first..<end {
                try body(index, unsafe bundle.bytes.span.bytes.extracting(bundle.ranges[Int(index % 256)]))
            }
            return end
        case .journal(let record, var found):
            try Self.give(record, of: &found, at: first, to: body)
            return try Self.walk(found, behind: record, from: first + 1, to: end, durable: durable, body)
        }
    }

    /// Goes on in a segment as long as there are whole records: one that is not whole yet is for the index to find.
    private static func walk(
        _ found: JournalCursor, behind record: JournalRecord, from first: UInt64, to end: UInt64, durable: UInt64,
        _ body: (_ index: UInt64, _ entry: RawSpan) throws -> Void
    ) throws -> UInt64 {
        var cursor = JournalCursor(found.file, from: record.end, end: found.end)
        var index = first
        while index < end, index % LogDirectory.segmentEntries != 0,
            case .record(let record) = try cursor.next(), try index < durable || cursor.isWhole(record)
        {
            try Self.give(record, of: &cursor, at: index, to: body)
            index += 1
        }
        return index
    }

    private static func give(
        _ record: JournalRecord, of cursor: inout JournalCursor, at index: UInt64,
        to body: (_ index: UInt64, _ entry: RawSpan) throws -> Void
    ) throws {
        try cursor.withEntry(of: record) { entry in Result { try body(index, entry) } }.get()
    }
}
