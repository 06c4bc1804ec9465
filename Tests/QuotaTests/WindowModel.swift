import Quota

/// The law of a rate limit, written down as it is said: a list of what passed and when, and for every stretch of time
/// that ends now, no more than `burst + amount × length / period` may have passed in it.
///
/// It keeps everything and recounts everything on every question. There is no bucket in it, no debt and no drain.
struct WindowModel {
    struct Passed {
        var serial: Int?
        var time: UInt64
        var items: Int
    }

    var limit: RateLimit
    var passed: [Passed] = []
    private var clock: UInt64

    init(_ limit: RateLimit, at now: UInt64) {
        self.limit = limit
        self.clock = now
    }

    /// Time that goes back stands still.
    private func time(_ now: UInt64) -> UInt64 { max(self.clock, now) }

    /// By how much, in items times `period`, the fullest stretch that ends at `now` is over `burst - items`.
    ///
    /// All numbers are whole: both sides of the law are multiplied by `period`.
    private func excess(_ items: Int, at now: UInt64) -> Int128 {
        let period = Int128(self.limit.period)
        let most = Int128(self.limit.burst) * period
        var (sum, worst) = (Int128(items) * period, Int128(items) * period)
        for entry in self.passed.reversed() {
            sum += Int128(entry.items) * period
            worst = max(worst, sum - Int128(self.limit.amount) * Int128(now - entry.time))
        }
        return worst - most
    }

    /// Nanoseconds until `items` may pass.
    func wait(_ items: Int, at now: UInt64) -> UInt64 {
        self.nanoseconds(self.excess(items, at: self.time(now)), from: now)
    }

    private func nanoseconds(_ owed: Int128, from now: UInt64) -> UInt64 {
        guard owed > 0 else { return 0 }
        let amount = Int128(self.limit.amount)
        return UInt64((owed + amount - 1) / amount) + (self.time(now) - now)
    }

    mutating func pass(_ items: Int, serial: Int?, at now: UInt64) {
        self.clock = self.time(now)
        self.passed.append(Passed(serial: serial, time: self.clock, items: items))
    }

    /// History is rewritten: the request asked for this many from the start.
    mutating func rewrite(serial: Int, items: Int, at now: UInt64) {
        self.clock = self.time(now)
        for index in self.passed.indices where self.passed[index].serial == serial {
            self.passed[index].items = items
        }
    }

    func remaining(at now: UInt64) -> Int {
        let excess = self.excess(0, at: self.time(now))
        return excess >= 0 ? 0 : Int(-excess / Int128(self.limit.period))
    }

    /// Nanoseconds until the whole burst may pass.
    func reset(at now: UInt64) -> UInt64 {
        let owed = self.excess(0, at: self.time(now)) + Int128(self.limit.burst) * Int128(self.limit.period)
        return self.nanoseconds(owed, from: now)
    }
}
