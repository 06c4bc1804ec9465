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
            let head = try cursor.leafHash(of: record)
            let actual = try cursor.withEntry(of: record) { MerkleTree.leafHash($0) }
            self.cursor = cursor
            self.next += 1
            return JournalWitness(head: head, actual: actual)
        case .end:
            break
        case .torn:
            self.damage = self.finding(.unfinishedAppend, index, "the last record is not complete")
        case .damaged(let detail):
            self.damage = self.finding(.journalDamaged, index, detail)
        }
        self.isOver = true
        return nil
    }

    /// A segment that is left must not have more records than belong to it.
    private mutating func checkEnd() throws(LogFault) {
        guard var cursor = self.cursor, try cursor.next() != .end else { return }
        self.damage = self.finding(.journalDamaged, self.next, "the segment before has more than its 65,536 entries")
    }

    private func finding(_ kind: LogFinding.Kind, _ index: UInt64, _ message: String) -> LogFinding {
        LogFinding(
            kind: kind, entryIndex: index,
            path: "journal/" + LogDirectory.segmentName(LogDirectory.segmentStart(index)),
            message: message)
    }
}
