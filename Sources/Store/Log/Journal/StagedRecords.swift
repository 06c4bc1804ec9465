import Ledger

/// Records on their way to the journal, one after the other as they will stand there.
///
/// Whoever adds an entry is in a hurry: its bytes are copied, and the room for its leaf hash stays zeros until
/// ``writeHashes()``.
struct StagedRecords {
    private(set) var bytes: [UInt8] = []
    /// The number of records.
    private(set) var count = 0

    /// The bytes of all entries, without heads.
    var entryBytes: Int { self.bytes.count - self.count * JournalRecord.headBytes }

    /// Adds a record without its hash.
    ///
    /// Precondition: the entry has 1 to 65,535 bytes.
    mutating func append(_ entry: RawSpan, continues: Bool) {
        JournalRecord.append(entry, continues: continues, to: &self.bytes)
        self.count += 1
    }

    /// Puts the leaf hash of each entry into the head of its record.
    mutating func writeHashes() {
        var offset = 0
        var hash: [UInt8] = []
        hash.reserveCapacity(Digest256.byteCount)
        while offset < self.bytes.count {
            let (start, end) = (offset + JournalRecord.headBytes, self.end(ofRecordAt: offset))
            MerkleTree.leafHash(unsafe self.bytes.span.bytes.extracting(start..<end)).append(to: &hash)
            self.bytes.replaceSubrange(offset + 4..<start, with: hash)
            hash.removeAll(keepingCapacity: true)
            offset = end
        }
    }

    /// Where the record at a place begins; for ``count`` where the last one ends.
    func offset(of place: Int) -> Int {
        var offset = 0
        for _ in 0..<place { offset = self.end(ofRecordAt: offset) }
        return offset
    }

    /// Takes the records at these places out again.
    mutating func remove(_ places: Range<Int>) {
        self.bytes.removeSubrange(self.offset(of: places.lowerBound)..<self.offset(of: places.upperBound))
        self.count -= places.count
    }

    /// Takes all records out; the memory stays for the next ones unless it is uncommonly much.
    mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: self.bytes.count <= 4 << 20)
        self.count = 0
    }

    private func end(ofRecordAt offset: Int) -> Int {
        offset + JournalRecord.headBytes + (Int(self.bytes[offset]) << 8 | Int(self.bytes[offset + 1]))
    }
}
