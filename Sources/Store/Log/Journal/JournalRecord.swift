import Ledger

/// One record of the journal: a head of 36 bytes and the entry.
///
/// The head is the entry's length (two bytes, the higher first), flags, a check byte over these three, and the
/// leaf hash. The check byte tells a damaged length from a record that a crash cut short; the flag `continues`
/// binds the records of one append together, so that a crash leaves all of them or none.
struct JournalRecord: Hashable {
    static let headBytes = 4 + Digest256.byteCount
    static let continuesFlag: UInt8 = 0x01
    /// What the first four bytes of a head give when they are combined by exclusive or.
    static let checkSeed: UInt8 = 0xA5
    private static let blankHead = [UInt8](repeating: 0, count: Self.headBytes)

    /// Where the record begins in its segment.
    var offset: Int
    /// The bytes of the entry.
    var entryBytes: Int
    /// Whether the next record belongs to the same append.
    var continues: Bool

    var entryOffset: Int { self.offset + Self.headBytes }
    var end: Int { self.entryOffset + self.entryBytes }

    /// Adds a record to `bytes`, with zeros in place of its leaf hash.
    static func append(_ entry: RawSpan, continues: Bool, to bytes: inout [UInt8]) {
        let high = UInt8(truncatingIfNeeded: entry.byteCount >> 8)
        let low = UInt8(truncatingIfNeeded: entry.byteCount)
        let flags = continues ? Self.continuesFlag : 0
        let start = bytes.count
        bytes.append(contentsOf: Self.blankHead)
        bytes[start] = high
        bytes[start + 1] = low
        bytes[start + 2] = flags
        bytes[start + 3] = high ^ low ^ flags ^ Self.checkSeed
        unsafe entry.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Reads the first four bytes of a head, or answers nil where they cannot be one.
    static func read(_ head: (UInt8, UInt8, UInt8, UInt8), at offset: Int) -> JournalRecord? {
        guard head.0 ^ head.1 ^ head.2 ^ head.3 == Self.checkSeed, head.2 & ~Self.continuesFlag == 0 else { return nil }
        let length = Int(head.0) << 8 | Int(head.1)
        guard length > 0 else { return nil }
        return JournalRecord(offset: offset, entryBytes: length, continues: head.2 & Self.continuesFlag != 0)
    }
}

/// A place between two records of the journal.
struct JournalPosition: Hashable, Sendable {
    /// The number of entries before it.
    var size: UInt64
    /// The offset in the segment of entry ``size``.
    var offset: Int

    static let start = JournalPosition(size: 0, offset: 0)

    /// The first index of the segment that the next record goes to.
    var segment: UInt64 { LogDirectory.segmentStart(self.size) }

    /// The place after one more record, which may be the beginning of the next segment.
    func after(_ record: JournalRecord) -> JournalPosition {
        let next = self.size + 1
        return JournalPosition(size: next, offset: next % LogDirectory.segmentEntries == 0 ? 0 : record.end)
    }
}
