import SluiceTesting
import Testing

@testable import Upstreams

private let second: UInt64 = 1_000_000_000

@Suite("The choice of an endpoint")
struct BalancerTests {
    @Test("at leisure, each endpoint has exactly its weight of turns in every round")
    func shares() {
        repeated(seeds: 200) { _, generator in
            let weights = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                Int.random(in: 1...9, using: &generator)
            }
            var balancer = Balancer(weights: weights)
            for _ in 0..<3 {
                var turns = weights.map { _ in 0 }
                for _ in 0..<weights.reduce(0, +) {
                    let chosen = balancer.choose(at: 0)
                    turns[chosen] += 1
                    _ = balancer.end(chosen, balancer.begin(chosen, at: 0), .served, at: 0)
                }
                try #require(turns == weights)
            }
        }
    }

    @Test("a weight of five is not five turns in a row")
    func smooth() {
        var balancer = Balancer(weights: [5, 1, 1])
        #expect((0..<7).map { _ in balancer.choose(at: 0) } == [0, 0, 1, 0, 2, 0, 0])
    }

    /// A world in which every request takes as long as its endpoint takes; time goes in milliseconds.
    private func simulate(weights: [Int], takes: [Int], each: Int, requests: Int) -> (counts: [Int], most: [Int]) {
        var balancer = Balancer(weights: weights)
        var open: [(until: Int, endpoint: Int, ticket: EndpointHealth.Ticket)] = []
        var (counts, most) = (weights.map { _ in 0 }, weights.map { _ in 0 })
        for number in 0..<requests {
            let now = number * each
            open.removeAll { work in
                guard work.until <= now else { return false }
                _ = balancer.end(work.endpoint, work.ticket, .served, at: UInt64(now))
                return true
            }
            let chosen = balancer.choose(at: UInt64(now))
            open.append((now + takes[chosen], chosen, balancer.begin(chosen, at: UInt64(now))))
            counts[chosen] += 1
            most[chosen] = max(most[chosen], balancer.seats[chosen].inFlight)
        }
        return (counts, most)
    }

    @Test("an endpoint that is ten times as slow is not buried: the others take its turns")
    func slow() {
        let (counts, most) = self.simulate(weights: [1, 1, 1], takes: [100, 100, 1_000], each: 10, requests: 5_000)
        #expect(counts[2] < 1_200, "it has a third of the turns, and cannot do them: \(counts)")
        #expect(most.max() ?? 0 <= 16, "by turns alone there would be 33 waiting: \(most)")
    }

    @Test("under load, each has in hand what its weight says, within one")
    func loaded() {
        repeated(seeds: 100) { _, generator in
            let weights = [Int.random(in: 1...4, using: &generator), Int.random(in: 1...4, using: &generator)]
            var balancer = Balancer(weights: weights)
            for count in 1...60 {
                let chosen = balancer.choose(at: 0)
                _ = balancer.begin(chosen, at: 0)
                let share = Double(count) * Double(weights[0]) / Double(weights[0] + weights[1])
                try #require(abs(Double(balancer.seats[0].inFlight) - share) <= 1.5)
            }
        }
    }

    @Test("whatever happens: there always is one, none that is out unless all are, and none twice for a request")
    func histories() {
        repeated(seeds: 300) { _, generator in
            let count = Int.random(in: 1...6, using: &generator)
            var balancer = Balancer(weights: (0..<count).map { _ in Int.random(in: 1...5, using: &generator) })
            let total = balancer.seats.reduce(0) { $0 + $1.weight }
            var now: UInt64 = 0
            var open: [(endpoint: Int, ticket: EndpointHealth.Ticket)] = []
            for _ in 0..<400 {
                now += UInt64.random(in: 0...second, using: &generator)
                if open.isEmpty || generator.oneIn(2) {
                    let standing = balancer.open(at: now)
                    let chosen = balancer.choose(at: now)
                    try #require(standing.isEmpty || standing.contains(chosen))
                    open.append((chosen, balancer.begin(chosen, at: now)))
                    var tried = EndpointSet()
                    tried.insert(chosen)
                    let left = balancer.open(at: now).subtracting(tried)
                    let next = balancer.choose(at: now, without: tried)
                    try #require((next == nil) == left.isEmpty)
                    if let next { try #require(left.contains(next)) }
                } else {
                    let work = open.remove(at: Int.random(in: 0..<open.count, using: &generator))
                    let result = TryResult.allCases.randomElement(using: &generator) ?? .served
                    _ = balancer.end(work.endpoint, work.ticket, result, at: now)
                }
                for place in 0..<count {
                    let seat = balancer.seats[place]
                    try #require(seat.inFlight == open.count { $0.endpoint == place })
                    try #require(abs(seat.credit) <= total)
                }
            }
        }
    }

    @Test("a dead endpoint costs a probe a minute, and is back with the first answer")
    func dead() {
        var balancer = Balancer(weights: [1, 1, 1])
        var tries = 0
        for tick in 0..<60_000 {  // ten minutes, a hundred requests a second
            let now = UInt64(tick) * second / 100
            let chosen = balancer.choose(at: now)
            if chosen == 1 { tries += 1 }
            _ = balancer.end(chosen, balancer.begin(chosen, at: now), chosen == 1 ? .unreachable : .served, at: now)
        }
        #expect((10...20).contains(tries), "two, then after 1, 2, 4, … 60 s: \(tries)")
        var turns = 0
        for tick in 60_000..<72_000 {
            let now = UInt64(tick) * second / 100
            let chosen = balancer.choose(at: now)
            if chosen == 1 { turns += 1 }
            _ = balancer.end(chosen, balancer.begin(chosen, at: now), .served, at: now)
        }
        #expect(turns > 1_500, "within a minute it has its third again: \(turns)")
    }
}
