import ReleaseModel
import SluiceTesting
import Store
import Testing

@Suite("Usage counters")
struct UsageCountersTests {
    private static let today = Day(number: 20_000)
    private static let always = Day(number: 0)...Day(number: 1_000_000)

    private static func usage(_ grant: UInt64, day: Day = Self.today, requests: Int = 1) -> Usage {
        Usage(
            grant: Sample.grant(grant), day: day, requests: requests, inputTokens: 10 * requests,
            outputTokens: 100 * requests, outcomes: ["completed": requests])
    }

    @Test("add up by grant and day", arguments: StoreUnderTest.all)
    func sums(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let counters = opened.store.usage
        try await counters.add([Self.usage(1), Self.usage(2)], covering: 0..<2)
        try await counters.add(
            [Self.usage(1, requests: 2), Self.usage(1, day: Day(number: 20_001)), Self.failed(1)], covering: 2..<6)
        let read = try await counters.read(grant: Sample.grant(1), days: Self.today...Self.today)
        #expect(
            read == [
                Usage(
                    grant: Sample.grant(1), day: Self.today, requests: 4, inputTokens: 30, outputTokens: 300,
                    outcomes: ["completed": 3, "upstream_timeout": 1])
            ])
        #expect(try await counters.read(days: Self.always).map(\.requests) == [4, 1, 1])
        #expect(try await counters.counted() == 6)
    }

    private static func failed(_ grant: UInt64) -> Usage {
        Usage(grant: Sample.grant(grant), day: Self.today, requests: 1, outcomes: ["upstream_timeout": 1])
    }

    @Test("count nothing twice when a batch is handed over again", arguments: StoreUnderTest.all)
    func repeats(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let counters = opened.store.usage
        #expect(try await counters.add([Self.usage(1)], covering: 0..<3))
        #expect(try await !counters.add([Self.usage(1)], covering: 0..<3))
        #expect(try await counters.read(days: Self.always).map(\.requests) == [1])
    }

    @Test("refuse a gap and an overlap, and say where to begin", arguments: StoreUnderTest.all)
    func steps(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let counters = opened.store.usage
        try await counters.add([Self.usage(1)], covering: 0..<3)
        for range in [4..<5, 2..<5] as [Range<UInt64>] {
            await #expect(throws: StoreFault.outOfStep(expected: 3, found: range.lowerBound)) {
                try await counters.add([Self.usage(1)], covering: range)
            }
        }
        #expect(try await counters.read(days: Self.always).map(\.requests) == [1])
    }

    @Test("end as one count of the log does, wherever crashes fell", arguments: seeds(20))
    func replay(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let log = (0..<60).map { _ in UInt64.random(in: 1...4, using: &generator) }
        let store = try Store.inMemory()
        while try await store.usage.counted() < log.count {
            let from = Int(try await store.usage.counted())
            let end = Int.random(in: (from + 1)...log.count, using: &generator)
            let batch = log[from..<end].map { Self.usage($0) }
            let range = UInt64(from)..<UInt64(end)
            try await store.usage.add(batch, covering: range)
            // The process died before it learnt of its success, and hands the same over once more.
            if generator.oneIn(2) { try await store.usage.add(batch, covering: range) }
        }
        for grant in 1...4 as ClosedRange<UInt64> {
            let read = try await store.usage.read(grant: Sample.grant(grant), days: Self.always)
            #expect(read.reduce(0) { $0 + $1.requests } == log.count { $0 == grant })
        }
    }

    @Test("put a moment into its day in UTC, before 1970 too")
    func days() {
        #expect(Day(of: Sample.time(0)) == Day(number: 0))
        #expect(Day(of: Sample.time(86_399_999)) == Day(number: 0))
        #expect(Day(of: Sample.time(86_400_000)) == Day(number: 1))
        #expect(Day(of: Sample.time(-1)) == Day(number: -1))
        #expect(Day(of: Sample.time(-86_400_000)) == Day(number: -1))
    }
}
