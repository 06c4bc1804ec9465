public import ReleaseModel

/// The weeks or days of a stage. They follow each other from the moment at which it opened, in elapsed time: the first
/// week ends exactly seven times 24 hours later, whatever calendars and time zones do.
public struct StagePeriods: Hashable, Sendable {
    /// When the first begins.
    public let opened: Timestamp
    /// How long each lasts, at least a millisecond.
    public let length: TimeSpan

    /// Periods of a length.
    public init(from opened: Timestamp, each length: TimeSpan) {
        self.opened = opened
        self.length = max(length, TimeSpan(milliseconds: 1))
    }

    /// Which of them a moment lies in, from 0; a moment before the first belongs to it. A period has its first
    /// millisecond and not the next one's.
    public func number(at now: Timestamp) -> Int {
        Int(clamping: max(0, now.since(self.opened)) / self.length.milliseconds)
    }

    /// When one begins; at the latest the end of time.
    public func start(of number: Int) -> Timestamp {
        let (elapsed, overflow) = Int64(max(0, number)).multipliedReportingOverflow(by: self.length.milliseconds)
        return self.opened.advanced(milliseconds: overflow ? .max : elapsed)
    }
}
