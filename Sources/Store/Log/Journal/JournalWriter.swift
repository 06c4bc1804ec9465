import Ledger

/// The writing end of the journal: entries are staged, then committed together or not at all.
///
/// It belongs to the writer's thread. Whatever fails, the files are cut back to the last durable record, at once
/// if the disk lets us and else before the next commit; so a full disk heals by itself.
struct JournalWriter {
    private let directory: LogDirectory
    private let files: FileOperations
    /// The end of what is durable.
    private(set) var durable: JournalPosition
    /// The segment that is open, and its descriptor.
    private var open: (segment: UInt64, descriptor: Int32)?
    /// Whether something may lie behind ``durable``.
    private var needsRepair = false

    private var staged: [UInt8] = []
    private var stagedCount: UInt64 = 0
    /// Where in ``staged`` a new segment begins.
    private var boundaries: [Int] = []

    init(_ directory: LogDirectory, files: FileOperations, durable: JournalPosition) {
        self.directory = directory
        self.files = files
        self.durable = durable
    }

    /// The size of the log once everything staged is committed.
    var stagedSize: UInt64 { self.durable.size + self.stagedCount }

    /// Adds an entry to what the next commit writes.
    mutating func stage(_ entry: RawSpan, continues: Bool) {
        if self.stagedCount > 0, self.stagedSize % LogDirectory.segmentEntries == 0 {
            self.boundaries.append(self.staged.count)
        }
        JournalRecord.append(entry, continues: continues, to: &self.staged)
        self.stagedCount += 1
    }

    /// Writes what is staged, one write and one `fdatasync` a segment, and moves ``durable``.
    ///
    /// Nothing is staged afterwards, whether it throws or not.
    mutating func commit() throws(LogFault) {
        defer {
            self.staged.removeAll(keepingCapacity: self.staged.count <= 4 << 20)
            self.boundaries.removeAll()
            self.stagedCount = 0
        }
        guard self.stagedCount > 0 else { return }
        if self.needsRepair {
            try self.repair()
        }
        self.needsRepair = true
        do {
            var position = self.durable
            var start = 0
            for end in self.boundaries + [self.staged.count] {
                let descriptor = try self.descriptor(of: position.segment)
                try self.write(start..<end, to: descriptor, at: position.offset)
                let size = min(position.segment + LogDirectory.segmentEntries, self.stagedSize)
                let isFull = size % LogDirectory.segmentEntries == 0
                position = JournalPosition(size: size, offset: isFull ? 0 : position.offset + end - start)
                start = end
            }
            self.durable = position
            self.needsRepair = false
        } catch {
            try? self.repair()
            throw error
        }
    }

    /// Takes back everything behind `position`, which was durable before the last commit.
    mutating func takeBack(to position: JournalPosition) {
        precondition(position.size <= self.durable.size, "only what was written can be taken back")
        self.durable = position
        self.needsRepair = true
        try? self.repair()
    }

    /// Closes the open segment.
    mutating func close() {
        if let open = self.open {
            self.files.close(open.descriptor)
            self.open = nil
        }
    }

    /// Cuts off what lies behind ``durable``.
    private mutating func repair() throws(LogFault) {
        self.close()
        let segments = try self.directory.segments()
        let descriptor = try self.descriptor(of: self.durable.segment)
        do {
            for segment in segments where segment > self.durable.segment {
                try self.files.remove(self.directory.segment(segment))
            }
            try self.files.truncate(descriptor, Int64(self.durable.offset))
            try self.files.synchronize(descriptor)
        } catch {
            throw LogFault(error)
        }
        self.needsRepair = false
    }

    private func write(_ part: Range<Int>, to descriptor: Int32, at offset: Int) throws(LogFault) {
        do {
            try self.files.write(descriptor, unsafe self.staged.span.bytes.extracting(part), Int64(offset))
            try self.files.synchronize(descriptor)
        } catch {
            throw LogFault(error)
        }
    }

    private mutating func descriptor(of segment: UInt64) throws(LogFault) -> Int32 {
        if let open = self.open, open.segment == segment { return open.descriptor }
        self.close()
        do {
            let descriptor = try self.files.open(self.directory.segment(segment), true)
            self.open = (segment, descriptor)
            try self.files.synchronizeDirectory(self.directory.journal)
            return descriptor
        } catch {
            throw LogFault(error)
        }
    }
}
