public import Logging
import ReleaseModel

/// Brings the usage counters up to the access log: reads what is new, adds it, and notes how far it came, in one
/// transaction for each run of entries.
///
/// The log is the truth and the counters are a view of it, so a crash counts nothing twice and leaves nothing out.
public struct UsageFold: Sendable {
    /// How many entries one transaction covers.
    private static let run: UInt64 = 4_096

    private let log: LogReader
    private let usage: UsageCounters
    private let logger: Logger

    /// A fold of one access log into one store.
    public init(log: LogReader, store: Store, logger: Logger) {
        self.log = log
        self.usage = store.usage
        self.logger = logger
    }

    /// Adds everything that is durable by now. Answers how many entries were new.
    @discardableResult
    public func catchUp() async throws -> UInt64 {
        let start = try await self.usage.counted()
        let end = try self.log.size()
        guard end > start else { return 0 }
        var first = start
        while first < end {
            let range = first..<min(end, first + Self.run)
            try await self.usage.add(try self.sums(of: range), covering: range)
            first = range.upperBound
        }
        return end - start
    }

    private func sums(of range: Range<UInt64>) throws -> [Usage] {
        var sums: [Place: Usage] = [:]
        var scan = UsageScan()
        try self.log.entries(range) { index, bytes in
            guard let counted = scan.usage(of: bytes.span) else {
                self.logger.error("an entry of the access log cannot be counted", metadata: ["index": "\(index)"])
                return
            }
            sums[Place(grant: counted.grant, day: counted.day), default: Usage(grant: counted.grant, day: counted.day)]
                .add(counted)
        }
        return Array(sums.values)
    }

    private struct Place: Hashable {
        var grant: GrantID
        var day: Day
    }
}

extension Usage {
    /// Adds another use of the same grant on the same day.
    mutating func add(_ other: Usage) {
        self.requests += other.requests
        self.inputTokens += other.inputTokens
        self.outputTokens += other.outputTokens
        self.outcomes.merge(other.outcomes, uniquingKeysWith: +)
    }
}
