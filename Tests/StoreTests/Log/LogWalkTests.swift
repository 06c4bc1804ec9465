import Ledger
import SluiceTesting
import Store
import Testing

@Suite("A walk over a log")
struct LogWalkTests {
    /// Compares a walk with its entries read one by one, and both forms of it with each other.
    private func check(_ reader: LogReader, _ range: Range<UInt64>) throws {
        var next = range.lowerBound
        try reader.walk(range) { index, bytes in
            try #require(index == next)
            let found = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
            try #require(found == entry(Int(index)), "entry \(index) of \(range)")
            next += 1
        }
        try #require(next == range.upperBound)
        for index in Set([range.lowerBound, range.upperBound - 1]) {
            try #require(try reader.entry(at: index) == entry(Int(index)))
        }
        var copies: [[UInt8]] = []
        try reader.entries(range) { _, bytes in copies.append(bytes) }
        try #require(copies == range.map { entry(Int($0)) })
    }

    private func randomRange(below size: UInt64, _ generator: inout SeededGenerator) -> Range<UInt64> {
        let first = UInt64.random(in: 0..<size, using: &generator)
        let longest = generator.oneIn(8) ? size : 700
        return first..<UInt64.random(in: first + 1...min(size, first + longest), using: &generator)
    }

    @Test("gives what is read one by one, from full and partial tiles and from the end that no checkpoint covers")
    func ranges() async throws {
        let folder = try LogFolder()
        // Signed up to 1,000 entries, which are three full tiles and a part; 900 more stand in the journal alone.
        let signed = try folder.open()
        _ = try await signed.append((0..<1_000).map { entry($0) })
        try signed.close()
        let log = try folder.open(.unsigned)
        _ = try await log.append((1_000..<1_900).map { entry($0) })
        let live = try LogReader(directory: folder.directory)
        #expect(try live.checkpoint().size == 1_000)
        let atRest = try LogReader(directory: try folder.copy("at-rest"))
        let own = try LogReader(directory: folder.directory, durable: { log.size })
        #expect(try own.size() == 1_900)
        repeated(seeds: 60) { _, generator in
            try self.check(own, self.randomRange(below: 1_900, &generator))
            try self.check(live, self.randomRange(below: 1_900, &generator))
            try self.check(atRest, self.randomRange(below: 1_900, &generator))
        }
        try log.close()
        repeated(seeds: 20) { _, generator in try self.check(live, self.randomRange(below: 1_900, &generator)) }
    }

    @Test("reads a partial bundle where the journal does not have its entries, and says what is nowhere")
    func withoutJournal() async throws {
        let folder = try LogFolder()
        let log = try folder.open()
        _ = try await log.append((0..<600).map { entry($0) })
        try log.close()
        try write([], folder.directory + "/journal/00000000000000000000")
        let reader = try LogReader(directory: folder.directory)
        try self.check(reader, 0..<600)
        try self.check(reader, 513..<599)
        #expect(throws: LogFault.outOfRange(index: 600, size: 600)) { try reader.walk(590..<601) { _, _ in } }
        #expect(throws: LogFault.outOfRange(index: .max, size: 600)) { try reader.entry(at: .max) }
    }

    @Test("goes over the end of a journal segment, signed or not, and over a segment that goes while it walks")
    func segments() async throws {
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        let size: UInt64 = 65_700
        _ = try await log.append((0..<65_700).map { entry($0) })
        let reader = try LogReader(directory: folder.directory)
        for range in [65_530..<65_540, 65_535..<65_536, 65_536..<65_537, 65_000..<size] {
            try self.check(reader, range)
        }
        var next: UInt64 = 0
        try reader.walk(0..<size) { index, bytes in
            try #require(index == next && bytes.byteCount == entry(Int(index)).count)
            // All is signed and the first segment removed while the walk is inside of it.
            if index == 300 { try log.close() }
            next += 1
        }
        #expect(next == size)
        try self.check(reader, 65_000..<size)
    }

    @Test("sees each entry whole while a writer adds others, told by the writer or not", arguments: [false, true])
    func growing(isTold: Bool) async throws {
        let folder = try LogFolder()
        var options = LogOptions.quiet
        options.checkpoint = .every(seconds: 0.005)
        let log = try folder.open(options)
        let durable = { @Sendable in log.size }
        let reader = try LogReader(directory: folder.directory, durable: isTold ? durable : nil)
        let appending = Task {
            for first in stride(from: 0, to: 6_000, by: 20) {
                _ = try await log.append((first..<first + 20).map { entry($0) })
            }
        }
        var generator = SeededGenerator(seed: 1)
        var size: UInt64 = 0
        for _ in 0..<100_000 where size < 6_000 {
            size = log.size
            if size > 0 { try self.check(reader, self.randomRange(below: size, &generator)) }
            await Task.yield()
        }
        try await appending.value
        #expect(size == 6_000)
        try log.close()
    }

    @Test("ends where its body throws")
    func ends() async throws {
        struct Enough: Error {}
        let folder = try LogFolder()
        let log = try folder.open(.unsigned)
        _ = try await log.append((0..<10).map { entry($0) })
        var seen = 0
        #expect(throws: Enough.self) {
            try LogReader(directory: folder.directory).walk(0..<10) { index, _ in
                seen += 1
                if index == 4 { throw Enough() }
            }
        }
        #expect(seen == 5)
        try log.close()
    }
}
