import Ledger

/// Where each record of the journal lies, found by walking over the heads once and from there on as it grows.
struct JournalIndex {
    private struct Segment {
        /// The offset of each record, and behind the last the offset where the walk goes on.
        var offsets: [Int]
    }

    /// The most segments whose places are kept; there are rarely more than two.
    private static let maximumSegments = 4
    /// What is read for one record; most fit in it.
    private static let recordBytes = 1024

    private let directory: LogDirectory
    private var segments: [UInt64: Segment] = [:]

    init(_ directory: LogDirectory) {
        self.directory = directory
    }

    /// The record of entry `index` and a cursor to read it by, or nil where the journal does not have it.
    ///
    /// A place that no longer fits, since an append failed and another followed, is found anew.
    mutating func find(_ index: UInt64) throws(LogFault) -> (JournalRecord, JournalCursor)? {
        let start = LogDirectory.segmentStart(index)
        guard let file = try ReadableFile(self.directory.segment(start)) else {
            self.segments[start] = nil
            return nil
        }
        // An append that is under way may be seen half; a moment later it is whole.
        for attempt in 0..<ReadableFile.attempts {
            if attempt > 1 { ReadableFile.pause() }
            guard let offset = try self.offset(of: Int(index - start), in: start, file) else { return nil }
            var cursor = JournalCursor(file, from: offset, end: try file.length, windowBytes: Self.recordBytes)
            if case .record(let record) = try cursor.next(), try cursor.isWhole(record) {
                return (record, cursor)
            }
            self.segments[start] = nil
        }
        throw .corrupt(path: file.path, detail: "entry \(index) does not have its hash")
    }

    /// The number of entries up to the end of the journal, at least `known`.
    mutating func size(from known: UInt64) throws(LogFault) -> UInt64 {
        var size = known
        for start in try self.directory.segments() where start >= LogDirectory.segmentStart(known) {
            guard let file = try ReadableFile(self.directory.segment(start)) else { continue }
            _ = try self.offset(of: Int(LogDirectory.segmentEntries), in: start, file)
            size = max(size, start + UInt64((self.segments[start]?.offsets.count ?? 1) - 1))
        }
        return size
    }

    private mutating func offset(of place: Int, in start: UInt64, _ file: ReadableFile) throws(LogFault) -> Int? {
        var offsets = self.segments[start]?.offsets ?? [0]
        if place + 1 >= offsets.count {
            let length = try file.length
            if let last = offsets.last, last > length {
                offsets = [0]  // It was cut back; what is known no longer counts.
            }
            var cursor = JournalCursor(file, from: offsets[offsets.count - 1], end: length)
            while offsets.count <= LogDirectory.segmentEntries, case .record(let record) = try cursor.next() {
                offsets.append(record.end)
            }
            if self.segments.count >= Self.maximumSegments {
                self.segments.removeAll()
            }
            self.segments[start] = Segment(offsets: offsets)
        }
        return place + 1 < offsets.count ? offsets[place] : nil
    }
}
