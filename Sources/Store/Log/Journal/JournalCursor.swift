import Ledger

/// Reads one journal segment record by record through a window, so that its size does not matter.
///
/// It does not read past ``end``: what lies behind may be an append under way that fails and is cut off again.
struct JournalCursor {
    /// What stands at the cursor.
    enum Step: Hashable {
        case record(JournalRecord)
        /// The readable part is over, exactly after a record.
        case end
        /// What remains is the beginning of a record: a write that did not finish.
        case torn
        /// Zeros: room for records to come, or a write whose beginning was lost. ``writtenEnd()`` tells which.
        case blank
        /// What remains is neither a record nor the beginning of one.
        case damaged(String)
    }

    /// What is read at once on a walk; who wants one record reads less.
    static let walkBytes = 1 << 18

    let file: ReadableFile
    /// What a disk writes whole or not at all, in bytes; a larger unit is a multiple of it.
    static let sectorBytes = 512

    /// Where the next record begins.
    private(set) var offset: Int
    /// Where reading ends.
    var end: Int
    private var window: [UInt8] = []
    private var windowStart = 0
    private let windowBytes: Int

    init(_ file: ReadableFile, from offset: Int = 0, end: Int, windowBytes: Int = JournalCursor.walkBytes) {
        self.windowBytes = windowBytes
        self.file = file
        self.offset = offset
        self.end = end
    }

    /// Reads the head at the cursor and moves behind the record.
    mutating func next() throws(LogFault) -> Step {
        guard self.offset < self.end else { return .end }
        guard self.offset + JournalRecord.headBytes <= self.end else { return try self.tornOrDamaged() }
        try self.load(JournalRecord.headBytes, at: self.offset)
        let at = self.offset - self.windowStart
        let head = (self.window[at], self.window[at + 1], self.window[at + 2], self.window[at + 3])
        if head == (0, 0, 0, 0) { return .blank }
        guard let record = JournalRecord.read(head, at: self.offset) else {
            return .damaged("the head of the record is no head")
        }
        guard record.end <= self.end else { return .torn }
        self.offset = record.end
        return .record(record)
    }

    /// A head that is cut off: its first bytes must still be possible.
    private mutating func tornOrDamaged() throws(LogFault) -> Step {
        if try self.writtenEnd() == self.offset { return .blank }
        guard self.offset + 4 <= self.end else { return .torn }
        try self.load(4, at: self.offset)
        let at = self.offset - self.windowStart
        let head = (self.window[at], self.window[at + 1], self.window[at + 2], self.window[at + 3])
        return JournalRecord.read(head, at: self.offset) != nil ? .torn : .damaged("the head of the record is no head")
    }

    /// Where the zeros begin that the readable part ends with; the cursor's own place if nothing but zeros follows.
    func writtenEnd() throws(LogFault) -> Int {
        try self.writtenEnd(from: self.offset)
    }

    private func writtenEnd(from start: Int) throws(LogFault) -> Int {
        var written = start
        var offset = start
        while offset < self.end {
            let bytes = try self.file.read(min(Self.walkBytes, self.end - offset), at: offset)
            guard !bytes.isEmpty else { break }
            if let last = bytes.lastIndex(where: { $0 != 0 }) { written = offset + last + 1 }
            offset += bytes.count
        }
        return written
    }

    /// Says whether a part of `range` was never written: nothing but zeros follows from inside of it on, or it lies in
    /// a sector that is zeros from there to its end.
    ///
    /// A write that fails, or is killed, stops at some byte. A loss of power keeps some sectors of the last write and
    /// loses others, which then hold what was there before: the end of an older record, and zeros.
    func isUnwritten(in range: Range<Int>) throws(LogFault) -> Bool {
        if self.end > range.upperBound, try self.writtenEnd(from: range.lowerBound) < range.upperBound { return true }
        var start = range.lowerBound
        while start < min(range.upperBound, self.end) {
            let next = (start / Self.sectorBytes + 1) * Self.sectorBytes
            if try self.file.read(min(next, self.end) - start, at: start).allSatisfy({ $0 == 0 }) { return true }
            start = next
        }
        return false
    }

    /// Forgets what was read ahead, for a file that is being written.
    mutating func readAnew() {
        self.window = []
        self.windowStart = 0
    }

    /// The leaf hash that stands in the head of `record`.
    mutating func leafHash(of record: JournalRecord) throws(LogFault) -> Digest256 {
        try self.load(JournalRecord.headBytes, at: record.offset)
        return unsafe Digest256(self.window.span.bytes, at: record.offset + 4 - self.windowStart)
    }

    /// Gives the bytes of the entry of `record` to `body`.
    mutating func withEntry<Value>(
        of record: JournalRecord, _ body: (RawSpan) -> Value
    ) throws(LogFault) -> Value {
        try self.load(record.entryBytes, at: record.entryOffset)
        let at = record.entryOffset - self.windowStart
        return body(unsafe self.window.span.bytes.extracting(at..<at + record.entryBytes))
    }

    /// Says whether the entry of `record` has the leaf hash that stands in its head.
    mutating func isWhole(_ record: JournalRecord) throws(LogFault) -> Bool {
        let hash = try self.leafHash(of: record)
        return try self.withEntry(of: record) { MerkleTree.leafHash($0) } == hash
    }

    /// Brings `count` bytes from `offset` into the window.
    private mutating func load(_ count: Int, at offset: Int) throws(LogFault) {
        if offset >= self.windowStart, offset + count <= self.windowStart + self.window.count { return }
        let wanted = max(count, min(self.windowBytes, self.end - offset))
        self.window = try self.file.read(wanted, at: offset)
        self.windowStart = offset
        guard self.window.count >= count else {
            throw .corrupt(path: self.file.path, detail: "the file became shorter while it was read")
        }
    }
}
