/// What became of one try at an endpoint, as far as it speaks of the endpoint.
enum TryResult: Hashable, Sendable, CaseIterable {
    /// It answered, and to the end.
    case served
    /// It could not be reached: nothing of the request was sent.
    case unreachable
    /// It was reached, and failed.
    case failed
    /// Nothing can be said of it: the caller left, or the connection was an old one.
    case unknown
}

/// Whether one endpoint is asked, by what became of the tries at it: a circuit breaker that lets one probe through at a
/// time.
///
/// A value without a clock. Time is nanoseconds of any clock that does not go back.
struct EndpointHealth: Hashable, Sendable {
    /// When an endpoint goes out, and for how long.
    enum Terms {
        /// Strikes in a row after which it is out: five failures, or two connects.
        static let strikes = 10
        /// How long it is out for the first time, in nanoseconds; each relapse doubles it.
        static let firstPause: UInt64 = 1_000_000_000
        /// The longest pause. Who stood this long without going out begins anew.
        static let longestPause: UInt64 = 60_000_000_000
    }

    /// Whether it is asked at a moment.
    enum Standing: Hashable, Sendable {
        /// As any other.
        case sound
        /// The pause is over: the next request is a probe.
        case due
        /// Not now.
        case out
    }

    /// Goes with a try, so that its end is told of the time that it began in.
    struct Ticket: Hashable, Sendable {
        fileprivate let epoch: UInt32
        fileprivate let isProbe: Bool
    }

    /// A change that others want to hear of.
    enum Change: Hashable, Sendable {
        case wentOut, cameBack
    }

    private enum State: Hashable, Sendable {
        case sound(strikes: Int)
        case out(until: UInt64)
        case probing
    }

    private var state = State.sound(strikes: 0)
    /// How often it went out; what tries say that began before the last time is not news.
    private var epoch: UInt32 = 0
    /// How often in a row it went out without standing for long.
    private(set) var relapses = 0
    private var soundSince: UInt64 = 0

    /// Whether it is asked now.
    func standing(at now: UInt64) -> Standing {
        switch self.state {
        case .sound: .sound
        case .out(let until): now >= until ? .due : .out
        case .probing: .out
        }
    }

    /// A try begins. It is the probe if one is due.
    mutating func begin(at now: UInt64) -> Ticket {
        let isProbe = self.standing(at: now) == .due
        if isProbe { self.state = .probing }
        return Ticket(epoch: self.epoch, isProbe: isProbe)
    }

    /// A head came that is no failure: whoever was out is back, though the answer is not over for a while.
    mutating func answer(_ ticket: Ticket, at now: UInt64) -> Change? {
        guard ticket.epoch == self.epoch else { return nil }
        if case .sound = self.state { return nil }
        self.state = .sound(strikes: 0)
        self.soundSince = now
        return .cameBack
    }

    /// A try is over. Comes once for each ticket.
    mutating func end(_ ticket: Ticket, _ result: TryResult, at now: UInt64) -> Change? {
        guard ticket.epoch == self.epoch else { return nil }
        switch (self.state, result) {
        case (.sound, .served):
            self.state = .sound(strikes: 0)
        case (.sound(let strikes), .failed):
            return self.strike(strikes + 2, at: now)
        case (.sound(let strikes), .unreachable):
            return self.strike(strikes + 5, at: now)
        case (.out, .served), (.probing, .served):
            return self.answer(ticket, at: now)
        case (.probing, .failed), (.probing, .unreachable):
            // Others were sent while everybody was out; only the probe decides for the worse.
            if ticket.isProbe { self.goOut(at: now) }
        case (.probing, .unknown):
            if ticket.isProbe { self.state = .out(until: now) }
        case (.sound, .unknown), (.out, _):
            break
        }
        return nil
    }

    private mutating func strike(_ strikes: Int, at now: UInt64) -> Change? {
        guard strikes >= Terms.strikes else {
            self.state = .sound(strikes: strikes)
            return nil
        }
        if now &- self.soundSince >= Terms.longestPause { self.relapses = 0 }
        self.goOut(at: now)
        return .wentOut
    }

    private mutating func goOut(at now: UInt64) {
        let pause = min(Terms.longestPause, Terms.firstPause << UInt64(min(self.relapses, 10)))
        self.relapses += 1
        self.epoch &+= 1
        self.state = .out(until: now + pause)
    }
}
