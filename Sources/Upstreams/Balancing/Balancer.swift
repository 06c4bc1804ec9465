/// Which endpoint of an upstream is asked next, and what is known of each: a value without clock or chance.
///
/// The turn goes round by weight (smooth weighted round robin), so that a weight of three has exactly three turns of
/// four beside a weight of one. Whoever has the turn and work in hand gives it up to the next in line if that one, with
/// the request, would still have less to do for its weight. Whoever is out has no turn; and if everybody is, nobody is.
struct Balancer: Sendable {
    /// Endpoints of one upstream at the most.
    static let mostEndpoints = 64

    /// What is known of one endpoint.
    struct Seat: Sendable {
        let weight: Int
        /// Turns that it is owed, in weights of all; within plus and minus the sum of all weights.
        fileprivate(set) var credit = 0
        fileprivate(set) var inFlight = 0
        fileprivate(set) var health = EndpointHealth()
    }

    private(set) var seats: [Seat]

    /// Endpoints by their weights, each from 1 on.
    init(weights: [Int]) {
        precondition(!weights.isEmpty && weights.count <= Self.mostEndpoints && weights.allSatisfy { $0 > 0 })
        self.seats = weights.map { Seat(weight: $0) }
    }

    /// The endpoint for a request that none was asked for yet. There always is one.
    mutating func choose(at now: UInt64) -> Int {
        let open = self.open(at: now)
        return self.turn(among: open.isEmpty ? .all(self.seats.count) : open) ?? 0
    }

    /// The endpoint for a request that `tried` have failed; nil if no other is in.
    mutating func choose(at now: UInt64, without tried: EndpointSet) -> Int? {
        self.turn(among: self.open(at: now).subtracting(tried))
    }

    /// Those that are not out.
    func open(at now: UInt64) -> EndpointSet {
        var open = EndpointSet()
        for place in self.seats.indices where self.seats[place].health.standing(at: now) != .out { open.insert(place) }
        return open
    }

    private mutating func turn(among open: EndpointSet) -> Int? {
        var (first, second): (Int?, Int?) = (nil, nil)
        var total = 0
        for place in self.seats.indices where open.contains(place) {
            self.seats[place].credit += self.seats[place].weight
            total += self.seats[place].weight
            if first.map({ self.seats[place].credit > self.seats[$0].credit }) ?? true {
                (first, second) = (place, first)
            } else if second.map({ self.seats[place].credit > self.seats[$0].credit }) ?? true {
                second = place
            }
        }
        guard let first else { return nil }
        // The turn is used up whoever takes it: a slow endpoint is owed nothing for what others did in its place.
        self.seats[first].credit -= total
        guard let second, self.givesWay(self.seats[first], to: self.seats[second]) else { return first }
        return second
    }

    private func givesWay(_ seat: Seat, to other: Seat) -> Bool {
        seat.inFlight > 0 && (other.inFlight + 1) * seat.weight < (seat.inFlight + 1) * other.weight
    }

    // MARK: Tries

    /// A try at an endpoint begins.
    mutating func begin(_ endpoint: Int, at now: UInt64) -> EndpointHealth.Ticket {
        self.seats[endpoint].inFlight += 1
        return self.seats[endpoint].health.begin(at: now)
    }

    /// The head of an answer came, and is no failure.
    mutating func answer(_ endpoint: Int, _ ticket: EndpointHealth.Ticket, at now: UInt64) -> EndpointHealth.Change? {
        self.seats[endpoint].health.answer(ticket, at: now)
    }

    /// A try is over.
    mutating func end(
        _ endpoint: Int, _ ticket: EndpointHealth.Ticket, _ result: TryResult, at now: UInt64
    ) -> EndpointHealth.Change? {
        self.seats[endpoint].inFlight -= 1
        return self.seats[endpoint].health.end(ticket, result, at: now)
    }
}

/// Some of an upstream's endpoints, by their places: one word, since it is made for each request.
struct EndpointSet: Hashable, Sendable {
    private var bits: UInt64 = 0

    /// None.
    init() {}

    /// The first `count`.
    static func all(_ count: Int) -> EndpointSet {
        var set = EndpointSet()
        set.bits = count >= 64 ? .max : (1 << UInt64(count)) - 1
        return set
    }

    var isEmpty: Bool { self.bits == 0 }

    func contains(_ place: Int) -> Bool { self.bits & (1 << UInt64(place)) != 0 }

    mutating func insert(_ place: Int) { self.bits |= 1 << UInt64(place) }

    func subtracting(_ other: EndpointSet) -> EndpointSet {
        var set = self
        set.bits &= ~other.bits
        return set
    }
}
