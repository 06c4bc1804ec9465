/// How long something may still take.
///
/// It is set in seconds from the next look on, so that setting it, which requests do, costs no look at the clock; the
/// loop looks a few times a second.
struct Deadline {
    /// For so many bytes, begun, there are as many seconds as are given: a least rate.
    static let unit = 256 << 10

    private var moment = UInt64.max
    private var wait: Int64?

    /// Nothing is awaited.
    init() {}

    init(seconds: Int64) {
        self.wait = seconds
    }

    mutating func set(seconds: Int64) {
        self.wait = seconds
    }

    /// Allows so many seconds for each started 256 KiB: a least rate, and no least size.
    mutating func set(seconds: Int64, forBytes bytes: Int) {
        self.wait = seconds * Int64(1 + bytes / Self.unit)
    }

    mutating func clear() {
        (self.moment, self.wait) = (.max, nil)
    }

    /// Looks; `now` never goes backwards.
    mutating func isOver(at now: UInt64) -> Bool {
        if let wait = self.wait.take() { self.moment = now &+ UInt64(wait) * 1_000_000_000 }
        return now >= self.moment
    }
}
