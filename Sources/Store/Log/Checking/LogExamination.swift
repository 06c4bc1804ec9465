import Ledger

/// One run of ``LogCheck/fsck()``.
///
/// It goes through the log 256 entries at a time. For each run there are up to three witnesses: the bundle, tile 0 and
/// the journal, and the tile above knows the root of a full run. The reference is what two of these agree on; the files
/// that say something else are damaged. From the references the whole tree is built and compared with all other tiles.
struct LogExamination {
    private(set) var report = LogReport()
    let directory: LogDirectory
    private let check: LogCheck
    private var checkpoint: Checkpoint?
    private var inventory: TileInventory
    private var frontier = Frontier()
    /// The hashes that the tile of each level above 0 should have, as far as it has come.
    private var rows: [[Digest256]] = []

    init(_ check: LogCheck) {
        self.check = check
        self.directory = check.directory
        self.inventory = TileInventory(check.directory)
    }

    mutating func run() throws(LogFault) {
        try self.inventory.read()
        for path in self.inventory.strangers {
            self.add(.unexpectedFile, nil, path, "no file of a log has this name")
        }
        guard let checkpoint = try self.readCheckpoint() else { return }
        self.checkpoint = checkpoint
        self.report.size = checkpoint.size
        self.reportMissing(checkpoint.size)
        var walk = try JournalWalk(self.directory, from: LogDirectory.segmentStart(checkpoint.size))
        let journalStart = walk.first
        var index: UInt64 = 0
        var isOver = false
        while !isOver {
            let run = try self.witnesses(from: index, journalStart, &walk)
            isOver = run.count < 256
            try self.examine(run, from: index)
            index += UInt64(run.count)
        }
        try self.finish(checkpoint, walk)
    }

    private mutating func readCheckpoint() throws(LogFault) -> Checkpoint? {
        guard let bytes = try ReadableFile.contents(self.directory.checkpoint) else {
            self.add(.checkpointInvalid, nil, "checkpoint", "the file is missing")
            return nil
        }
        self.report.files += 1
        var parsed: Checkpoint?
        do {
            let note = try SignedNote(bytes)
            parsed = try Checkpoint(note.text)
            return try self.check.signedCheckpoint(note)
        } catch {
            self.add(.checkpointInvalid, nil, "checkpoint", "\(error)")
        }
        // The signature does not hold; what it claims still tells which files there should be, within reason.
        guard let parsed, parsed.size <= self.inventory.entriesAtMost else { return nil }
        return parsed
    }

    private mutating func reportMissing(_ size: UInt64) {
        for path in TilePath.all(size: size) where !self.inventory.has(path) {
            self.add(.fileMissing, path.firstEntry, path.description, "the checkpoint needs this file")
        }
        let segment = LogDirectory.segmentStart(size)
        if size != segment, !self.inventory.segments.contains(segment) {
            let path = "journal/" + LogDirectory.segmentName(segment)
            self.add(.fileMissing, segment, path, "the journal from entry \(segment) is needed to go on")
        }
    }

    // MARK: Entries

    /// What there is to say about up to 256 entries; nil for an entry that a source does not have.
    private struct Run {
        var count = 0
        var bundle: [Digest256] = []
        var tile: [Digest256] = []
        var journal: [JournalWitness?] = []
        var bundlePath: TilePath?
        var tilePath: TilePath?
    }

    private mutating func witnesses(
        from first: UInt64, _ journalStart: UInt64, _ walk: inout JournalWalk
    ) throws(LogFault) -> Run {
        let signed = self.checkpoint?.size ?? 0
        let width = signed > first ? Int(min(256, signed - first)) : 0
        var run = Run(count: width)
        for place in 0..<256 {
            let index = first + UInt64(place)
            guard index >= journalStart, let witness = try walk.witness(index) else {
                guard place < width else { break }
                run.journal.append(nil)
                continue
            }
            run.journal.append(witness)
        }
        run.count = max(width, run.journal.count)
        guard width > 0 else { return run }
        let bundlePath = TilePath(.entries, index: first / 256, width: width)
        run.bundlePath = bundlePath
        run.bundle = try self.bundleHashes(bundlePath)
        let tilePath = TilePath(.hashes(level: 0), index: first / 256, width: width)
        run.tilePath = tilePath
        run.tile = try self.tileHashes(tilePath)
        return run
    }

    private mutating func bundleHashes(_ path: TilePath) throws(LogFault) -> [Digest256] {
        guard self.inventory.has(path), let bytes = try ReadableFile.contents(self.directory.tile(path)) else {
            return []
        }
        self.report.files += 1
        // Each entry is read as long as the lengths make sense, so that the first damaged one is named.
        var hashes: [Digest256] = []
        var offset = 0
        while offset + 2 <= bytes.count, hashes.count < path.width {
            let end = offset + 2 + (Int(bytes[offset]) << 8 | Int(bytes[offset + 1]))
            guard end <= bytes.count else { break }
            hashes.append(MerkleTree.leafHash(unsafe bytes.span.bytes.extracting(offset + 2..<end)))
            offset = end
        }
        if hashes.count != path.width || offset != bytes.count {
            let index = path.firstEntry + UInt64(hashes.count)
            self.add(
                .fileMalformed, min(index, path.firstEntry + UInt64(path.width) - 1), path.description,
                "it is not exactly \(path.width) entries")
        }
        return hashes
    }

    private mutating func tileHashes(_ path: TilePath) throws(LogFault) -> [Digest256] {
        guard self.inventory.has(path), let bytes = try ReadableFile.contents(self.directory.tile(path)) else {
            return []
        }
        self.report.files += 1
        if bytes.count != path.hashBytes {
            let place = min(bytes.count / Digest256.byteCount, path.width - 1)
            self.add(
                .fileMalformed, path.firstEntry(at: place), path.description,
                "it has \(bytes.count) bytes, not \(path.hashBytes)")
        }
        return LogRecovering.hashes(bytes)
    }

    private mutating func examine(_ run: Run, from first: UInt64) throws(LogFault) {
        let reference = try self.reference(run, from: first)
        self.report.entries += UInt64(run.count)
        for (place, expected) in reference.enumerated() {
            let index = first + UInt64(place)
            if place < run.bundle.count, let path = run.bundlePath, run.bundle[place] != expected {
                self.add(.entryMismatch, index, path.description, "the entry does not have the hash that the tree has")
                break
            }
        }
        for (place, expected) in reference.enumerated() {
            let index = first + UInt64(place)
            if place < run.tile.count, let path = run.tilePath, run.tile[place] != expected {
                self.add(.hashMismatch, index, path.description, "the hash is not that of the entry")
            }
            if place < run.journal.count, let witness = run.journal[place],
                witness.actual != expected || witness.head != expected
            {
                let path = "journal/" + LogDirectory.segmentName(LogDirectory.segmentStart(index))
                self.add(.entryMismatch, index, path, "the record does not have the hash that the tree has")
            }
        }
        try self.examinePartials(.entries, first / 256, reference)
        try self.examinePartials(.hashes(level: 0), first / 256, reference)
        for hash in reference {
            try self.grow(hash)
        }
    }

    /// The hashes on which two witnesses agree, the tile above being one for a full run; else those of the fullest.
    private func reference(_ run: Run, from first: UInt64) throws(LogFault) -> [Digest256] {
        let journal = run.journal.compactMap { $0 }.filter { $0.head == $0.actual }.map(\.actual)
        let candidates = [run.tile, run.bundle, journal]
        let width = run.bundlePath?.width ?? 0
        let whole = candidates.filter { $0.count == run.count }
        if width == 256, let above = try self.hashAbove(first / 256),
            let confirmed = whole.first(where: { MerkleTree.root(of: $0) == above })
        {
            return confirmed
        }
        for (position, candidate) in candidates.enumerated() where candidate.count >= width && width > 0 {
            let others = candidates.indices.filter { $0 != position }.map { candidates[$0] }
            if others.contains(where: { $0.count >= width && $0[..<width] == candidate[..<width] }) {
                // Beyond the checkpoint only the journal knows.
                return Array(candidate[..<width]) + (journal.count == run.count ? journal[width...] : [])
            }
        }
        if width == 0 { return run.journal.compactMap { $0?.head } }
        return whole.first ?? candidates.max { $0.count < $1.count } ?? []
    }

    /// What tile 1 has for the root of a full run.
    private func hashAbove(_ index: UInt64) throws(LogFault) -> Digest256? {
        let count = (self.checkpoint?.size ?? 0) / 256
        guard index < count else { return nil }
        let width = Int(min(256, count - index / 256 * 256))
        let path = TilePath(.hashes(level: 1), index: index / 256, width: width)
        guard let bytes = try ReadableFile.contents(self.directory.tile(path)) else { return nil }
        let hashes = LogRecovering.hashes(bytes)
        return Int(index % 256) < hashes.count ? hashes[Int(index % 256)] : nil
    }

    // MARK: The tree above

    private mutating func grow(_ leaf: Digest256) throws(LogFault) {
        var rows = self.rows
        self.rows = []
        self.frontier.append(leaf) { level, _, hash in
            guard level > 0, level.isMultiple(of: 8) else { return }
            while rows.count < level / 8 {
                rows.append([])
            }
            rows[level / 8 - 1].append(hash)
        }
        self.rows = rows
        if let checkpoint = self.checkpoint, self.frontier.size == checkpoint.size {
            if self.frontier.root != checkpoint.root {
                self.add(.rootMismatch, nil, "checkpoint", "the entries have another root than the one that is signed")
            }
            for level in self.rows.indices where !self.rows[level].isEmpty && self.rows[level].count < 256 {
                try self.examineRow(level + 1, isFull: false)
            }
        }
        for level in self.rows.indices where self.rows[level].count == 256 {
            try self.examineRow(level + 1, isFull: true)
            self.rows[level].removeAll(keepingCapacity: true)
        }
    }

    /// Compares a tile above level 0 with the hashes that it should have.
    private mutating func examineRow(_ level: Int, isFull: Bool) throws(LogFault) {
        let expected = self.rows[level - 1]
        let index = (self.frontier.size >> UInt64(8 * level) - (isFull ? 1 : 0)) / 256
        let path = TilePath(.hashes(level: level), index: index, width: expected.count)
        try self.compare(try self.tileHashes(path), expected, path)
        try self.examinePartials(.hashes(level: level), index, expected)
    }

    private mutating func compare(_ hashes: [Digest256], _ expected: [Digest256], _ path: TilePath) throws(LogFault) {
        guard let place = zip(hashes, expected).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset
        else {
            return
        }
        self.add(
            .hashMismatch, path.firstEntry(at: place), path.description, "hash \(place) is not that of its subtree")
    }

    /// Every partial version of a tile must be a beginning of what the tile should be.
    private mutating func examinePartials(
        _ kind: TilePath.Kind, _ index: UInt64, _ expected: [Digest256]
    ) throws(LogFault) {
        let signed = self.checkpoint.map { checkpoint in
            TilePath.partial(size: checkpoint.size).first { $0.kind == kind && $0.index == index }
        }
        for width in self.inventory.widths(kind, index) where width <= expected.count {
            let path = TilePath(kind, index: index, width: width)
            if case .some(path) = signed { continue }  // It was examined as a witness.
            switch kind {
            case .hashes: try self.compare(try self.tileHashes(path), Array(expected[..<width]), path)
            case .entries:
                let hashes = try self.bundleHashes(path)
                if let place = zip(hashes, expected).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset
                {
                    self.add(
                        .entryMismatch, path.firstEntry + UInt64(place), path.description, "another entry stands here")
                }
            }
            self.inventory.markExamined(path)
        }
    }

    // MARK: The end

    private mutating func finish(_ checkpoint: Checkpoint, _ walk: JournalWalk) throws(LogFault) {
        if checkpoint.size == 0, checkpoint.root != MerkleTree.emptyRoot {
            self.add(.rootMismatch, nil, "checkpoint", "the empty log has another root")
        }
        if var damage = walk.damage {
            if let index = damage.entryIndex, index < checkpoint.size {
                damage.kind = .journalDamaged
            }
            self.add(damage)
        } else {
            try self.reportShortJournal(checkpoint)
        }
        for path in self.inventory.unexamined(beyond: checkpoint.size, upTo: self.frontier.size) {
            self.add(
                .unexpectedFile, path.firstEntry, path.description, "no checkpoint and no journal has these entries")
        }
        self.report.findings.sort { ($0.entryIndex ?? 0) < ($1.entryIndex ?? 0) }
    }

    /// The journal must reach at least as far as the checkpoint, or the writer could not go on.
    private mutating func reportShortJournal(_ checkpoint: Checkpoint) throws(LogFault) {
        let start = LogDirectory.segmentStart(checkpoint.size)
        guard start != checkpoint.size, let file = try ReadableFile(self.directory.segment(start)) else { return }
        var cursor = JournalCursor(file, end: try file.length)
        var index = start
        while case .record = try cursor.next() {
            index += 1
        }
        if index < checkpoint.size {
            self.add(
                .journalDamaged, index, "journal/" + LogDirectory.segmentName(start),
                "it ends after entry \(index), and \(checkpoint.size) are signed")
        }
    }

    private mutating func add(_ kind: LogFinding.Kind, _ index: UInt64?, _ path: String, _ message: String) {
        self.add(LogFinding(kind: kind, entryIndex: index, path: path, message: message))
    }

    private mutating func add(_ finding: LogFinding) {
        if self.report.findings.count < LogCheck.maximumFindings {
            self.report.findings.append(finding)
        }
    }
}
