import Foundation
import Ledger
import Store
import Testing

@Suite("A log after a crash")
struct LogRecoveryTests {
    private static let journal = "/journal/00000000000000000000"

    @Test("has every entry that was answered and none that was not given, wherever the last write was cut")
    func everyByte() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.exact)
        // Short entries, for there are as many places to cut as there are bytes.
        let entries = (0..<9).map { Array("entry \($0)".utf8) }
        _ = try await log.append(Array(entries[..<5]))
        let before = try read(folder.directory + Self.journal).count
        // The last batch: three entries that belong together and one alone.
        _ = try await log.append(Array(entries[5..<8]))
        let middle = try read(folder.directory + Self.journal).count
        _ = try await log.append([entries[8]])
        let whole = try read(folder.directory + Self.journal)
        for length in before...whole.count {
            let copy = try folder.copy("cut")
            try write(Array(whole[..<length]), copy + Self.journal)
            let recovered = try folder.open(.quiet, copy)
            let expected: UInt64 = length == whole.count ? 9 : length >= middle ? 8 : 5
            #expect(recovered.size == expected, "cut at \(length)")
            let kept = expected == 9 ? whole.count : expected == 8 ? middle : before
            let cut = whole[kept..<length].lastIndex { $0 != 0 }.map { $0 + 1 - kept } ?? 0
            #expect(recovered.recovery.cutBytes == cut, "cut at \(length): zeros at the end are room")
            #expect(recovered.checkpointSize == expected, "what was recovered is signed")
            _ = try await recovered.append([entry(100)], expectedSize: expected)
            try recovered.close()
            let reader = try LogReader(directory: copy)
            for index in 0..<Int(expected) {
                #expect(try reader.entry(at: UInt64(index)) == entries[index])
            }
            #expect(try folder.fsck(copy).findings.isEmpty, "cut at \(length)")
        }
        try log.close()
    }

    @Test("takes zeros behind the last record for room, and goes on where the record ends")
    func zeros() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.exact)
        _ = try await log.append([entry(0)])
        for count in [1, 3, 4, 36, 5_000, 300_000] {
            let copy = try folder.copy("zeros")
            try write(try read(copy + Self.journal) + Array(repeating: 0, count: count), copy + Self.journal)
            let recovered = try folder.open(.quiet, copy)
            #expect(recovered.size == 1)
            #expect(recovered.recovery.cutBytes == 0)
            _ = try await recovered.append([entry(1)], expectedSize: 1)
            try recovered.close()
            #expect(try read(copy + Self.journal).last != 0, "who closes a log leaves no room in it")
            #expect(try folder.fsck(copy).findings.isEmpty)
        }
        try log.close()
    }

    /// The room of a segment is overwritten by the last batch, of which a loss of power keeps any of the sectors.
    @Test("has what was answered, whichever sectors of the last write were lost", arguments: 0..<80 as Range<UInt64>)
    func lostSectors(seed: UInt64) async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        var dice = LogDice(state: seed)
        let answered = (0..<Int.random(in: 1...40, using: &dice)).map { entry($0) }
        _ = try await log.append(answered)
        let before = try read(folder.directory + Self.journal)
        for count in [Int.random(in: 1...30, using: &dice), Int.random(in: 1...30, using: &dice)] {
            _ = try await log.append((0..<count).map { entry($0, tag: "unanswered") })
        }
        let after = try read(folder.directory + Self.journal)
        #expect(before.count == after.count, "the last batches went into room that was there")
        var found = after
        for start in stride(from: 0, to: after.count, by: 512) where Bool.random(using: &dice) {
            let sector = start..<min(start + 512, after.count)
            found.replaceSubrange(sector, with: before[sector])
        }
        let copy = try folder.copy("lost")
        try log.close()
        try write(found, copy + Self.journal)
        #expect(try folder.fsck(copy).isSound, "seed \(seed)")
        let recovered = try folder.open(.quiet, copy)
        #expect(recovered.size >= UInt64(answered.count), "seed \(seed)")
        _ = try await recovered.append([entry(100)])
        try recovered.close()
        try LogReader(directory: copy).entries(0..<UInt64(answered.count)) { #expect($1 == answered[Int($0)]) }
        #expect(try folder.fsck(copy).findings.isEmpty, "seed \(seed)")
    }

    @Test("is not opened when a record is damaged, and says what to run", arguments: 0..<60 as Range<UInt64>)
    func damaged(seed: UInt64) async throws {
        let folder = try LogFolder()
        let log = try folder.open(.exact)
        _ = try await log.append((0..<6).map { entry($0) })
        let copy = try folder.copy("damaged")
        try log.close()
        var bytes = try read(copy + Self.journal)
        var dice = LogDice(state: seed)
        let offset = Int.random(in: bytes.indices, using: &dice)
        bytes[offset] ^= UInt8.random(in: 1...255, using: &dice)
        try write(bytes, copy + Self.journal)
        let before = try files(copy)
        do {
            _ = try folder.open(.quiet, copy)
            Issue.record("byte \(offset) was changed and the log opened, seed \(seed)")
        } catch LogFault.corrupt(let path, let detail) {
            #expect(path.hasSuffix(Self.journal))
            #expect(LogFault.corrupt(path: path, detail: detail).description.contains("sluice log fsck"))
        } catch {
            Issue.record("another fault: \(error), seed \(seed)")
        }
        #expect(try files(copy) == before, "nothing is changed")
    }

    @Test("never signs fewer entries than before")
    func smaller() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        for index in 0..<4 {
            _ = try await log.append([entry(index)])
        }
        try log.close()
        let whole = try read(folder.directory + Self.journal)
        for length in stride(from: 0, to: whole.count, by: 7) {
            let copy = try folder.copy("short")
            try write(Array(whole[..<length]), copy + Self.journal)
            #expect(throws: LogFault.self) { try folder.open(.quiet, copy) }
        }
        let copy = try folder.copy("gone")
        try FileManager.default.removeItem(atPath: copy + Self.journal)
        #expect(throws: LogFault.self) { try folder.open(.quiet, copy) }
        let unsigned = try folder.copy("unsigned")
        try FileManager.default.removeItem(atPath: unsigned + "/checkpoint")
        #expect(throws: LogFault.self) { try folder.open(.quiet, unsigned) }
    }

    @Test("never signs another root for the size that it signed")
    func otherRoot() async throws {
        let folder = try LogFolder()
        let other = try LogFolder()
        let log = try folder.open()
        _ = try await log.append([entry(0), entry(1)])
        try log.close()
        let fork = try other.open()
        _ = try await fork.append([entry(0), entry(2)])
        try fork.close()
        try write(try read(folder.directory + "/checkpoint"), other.directory + "/checkpoint")
        #expect(throws: LogFault.self) { try other.open() }
    }

    @Test("makes partial tiles again that a loss of power emptied")
    func partials() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        for size in [200, 60, 40, 250] {
            _ = try await log.append((0..<size).map { entry($0, tag: "\(size)") })
        }
        try log.close()
        let whole = try files(folder.directory)
        let names = whole.keys.filter { $0.contains(".p/") }.sorted()
        #expect(names.count == 4, "\(names)")
        for name in names {
            try write([], folder.directory + "/" + name)
        }
        let again = try folder.open()
        #expect(again.recovery.rewrittenTiles == names.count)
        try again.close()
        #expect(try files(folder.directory) == whole)
        for name in names {
            try FileManager.default.removeItem(atPath: folder.directory + "/" + name)
        }
        let third = try folder.open()
        _ = try await third.append([entry(0)])
        try third.close()
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("makes full tiles again that a loss of power emptied, as long as the journal has their entries")
    func fullTiles() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<900).map { entry($0) })
        try log.close()
        let whole = try files(folder.directory)
        let names = whole.keys.filter { $0.hasPrefix("tile/") && !$0.contains(".p/") }.sorted()
        #expect(names.count == 6, "\(names)")
        for (place, name) in names.enumerated() {
            let path = folder.directory + "/" + name
            switch place % 3 {
            case 0: try write([], path)
            case 1: try FileManager.default.removeItem(atPath: path)
            default: try write(Array(repeating: 0, count: whole[name]?.count ?? 0), path)
            }
        }
        let again = try folder.open()
        #expect(again.recovery.rewrittenTiles == names.count)
        try again.close()
        #expect(try files(folder.directory) == whole)
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("leaves a full tile alone where the journal does not lead to the root that was signed")
    func tamperedJournal() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<300).map { entry($0) })
        try log.close()
        let journal = folder.directory + Self.journal
        let tile = folder.directory + "/tile/entries/000"
        let bundle = try read(tile)
        // The first entry and its hash are another's, as long as the true one.
        let forged = entry(0, tag: "entri")
        #expect(forged.count == entry(0).count)
        var bytes = try read(journal)
        bytes.replaceSubrange(4..<36, with: MerkleTree.leafHash(forged).bytes)
        bytes.replaceSubrange(36..<36 + forged.count, with: forged)
        try write(bytes, journal)
        #expect(throws: LogFault.self) { try folder.open() }
        #expect(try read(tile) == bundle)
        #expect(try !folder.fsck().isSound)
    }

    /// The one append that may be found after a crash though it was refused is that which reached the disk and could
    /// not be taken back, since the disk failed for good at that moment; it is then found whole.
    @Test("has all that was answered after the disk failed for good at any call", arguments: [ENOSPC, EIO])
    func failingDisk(errno: Int32) async throws {
        var failedAt = 0
        while try await self.survives(failedAt, errno: errno) {
            failedAt += 1
        }
        #expect(failedAt > 20, "the disk was called \(failedAt) times")
        print("points of failure tried: \(failedAt) with errno \(errno)")
    }

    /// Appends three batches to a disk that fails from one call on, and answers whether that call was reached.
    private func survives(_ failedAt: Int, errno: Int32) async throws -> Bool {
        let folder = try LogFolder()
        let disk = FailingDisk()
        var options = LogOptions.quiet
        options.files = disk.operations
        disk.fail(failedAt..<Int.max, errno: errno)
        var answered: [[UInt8]] = []
        var refused: [[UInt8]] = []
        if let log = try? folder.open(options) {
            for round in 0..<3 {
                let entries = (0..<(round * 130 + 1)).map { entry($0, tag: "round-\(round)") }
                switch await Self.append(entries, to: log, expectedSize: UInt64(answered.count)) {
                case .success: answered += entries
                case .failure: refused = refused.isEmpty ? entries : refused
                }
            }
            try? log.close()
        }
        let wasReached = disk.calls > failedAt
        disk.heal()
        let log = try folder.open()
        #expect([answered.count, answered.count + refused.count].contains(Int(log.size)), "call \(failedAt)")
        try LogReader(directory: folder.directory).entries(0..<log.size) { index, found in
            #expect(found == (answered + refused)[Int(index)], "call \(failedAt)")
        }
        try log.close()
        #expect(try folder.fsck().findings.isEmpty, "call \(failedAt)")
        return wasReached
    }

    @Test(
        "answers unavailable once for a call that fails once, records nothing of it, and goes on",
        arguments: [ENOSPC, EIO], [LogOptions.Cadence.everyBatch, .every(seconds: 3_600)])
    func healing(errno: Int32, cadence: LogOptions.Cadence) async throws {
        let folder = try LogFolder()
        let disk = FailingDisk()
        var options = LogOptions.quiet
        options.checkpoint = cadence
        options.files = disk.operations
        let log = try folder.open(options)
        var answered: [[UInt8]] = []
        var call = 0
        var failures = 0
        while true {
            disk.fail(call..<call + 1, errno: errno)
            let entries = (0..<90).map { entry($0, tag: "call-\(call)") }
            let result = await Self.append(entries, to: log, expectedSize: UInt64(answered.count))
            let wasReached = disk.calls > call
            switch result {
            case .success(let range):
                #expect(range.first == UInt64(answered.count))
                answered += entries
            case .failure(let fault):
                failures += 1
                #expect(fault.code == "log_unavailable" && fault.description.contains("the failing disk"))
                #expect(log.size == UInt64(answered.count))
            }
            guard wasReached else { break }
            disk.heal()
            let size = UInt64(answered.count)
            #expect(try await log.append([entry(call)], expectedSize: size).first == size)
            answered.append(entry(call))
            call += 1
        }
        #expect(failures > 1)
        disk.heal()
        try log.close()
        var found: [[UInt8]] = []
        try LogReader(directory: folder.directory).entries(0..<UInt64(answered.count)) { found.append($1) }
        #expect(found == answered)
        #expect(try folder.fsck().findings.isEmpty)
    }

    private static func append(
        _ entries: [[UInt8]], to log: LogWriter, expectedSize: UInt64
    ) async -> Result<AppendedRange, LogFault> {
        await withCheckedContinuation { continuation in
            log.append(entries, expectedSize: expectedSize) { continuation.resume(returning: $0) }
        }
    }
}
