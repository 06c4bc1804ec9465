import Foundation
import Ledger
import Store
import Testing

@Suite("An examination of a log")
struct LogCheckTests {
    private static let runs = 20

    @Test("finds each of 1,000 random damages and names the file and the entry", arguments: 0..<runs as Range<Int>)
    func damages(run: Int) async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        var count = 0
        // 3,055 entries: eleven full bundles, a partial one, and the journal of all of them.
        for size in [1, 700, 1_299, 1_000, 50, 5] {
            _ = try await log.append((0..<size).map { entry(count + $0) })
            count += size
        }
        try log.close()
        let again = try folder.open()
        _ = try await again.append([entry(count)])
        try again.close()
        let sound = try folder.fsck()
        #expect(sound.findings.isEmpty && sound.size == 3_056 && sound.entries == 3_056)
        let original = try files(folder.directory)
        for number in 0..<1_000 / Self.runs {
            let seed = UInt64(run * 1_000 + number)
            let damage = try #require(Damage.random(original, seed: seed), "seed \(seed)")
            try damage.apply(folder.directory)
            let report = try folder.fsck()
            #expect(!report.isSound, "\(damage), seed \(seed)")
            #expect(
                report.findings.contains { damage.isNamed(by: $0) },
                "\(damage), seed \(seed): \(report.findings.prefix(5))")
            try damage.undo(folder.directory, original)
        }
        #expect(try folder.fsck().findings.isEmpty)
    }

    @Test("finds damage in the tiles when the journal of their entries is gone")
    func withoutJournal() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        _ = try await log.append((0..<65_540).map { Array("entry-\($0)".utf8) })
        try log.close()
        let original = try files(folder.directory)
        #expect(original["journal/00000000000000000000"] == nil)
        #expect(try folder.fsck().findings.isEmpty)
        for (path, place) in [("tile/entries/003", 40), ("tile/0/007", 300), ("tile/1/000", 64), ("tile/2/000.p/1", 0)]
        {
            let bytes = try #require(original[path])
            var changed = bytes
            changed[place] ^= 4
            try write(changed, folder.directory + "/" + path)
            let report = try folder.fsck()
            #expect(report.findings.contains { $0.path == path && $0.entryIndex != nil }, "\(path): \(report.findings)")
            #expect(!report.findings.contains { $0.path != path }, "\(path): \(report.findings)")
            try write(bytes, folder.directory + "/" + path)
        }
    }

    @Test("does not call damage what a crash leaves behind")
    func unfinished() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.exact)
        _ = try await log.append((0..<10).map { entry($0) })
        let copy = try folder.copy("crash")
        try log.close()
        let journal = copy + "/journal/00000000000000000000"
        try write(Array(try read(journal).dropLast(3)), journal)
        let report = try folder.fsck(copy)
        #expect(report.isSound)
        #expect(report.findings.map(\.kind) == [.unfinishedAppend])
        #expect(report.findings[0].entryIndex == 9)
    }

    @Test("finds a log that was put back to an older copy, or rewritten, by an older checkpoint")
    func oldCopy() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<10).map { entry($0) })
        let old = try folder.copy("old")
        _ = try await log.append([entry(10)])
        let kept = try LogReader(directory: folder.directory).checkpoint()
        try log.close()
        let check = LogCheck(directory: old, verifiers: folder.verifiers)
        #expect(try check.verify().size == 10)
        #expect(throws: LogFault.self) { try check.verify(since: kept) }
    }

    @Test("names strange files, and a missing or foreign checkpoint")
    func strange() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append([entry(0)])
        try log.close()
        try write([1], folder.directory + "/note.txt")
        try write([1], folder.directory + "/tile/0/1")
        #expect(try folder.fsck().findings.map(\.path).sorted() == ["note.txt", "tile/0/1"])
        let stranger = try NoteSigner(name: "x", seed: Array(repeating: 2, count: 32)).verifier
        let foreign = try LogCheck(directory: folder.directory, verifiers: [stranger]).fsck()
        #expect(foreign.findings.contains { $0.kind == .checkpointInvalid })
        #expect(throws: LogFault.self) {
            try LogCheck(directory: folder.directory, verifiers: [stranger]).verify()
        }
        try FileManager.default.removeItem(atPath: folder.directory + "/checkpoint")
        #expect(try folder.fsck().findings.contains { $0.kind == .checkpointInvalid })
    }
}

/// One thing that is done to the files of a log.
struct Damage: CustomStringConvertible {
    /// The files as they are after the damage; nil for one that is removed.
    var files: [String: [UInt8]?]
    /// The entry that is damaged first, where the damage is within entries or their hashes.
    var entry: Int?
    var description: String

    func isNamed(by finding: LogFinding) -> Bool {
        guard finding.isDamage, self.files.keys.contains(finding.path) else { return false }
        return self.entry.map { finding.entryIndex == UInt64($0) } ?? true
    }

    func apply(_ directory: String) throws {
        for (path, bytes) in self.files {
            if let bytes {
                try write(bytes, directory + "/" + path)
            } else {
                try FileManager.default.removeItem(atPath: directory + "/" + path)
            }
        }
    }

    func undo(_ directory: String, _ original: [String: [UInt8]]) throws {
        for path in self.files.keys {
            try write(original[path] ?? [], directory + "/" + path)
        }
    }

    static func random(_ original: [String: [UInt8]], seed: UInt64) -> Damage? {
        var dice = LogDice(state: seed)
        let names = original.keys.sorted()
        // Partial tiles that are older than the checkpoint are served as long as they are there; none is needed.
        let needed = names.filter { name in
            TilePath(name).map { $0.isFull || TilePath.partial(size: 3_056).contains($0) } ?? true
        }
        let lists = needed.filter { Pieces($0, original[$0] ?? []).ranges.count > 1 }
        switch seed % 5 {
        case 0, 1: return names.randomElement(using: &dice).flatMap { Self.flip($0, original[$0] ?? [], &dice) }
        case 2:
            if Bool.random(using: &dice) {
                return needed.randomElement(using: &dice).map { Damage(files: [$0: nil], description: "drop \($0)") }
            }
            return lists.randomElement(using: &dice).map { Self.dropPiece($0, original[$0] ?? [], &dice) }
        case 3:
            if Bool.random(using: &dice) {
                return lists.randomElement(using: &dice).map { Self.swapPieces($0, original[$0] ?? [], &dice) }
            }
            let pair = names.shuffled(using: &dice).prefix(2)
            guard let a = pair.first, let b = pair.last else { return nil }
            return Damage(files: [a: original[b], b: original[a]], description: "exchange \(a) and \(b)")
        default:
            return names.randomElement(using: &dice).map { name in
                let bytes = original[name] ?? []
                let length = Int.random(in: 0..<bytes.count, using: &dice)
                return Damage(files: [name: Array(bytes[..<length])], description: "cut \(name) to \(length)")
            }
        }
    }

    private static func flip(_ name: String, _ bytes: [UInt8], _ dice: inout LogDice) -> Damage? {
        let offset = Int.random(in: bytes.indices, using: &dice)
        var changed = bytes
        changed[offset] ^= UInt8.random(in: 1...255, using: &dice)
        let pieces = Pieces(name, bytes)
        let piece = pieces.ranges.firstIndex { $0.contains(offset) }
        return Damage(
            files: [name: changed], entry: piece.map { pieces.firstEntry + $0 * pieces.step },
            description: "flip byte \(offset) of \(name)")
    }

    private static func dropPiece(_ name: String, _ bytes: [UInt8], _ dice: inout LogDice) -> Damage {
        let pieces = Pieces(name, bytes)
        let piece = Int.random(in: pieces.ranges.indices, using: &dice)
        let changed = Array(bytes[..<pieces.ranges[piece].lowerBound] + bytes[pieces.ranges[piece].upperBound...])
        return Damage(
            files: [name: changed], entry: pieces.firstEntry + piece * pieces.step,
            description: "drop piece \(piece) of \(name)")
    }

    private static func swapPieces(_ name: String, _ bytes: [UInt8], _ dice: inout LogDice) -> Damage {
        let pieces = Pieces(name, bytes)
        let pair = Array(pieces.ranges.indices).shuffled(using: &dice).prefix(2).sorted()
        let (a, b) = (pieces.ranges[pair[0]], pieces.ranges[pair[1]])
        let parts = [
            bytes[..<a.lowerBound], bytes[b], bytes[a.upperBound..<b.lowerBound], bytes[a], bytes[b.upperBound...],
        ]
        return Damage(
            files: [name: Array(parts.joined())], entry: pieces.firstEntry + pair[0] * pieces.step,
            description: "exchange pieces \(pair) of \(name)")
    }
}

/// The entries, hashes or records of a file, and which entries of the log they stand for.
struct Pieces {
    var ranges: [Range<Int>] = []
    var firstEntry = 0
    var step = 1

    init(_ name: String, _ bytes: [UInt8]) {
        if let path = TilePath(name) {
            self.firstEntry = Int(path.index) * 256
            switch path.kind {
            case .entries:
                self.ranges = ((try? EntryBundle.ranges(bytes, width: path.width)) ?? []).map {
                    $0.lowerBound - 2..<$0.upperBound
                }
            case .hashes(let level):
                self.step = 1 << (8 * level)
                self.firstEntry *= self.step
                self.ranges = (0..<path.width).map { $0 * 32..<$0 * 32 + 32 }
            }
        } else if name.hasPrefix("journal/") {
            var offset = 0
            while offset < bytes.count {
                let end = offset + 36 + (Int(bytes[offset]) << 8 | Int(bytes[offset + 1]))
                self.ranges.append(offset..<end)
                offset = end
            }
        }
    }
}
