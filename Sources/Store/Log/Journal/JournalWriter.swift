import Ledger

/// The writing end of the journal: records are committed together or not at all.
///
/// It writes into room that it filled with zeros before; whoever reads takes zeros behind the last record for the end.
/// It belongs to the writer's thread. Whatever fails, the files are cut back to the last durable record, at once
/// if the disk lets us and else before the next commit; so a full disk heals by itself.
struct JournalWriter {
    /// The room that a segment begins with, in bytes: most logs of decisions never need more.
    private static let firstRoom = 1 << 16

    private let directory: LogDirectory
    private let files: FileOperations
    /// The end of what is durable.
    private(set) var durable: JournalPosition
    /// The most bytes of room behind the last record.
    private let room: Int
    /// The segment that is open, its descriptor, and where the zeros end that were written ahead.
    private var open: (segment: UInt64, descriptor: Int32, prepared: Int)?
    /// Whether something may lie behind ``durable``.
    private var needsRepair = false

    init(_ directory: LogDirectory, files: FileOperations, durable: JournalPosition, room: Int) {
        self.directory = directory
        self.files = files
        self.room = room
        self.durable = durable
    }

    /// Writes `records`, one write and one `fdatasync` a segment, and moves ``durable``.
    mutating func commit(_ records: StagedRecords) throws(LogFault) {
        guard records.count > 0 else { return }
        if self.needsRepair {
            try self.repair()
        }
        self.needsRepair = true
        do {
            let end = self.durable.size + UInt64(records.count)
            var position = self.durable
            var start = 0
            while position.size < end {
                let descriptor = try self.descriptor(of: position.segment)
                let size = min(position.segment + LogDirectory.segmentEntries, end)
                let isFull = size % LogDirectory.segmentEntries == 0
                let stop = size == end ? records.bytes.count : records.offset(of: Int(size - self.durable.size))
                try self.write(
                    unsafe records.bytes.span.bytes.extracting(start..<stop), to: descriptor, at: position.offset,
                    isFull: isFull)
                position = JournalPosition(size: size, offset: isFull ? 0 : position.offset + stop - start)
                start = stop
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

    /// Cuts the room off that nobody will write into, and closes the open segment.
    mutating func finish() {
        if let open = self.open, open.segment == self.durable.segment, open.prepared > self.durable.offset {
            try? self.files.truncate(open.descriptor, Int64(self.durable.offset))
        }
        self.close()
    }

    private mutating func close() {
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

    private mutating func write(
        _ bytes: RawSpan, to descriptor: Int32, at offset: Int, isFull: Bool
    ) throws(LogFault) {
        do {
            try self.files.write(descriptor, bytes, Int64(offset))
            let end = offset + bytes.byteCount
            if isFull, let open = self.open, open.prepared > end {
                try self.files.truncate(descriptor, Int64(end))
            } else if !isFull {
                self.prepareRoom(descriptor, behind: end)
            }
            try self.files.synchronize(descriptor)
        } catch {
            throw LogFault(error)
        }
    }

    /// Writes zeros behind `end` where the room is used up; the sync that follows makes them durable, too.
    ///
    /// That there is no place for them is no fault: the entries themselves were written.
    private mutating func prepareRoom(_ descriptor: Int32, behind end: Int) {
        guard self.room > 0, let open = self.open, end > open.prepared else { return }
        let zeros = [UInt8](repeating: 0, count: min(self.room, max(Self.firstRoom, end)))
        let isWritten = (try? self.files.write(descriptor, unsafe zeros.span.bytes, Int64(end))) != nil
        self.open?.prepared = isWritten ? end + zeros.count : end
    }

    private mutating func descriptor(of segment: UInt64) throws(LogFault) -> Int32 {
        if let open = self.open, open.segment == segment { return open.descriptor }
        self.close()
        do {
            let descriptor = try self.files.open(self.directory.segment(segment), .created)
            self.open = (segment, descriptor, 0)
            try self.files.synchronizeDirectory(self.directory.journal)
            return descriptor
        } catch {
            throw LogFault(error)
        }
    }
}
