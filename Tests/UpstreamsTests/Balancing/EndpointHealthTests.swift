import SluiceTesting
import Testing

@testable import Upstreams

private let second: UInt64 = 1_000_000_000

@Suite("The health of an endpoint")
struct EndpointHealthTests {
    /// One try that begins and ends at a moment.
    private func once(_ health: inout EndpointHealth, _ result: TryResult, at now: UInt64) -> EndpointHealth.Change? {
        let ticket = health.begin(at: now)
        return health.end(ticket, result, at: now)
    }

    @Test(
        "goes out after five failures in a row, or two connects, and after no fewer",
        arguments: [(TryResult.failed, 5), (.unreachable, 2)])
    func limits(result: TryResult, count: Int) {
        var health = EndpointHealth()
        for round in 0..<3 {
            for _ in 1..<count { #expect(self.once(&health, result, at: UInt64(round)) == nil) }
            #expect(health.standing(at: UInt64(round)) == .sound)
            #expect(self.once(&health, .served, at: UInt64(round)) == nil, "an answer ends the row")
        }
        for _ in 1..<count { #expect(self.once(&health, result, at: 9) == nil) }
        #expect(self.once(&health, result, at: 9) == .wentOut)
        #expect(health.standing(at: 9) == .out)
    }

    @Test("what says nothing of an endpoint changes nothing, however often it comes")
    func unknown() {
        var health = EndpointHealth()
        for _ in 0..<1_000 { _ = self.once(&health, .unknown, at: 1) }
        #expect(health == EndpointHealth())
    }

    @Test("stays out for twice as long at each relapse, up to a minute; who stood for a minute begins anew")
    func pauses() {
        var health = EndpointHealth()
        var now = second
        for _ in 0..<2 { _ = self.once(&health, .unreachable, at: now) }
        for pause: UInt64 in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            #expect(health.standing(at: now + pause * second - 1) == .out)
            #expect(health.standing(at: now + pause * second) == .due)
            now += pause * second
            #expect(self.once(&health, .unreachable, at: now) == nil, "it was out before")
        }
        now += 60 * second
        #expect(self.once(&health, .served, at: now) == .cameBack)
        now += 61 * second
        _ = self.once(&health, .unreachable, at: now)
        #expect(self.once(&health, .unreachable, at: now) == .wentOut)
        #expect(health.standing(at: now + second) == .due)
    }

    @Test("lets one probe through at a time, and takes a head for its word")
    func probes() {
        var health = EndpointHealth()
        for _ in 0..<5 { _ = self.once(&health, .failed, at: 0) }
        let probe = health.begin(at: second)
        #expect(health.standing(at: second) == .out)
        #expect(health.standing(at: 100 * second) == .out)
        #expect(health.answer(probe, at: 2 * second) == .cameBack)
        #expect(health.standing(at: 2 * second) == .sound)
        #expect(health.end(probe, .failed, at: 3 * second) == nil)
        #expect(health.standing(at: 3 * second) == .sound, "one strike is no row")
    }

    @Test("a probe whose caller left says nothing: the next request is the probe")
    func abandoned() {
        var health = EndpointHealth()
        for _ in 0..<5 { _ = self.once(&health, .failed, at: 0) }
        let probe = health.begin(at: second)
        #expect(health.end(probe, .unknown, at: 5 * second) == nil)
        #expect(health.standing(at: 5 * second) == .due)
    }

    @Test("what began before it went out is no news, neither good nor bad")
    func old() {
        var health = EndpointHealth()
        let old = (0..<20).map { _ in health.begin(at: 0) }
        for _ in 0..<5 { _ = self.once(&health, .failed, at: 1) }
        let out = health
        for (number, ticket) in old.enumerated() {
            #expect(health.end(ticket, number % 2 == 0 ? .served : .failed, at: 2) == nil)
            #expect(health.answer(ticket, at: 2) == nil)
        }
        #expect(health == out)
    }

    /// A try under way, as the test knows it.
    private struct Try {
        let ticket: EndpointHealth.Ticket
        let isProbe: Bool
        /// Whether it began after the endpoint last went out.
        var isNews = true
    }

    @Test("whatever happens: out only after a row of strikes, one probe at most, and back after any fresh answer")
    func histories() {
        repeated(seeds: 400) { _, generator in
            var health = EndpointHealth()
            var open: [Try] = []
            var now: UInt64 = 0
            var row = 0
            for _ in 0..<300 {
                now += UInt64.random(in: 0...(2 * second), using: &generator)
                let before = health.standing(at: now)
                guard !open.isEmpty, generator.oneIn(2) else {
                    open.append(Try(ticket: health.begin(at: now), isProbe: before == .due))
                    try #require(open.count { $0.isProbe && $0.isNews } <= 1)
                    continue
                }
                let ended = open.remove(at: Int.random(in: 0..<open.count, using: &generator))
                let result = TryResult.allCases.randomElement(using: &generator) ?? .served
                let change = health.end(ended.ticket, result, at: now)
                let after = health.standing(at: now)
                guard ended.isNews else {
                    try #require(change == nil && after == before)
                    continue
                }
                let isFailure = result == .failed || result == .unreachable
                row = before != .sound || result == .served ? 0 : row + (isFailure ? 1 : 0)
                switch change {
                case .wentOut?: try #require(before == .sound && isFailure && row >= 2)
                case .cameBack?: try #require(before != .sound && result == .served)
                case nil: try #require((before == .sound) == (after == .sound))
                }
                if change == .wentOut || (ended.isProbe && isFailure && before != .sound) {
                    for place in open.indices { open[place].isNews = false }
                }
            }
        }
    }
}
