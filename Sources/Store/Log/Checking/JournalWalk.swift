import Ledger

/// What the journal says about one entry.
struct JournalWitness: Hashable {
    /// The hash in the record's head.
    var head: Digest256
    /// The hash of the record's entry.
    var actual: Digest256
}

/// Reads the journal in step with an examination: entry after entry, through all segments, from wherever it begins.
struct JournalWalk {
    private let directory: LogDirectory
    private var cursor: JournalCursor?
    /// The index of the next record.
    private var next: UInt64
    /// Whether the journal cannot be read any further.
    private var isOver = false
    /// Why it cannot, where that is no regular end.
    private(set) var damage: LogFinding?

    /// A walk from the first segment that is there; `start` is where the journal must begin at the latest.
    init(_ directory: LogDirectory, from start: UInt64) throws(LogFault) {
        self.directory = directory
        self.next = min(try directory.segments().first ?? start, start)
    }

    /// The index of the first entry that the walk knows.
    var first: UInt64 { self.next }

    /// Answers what the journal has for the entry at `index`; the indices must follow each other.
    mutating func witness(_ index: UInt64) throws(LogFault) -> JournalWitness? {
        guard index == self.next, !self.isOver else { return nil }
        if index % LogDirectory.segmentEntries == 0 {
            try self.checkEnd()
            self.cursor = try ReadableFile(self.directory.segment(index)).map {
                (file) throws(LogFault) in JournalCursor(file, end: try file.length)
            }
        }
        guard var cursor = self.cursor else {
            self.isOver = true
            return nil
        }
        switch try cursor.next() {
        case .record(let record):
            let witness = try Self.witness(record, &cursor)
            if witness.head != witness.actual, try cursor.isUnwritten(in: record.offset..<record.end) {
                self.damage = self.finding(.unfinishedAppend, index, "a part of the last record was never written")
                break
            }
            self.cursor = cursor
            self.next += 1
            return witness
        case .end:
            break
        case .torn:
            self.damage = self.finding(.unfinishedAppend, index, "the last record is not complete")
        case .blank:
            if try cursor.writtenEnd() > cursor.offset {
                self.damage = try self.finding(index, "there are zeros before the last record", 1, cursor)
            }
        case .damaged(let detail):
            self.damage = try self.finding(index, detail, 4, cursor)
        }
        self.isOver = true
        return nil
    }

    /// What a record says. Of a log that is being written the last record may be seen half; a moment later it is whole.
    private static func witness(
        _ record: JournalRecord, _ cursor: inout JournalCursor
    ) throws(LogFault) -> JournalWitness {
        var attempt = 0
        while true {
            let head = try cursor.leafHash(of: record)
            let actual = try cursor.withEntry(of: record) { MerkleTree.leafHash($0) }
            attempt += 1
            if head == actual || attempt == ReadableFile.attempts { return JournalWitness(head: head, actual: actual) }
            ReadableFile.pause()
            cursor.readAnew()
        }
    }

    /// A segment that is left must not have more records than belong to it.
    private mutating func checkEnd() throws(LogFault) {
        guard var cursor = self.cursor else { return }
        switch try cursor.next() {
        case .end: return
        case .blank: if try cursor.writtenEnd() == cursor.offset { return }
        case .record, .torn, .damaged: break
        }
        self.damage = self.finding(.journalDamaged, self.next, "the segment before has more than its 65,536 entries")
    }

    /// What stands where a head should be: the rest of a write that lost power, or damage.
    private func finding(
        _ index: UInt64, _ message: String, _ bytes: Int, _ cursor: JournalCursor
    ) throws(LogFault) -> LogFinding {
        let isUnfinished = try cursor.isUnwritten(in: cursor.offset..<cursor.offset + bytes)
        return self.finding(isUnfinished ? .unfinishedAppend : .journalDamaged, index, message)
    }

    private func finding(_ kind: LogFinding.Kind, _ index: UInt64, _ message: String) -> LogFinding {
        LogFinding(
            kind: kind, entryIndex: index,
            path: "journal/" + LogDirectory.segmentName(LogDirectory.segmentStart(index)),
            message: message)
    }
}
