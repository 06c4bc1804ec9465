import Ledger

/// One walk over the journal from the segment of the checkpoint to its end.
///
/// Of records that the checkpoint covers the heads are read, and the entries of the last, partial tile; every entry
/// beyond is hashed. Only the very end may be torn, and only beyond the checkpoint.
struct TailScan {
    private let directory: LogDirectory
    private let checkpoint: Checkpoint

    /// Where the checkpoint ends.
    private(set) var published: JournalPosition
    /// Where the journal ends, without what is torn.
    private(set) var end: JournalPosition
    /// The bytes behind ``end`` that belong to an append that did not finish.
    private(set) var torn = 0
    /// Whether zeros follow what was written.
    private(set) var hasRoom = false
    /// The leaf hashes of what the checkpoint covers, from the segment's beginning on.
    private(set) var hashes: [Digest256] = []
    /// The bytes of the checkpoint's partial bundle.
    private(set) var bundle: [UInt8] = []

    init(_ directory: LogDirectory, checkpoint: Checkpoint) {
        self.directory = directory
        self.checkpoint = checkpoint
        self.end = JournalPosition(size: LogDirectory.segmentStart(checkpoint.size), offset: 0)
        self.published = self.end
    }

    mutating func run(_ segments: [UInt64]) throws(LogFault) {
        /// The end of the last append that is there with all its records.
        var whole = self.end
        var isTorn = false
        /// How far each segment was written.
        var lengths: [UInt64: Int] = [:]
        for segment in segments {
            let path = self.directory.segment(segment)
            guard segment == self.end.size, !isTorn else {
                throw .corrupt(path: path, detail: "the segment does not follow the one before it")
            }
            guard let file = try ReadableFile(path) else { continue }
            let length = try file.length
            var cursor = JournalCursor(file, end: length)
            isTorn = try self.scan(&cursor, whole: &whole)
            let written = try cursor.writtenEnd()
            lengths[segment] = written
            self.hasRoom = self.hasRoom || written < length
        }
        guard whole.size >= self.checkpoint.size else {
            throw .corrupt(
                path: self.directory.segment(self.end.segment),
                detail: "the journal ends after \(self.end.size) entries, and \(self.checkpoint.size) are signed")
        }
        // What follows the last whole append is cut, and with it the segments that only an unfinished append began.
        self.torn = lengths.filter { $0.key >= whole.segment }.values.reduce(0, +) - whole.offset
        self.end = whole
    }

    /// Walks over one segment and says whether it ends in the middle of a record.
    private mutating func scan(_ cursor: inout JournalCursor, whole: inout JournalPosition) throws(LogFault) -> Bool {
        while true {
            switch try cursor.next() {
            case .record(let record):
                guard try self.take(record, &cursor) else { return true }
                self.end = self.end.after(record)
                if !record.continues {
                    whole = self.end
                }
                if self.end.size == self.checkpoint.size {
                    self.published = self.end
                }
                if self.end.size % LogDirectory.segmentEntries == 0 {
                    guard try cursor.next() == .end else {
                        throw .corrupt(path: cursor.file.path, detail: "the segment has more than its 65,536 entries")
                    }
                    return false
                }
            case .end:
                return false
            case .torn:
                return true
            case .blank:
                if try cursor.writtenEnd() == cursor.offset { return false }
                return try self.lacksPart(cursor.offset..<cursor.offset + 1, "there are zeros before it", &cursor)
            case .damaged(let detail):
                return try self.lacksPart(cursor.offset..<cursor.offset + 4, detail, &cursor)
            }
        }
    }

    /// Takes a record in, or answers false where it was not written whole.
    private mutating func take(_ record: JournalRecord, _ cursor: inout JournalCursor) throws(LogFault) -> Bool {
        let index = self.end.size
        if index < self.checkpoint.size { self.hashes.append(try cursor.leafHash(of: record)) }
        let isInPartialTile = index < self.checkpoint.size && index >= self.checkpoint.size / 256 * 256
        guard isInPartialTile || index >= self.checkpoint.size else { return true }
        guard try cursor.isWhole(record) else {
            return try !self.lacksPart(record.offset..<record.end, "it does not have its hash", &cursor)
        }
        if isInPartialTile {
            var bundle = self.bundle
            self.bundle = []
            try cursor.withEntry(of: record) { EntryBundle.append($0, to: &bundle) }
            self.bundle = bundle
        }
        return true
    }

    /// Answers true where what is wrong at `range` comes of a write that lost power: a part never reached the disk.
    /// Where all parts did, or a checkpoint covers the entry, it is damage, and this throws.
    private func lacksPart(
        _ range: Range<Int>, _ detail: String, _ cursor: inout JournalCursor
    ) throws(LogFault) -> Bool {
        let index = self.end.size
        if index >= self.checkpoint.size, try cursor.isUnwritten(in: range) { return true }
        throw .corrupt(path: cursor.file.path, detail: "entry \(index): \(detail)")
    }
}
