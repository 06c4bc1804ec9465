/// The generic cell rate algorithm as a continuous-state leaky bucket (ITU-T I.371, Annex A), in whole numbers.
///
/// The bucket holds a debt that drains steadily; an item passes if the bucket, with the item in it, does not run over.
/// Debt is counted in units of which an item is `period` and a nanosecond drains `amount`. So nothing is ever rounded:
/// exactly `burst` items pass in an instant, and the wait that is told to a caller is right to the nanosecond.
///
/// 128 bits hold every product: an item count below 2^63 times a period below 2^64. Only the debt itself can grow
/// beyond, by charges after the fact; it then stays at the largest number.
struct LeakyBucket: Hashable, Sendable {
    private(set) var limit: RateLimit
    /// What is owed at `seen`, in units.
    private var debt: UInt128 = 0
    /// The latest time that was told; a clock that goes back is read as one that stands still.
    private var seen: UInt64
    private var lowWater: LowWater

    /// An empty bucket, which knows nothing of reservations before `serial`.
    init(_ limit: RateLimit, from serial: UInt64, at now: UInt64) {
        self.limit = limit
        self.seen = now
        self.lowWater = LowWater(from: serial)
    }

    private var capacity: UInt128 { self.units(self.limit.burst) }

    private func units(_ items: Int) -> UInt128 {
        UInt128(max(0, items)) * UInt128(self.limit.period)
    }

    private func debt(at now: UInt64) -> UInt128 {
        guard now > self.seen else { return self.debt }
        let drained = UInt128(now - self.seen) * UInt128(self.limit.amount)
        return drained < self.debt ? self.debt - drained : 0
    }

    private mutating func drain(to now: UInt64) {
        self.debt = self.debt(at: now)
        self.seen = max(self.seen, now)
        self.lowWater.observe(self.debt)
    }
}

// MARK: - Asking

extension LeakyBucket {
    /// Whether so many items could ever pass at once.
    func couldHold(_ items: Int) -> Bool { items <= self.limit.burst }

    /// Nanoseconds until `items` would pass if nothing else happened; zero if they pass now.
    ///
    /// One nanosecond less would be too early. At most `UInt64.max`, which is 584 years.
    func wait(for items: Int, at now: UInt64) -> UInt64 {
        let filled = self.debt(at: now).saturatingAdding(self.units(items))
        guard filled > self.capacity else { return 0 }
        return self.nanoseconds(toDrain: filled - self.capacity, from: now)
    }

    /// What the bucket looks like from outside.
    func status(at now: UInt64) -> RateStatus {
        let debt = self.debt(at: now)
        let free = debt < self.capacity ? (self.capacity - debt) / UInt128(self.limit.period) : 0
        return RateStatus(
            limit: self.limit.burst, remaining: Int(clamping: free),
            resetNanoseconds: self.nanoseconds(toDrain: debt, from: now))
    }

    /// By the caller's clock: one that has gone back must first come to where it was.
    private func nanoseconds(toDrain units: UInt128, from now: UInt64) -> UInt64 {
        guard units > 0 else { return 0 }
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: UInt128(self.limit.amount))
        let behind = self.seen > now ? UInt128(self.seen - now) : 0
        return UInt64(clamping: (remainder == 0 ? quotient : quotient + 1).saturatingAdding(behind))
    }
}

// MARK: - Charging

extension LeakyBucket {
    /// Takes `items` for the reservation `serial`, which ``wait(for:at:)`` has let pass.
    mutating func take(_ items: Int, for serial: UInt64, at now: UInt64) {
        self.charge(items, at: now)
        self.lowWater.mark(serial, at: self.debt)
    }

    /// Adds `items` that have been used already, beyond the burst if need be.
    mutating func charge(_ items: Int, at now: UInt64) {
        self.drain(to: now)
        self.debt = self.debt.saturatingAdding(self.units(items))
    }

    /// Gives back `items` of the reservation `serial`: the debt becomes what it would be now, had it never taken them.
    ///
    /// That is not always the whole. If the bucket has run empty since, the items have drained away with everything
    /// else, and to subtract them again would let others pass twice. What can be given back is the lowest debt since
    /// the reservation (the reflection map of queueing theory: Harrison, *Brownian Motion and Stochastic Flow
    /// Systems*, 1985).
    mutating func giveBack(_ items: Int, of serial: UInt64, at now: UInt64) {
        self.drain(to: now)
        let returned = min(self.units(items), self.lowWater.lowest(since: serial))
        self.debt -= returned
        self.lowWater.lower(from: serial, by: returned)
    }
}

// MARK: - Another limit

extension LeakyBucket {
    /// Goes on under another limit with as many items owed as before, rounded up where the units differ.
    mutating func adopt(_ limit: RateLimit, at now: UInt64) {
        guard limit != self.limit else { return }
        self.drain(to: now)
        let (old, new) = (UInt128(self.limit.period), UInt128(limit.period))
        if old != new {
            self.debt = self.debt.scaled(by: new, over: old, roundedUp: true)
            self.lowWater.scale { $0.scaled(by: new, over: old, roundedUp: false) }
        }
        self.limit = limit
    }
}

extension UInt128 {
    func saturatingAdding(_ other: UInt128) -> UInt128 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// `self × numerator / denominator`, exact to the rounding, at most the largest number.
    fileprivate func scaled(by numerator: UInt128, over denominator: UInt128, roundedUp: Bool) -> UInt128 {
        let product = self.multipliedFullWidth(by: numerator)
        guard product.high < denominator else { return .max }
        let (quotient, remainder) = denominator.dividingFullWidth(product)
        return roundedUp && remainder > 0 ? quotient.saturatingAdding(1) : quotient
    }
}
