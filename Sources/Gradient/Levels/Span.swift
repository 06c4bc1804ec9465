import ReleaseModel

/// A time from one moment until before another, or without end; never empty.
struct Span: Hashable, Sendable {
    let from: Timestamp
    let until: Timestamp?

    /// A time without end.
    init(from: Timestamp) {
        self.from = from
        self.until = nil
    }

    /// A time with an end, if there is one; nil if it is over before it begins.
    init?(from: Timestamp, until: Timestamp?) {
        if let until, until <= from { return nil }
        self.from = from
        self.until = until
    }

    func contains(_ moment: Timestamp) -> Bool {
        self.from <= moment && self.until.map { moment < $0 } ?? true
    }

    /// The time that lies in both, if any does.
    func intersection(_ other: Self) -> Self? {
        Span(
            from: max(self.from, other.from),
            until: [self.until, other.until].compactMap(\.self).min())
    }
}
