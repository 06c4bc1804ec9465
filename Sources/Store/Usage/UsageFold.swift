public import Logging
import ReleaseModel

/// Brings the usage counters up to the access log: reads what is new, adds it, and notes how far it came, in one
/// transaction for each run of entries.
///
/// The log is the truth and the counters are a view of it, so a crash counts nothing twice and leaves nothing out.
public struct UsageFold: Sendable {
    /// How many entries one transaction covers.
    private static let run: UInt64 = 65_536

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
        var sums = UsageSums()
        while first < end {
            let range = first..<min(end, first + Self.run)
            try self.addUp(range, to: &sums)
            try await self.usage.add(sums.take(), covering: range)
            first = range.upperBound
        }
        return end - start
    }

    private func addUp(_ range: Range<UInt64>, to sums: inout UsageSums) throws {
        try self.log.walk(range) { index, entry in
            let isCounted = unsafe entry.withUnsafeBytes {
                unsafe sums.add($0.assumingMemoryBound(to: UInt8.self).span)
            }
            if !isCounted {
                self.logger.error("an entry of the access log cannot be counted", metadata: ["index": "\(index)"])
            }
        }
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
