import ReleaseModel
import SluiceTesting
import Testing

@testable import Store

@Suite("The spans of requests")
struct RequestSpansTests {
    /// A log of so many bundles, each with the moments of its requests.
    private static func spans(_ bundles: [[Int64]]) -> [[RequestSpan.Kind: RequestSpan]] {
        bundles.map { moments in
            var kinds: [RequestSpan.Kind: RequestSpan] = [:]
            for moment in moments { kinds[.admitted, default: RequestSpan(moment)].widen(to: moment) }
            return kinds
        }
    }

    /// Moments as clocks give them: mostly forward, now standing still, now stepping back or ahead.
    private static func moments(_ bundles: Int, using generator: inout SeededGenerator) -> [[Int64]] {
        var clock: Int64 = 1_800_000_000_000
        return (0..<bundles).map { _ in
            (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                switch Int.random(in: 0..<40, using: &generator) {
                case 0: clock -= .random(in: 0..<5_000, using: &generator)
                case 1: clock += .random(in: 0..<5_000, using: &generator)
                case 2..<10: break
                default: clock += .random(in: 0..<5, using: &generator)
                }
                return clock + .random(in: -3...3, using: &generator)
            }
        }
    }

    @Test("lead to every bundle that can hold a moment, whatever clocks did", arguments: seeds(6))
    func exact(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        // Enough for a second level, and for some a third would begin.
        let log = Self.moments([3, 255, 256, 700, 1_100, 2_000][Int(seed % 6)], using: &generator)
        let spans = try Store.inMemory().spans
        var next = 0
        while next < log.count {
            let end = min(log.count, next + Int.random(in: 1...300, using: &generator))
            try await spans.add(Self.spans(Array(log[next..<end])), from: UInt64(next))
            // Told twice, and from earlier on: nothing changes.
            let earlier = Int.random(in: 0...next, using: &generator)
            try await spans.add(Self.spans(Array(log[earlier..<end])), from: UInt64(earlier))
            next = end
        }
        #expect(try await spans.bundles() == UInt64(log.count))
        for _ in 0..<60 {
            let bundle = log.randomElement(using: &generator) ?? []
            let moment = (bundle.first ?? 1_800_000_000_000) + .random(in: -2...2, using: &generator)
            let start = generator.oneIn(3) ? Int.random(in: 0..<log.count, using: &generator) : 0
            let expected = log.indices.filter { place in
                place >= start && log[place].min().map { $0 <= moment } ?? false
                    && log[place].max().map { $0 >= moment } ?? false
            }
            let found = try await spans.find(moment, .admitted, from: UInt64(start))
            #expect(found.bundles == expected.map { UInt64($0) }, "seed \(seed), moment \(moment)")
            let first = try await spans.find(moment, .admitted, from: UInt64(start), most: 1)
            #expect(first.bundles == Array(found.bundles.prefix(1)))
        }
        #expect(try await spans.find(1_800_000_000_000, .completed).bundles.isEmpty, "kinds are apart")
    }

    @Test("of a million entries are found by some few reads")
    func logarithmic() async throws {
        // 256 entries a bundle, some twenty thousand entries a second, and the usual disorder of a few milliseconds.
        var generator = SeededGenerator(seed: 1)
        let start: Int64 = 1_800_000_000_000
        let log = (0..<3_907).map { bundle in
            [0, 1].map { start + Int64(bundle) * 13 + $0 * 13 + .random(in: -2...2, using: &generator) }
        }
        let spans = try Store.inMemory().spans
        try await spans.add(Self.spans(log), from: 0)
        var (most, bundles) = (0, 0)
        for _ in 0..<300 {
            let moment = try #require(log.randomElement(using: &generator)?.randomElement(using: &generator))
            let found = try await spans.find(moment, .admitted)
            most = max(most, found.reads)
            bundles = max(bundles, found.bundles.count)
        }
        #expect(most <= 5, "rows of spans: two levels, and at most one neighbour of each")
        #expect(bundles <= 4, "bundles that are then read")
        // Before and behind the log, and where nothing is: the tops alone.
        #expect(try await spans.find(start - 1_000, .admitted).reads <= 2)
        #expect(try await spans.find(start + 10_000_000, .admitted).reads <= 2)
    }
}
