/// How many spans of refusals one event loop writes: so many in a second, and of the rest none.
///
/// So a flood of requests that are refused is no flood at the collector. How many there were, metrics count.
public struct RefusalPace: Hashable, Sendable {
    /// Spans of one second at the most.
    public static let most = 10
    private static let second: UInt64 = 1_000_000_000

    private var begun: UInt64 = 0
    private var count = 0

    /// Nothing was written yet.
    public init() {}

    /// Whether one more may be written at a moment of a clock that does not go back, in nanoseconds.
    public mutating func allows(at now: UInt64) -> Bool {
        if now &- self.begun >= Self.second {
            self.begun = now
            self.count = 0
        }
        guard self.count < Self.most else { return false }
        self.count += 1
        return true
    }
}
