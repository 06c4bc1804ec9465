import HTTPWire
import SluiceTesting
import Testing

@testable import Upstreams

@Suite("Trying again")
struct AttemptsTests {
    private static let faults: [UpstreamFault] = [
        .connectFailed("a"), .tlsFailed("a"), .addressRefused("a"), .connectTimedOut, .firstByteTimedOut, .stalled,
        .totalTimedOut, .closedBeforeHead, .truncated, .staleConnection, .poolExhausted,
    ]

    @Test("is done only where the upstream cannot have had the request")
    func safe() {
        let repeated = Self.faults.filter { $0.repetition != nil }.map(\.code)
        #expect(
            repeated == [
                "upstream_connect_failed", "upstream_tls_failed", "upstream_address_refused",
                "upstream_connect_timed_out", "upstream_stale_connection", "upstream_pool_exhausted",
            ])
        #expect(Self.faults.filter { $0.repetition == .onFreshConnection } == [.staleConnection])
    }

    @Test("is done twice at the most for a request, and on a fresh connection once")
    func bounded() {
        repeated(seeds: 200) { _, generator in
            var attempts = Attempts()
            attempts.note(0)
            var fresh = 0
            for _ in 0..<10 {
                let repetition = generator.oneIn(2) ? Repetition.onFreshConnection : .onAnotherEndpoint
                guard attempts.allows(repetition) else { continue }
                attempts.note(Int.random(in: 0..<64, using: &generator))
                if repetition == .onFreshConnection {
                    fresh += 1
                    attempts.noteFresh()
                }
            }
            try #require(attempts.count <= Attempts.most && fresh <= 1)
        }
    }

    @Test("in any stretch of requests is at most one for ten of them, and ten that were saved up")
    func budget() {
        repeated(seeds: 200) { _, generator in
            var budget = RepetitionBudget()
            // Whether each event is a request, and whether a repetition was granted.
            var events: [(isRequest: Bool, isGranted: Bool)] = []
            for _ in 0..<600 {
                if generator.oneIn(3) {
                    budget.deposit()
                    events.append((true, false))
                } else {
                    events.append((false, budget.withdraw()))
                }
            }
            let start = Int.random(in: 0..<500, using: &generator)
            let stretch = events[start...]
            let (requests, granted) = (stretch.count { $0.isRequest }, stretch.count { $0.isGranted })
            try #require(granted * 10 <= requests + RepetitionBudget.most)
        }
    }

    @Test("does not make an outage more than a tenth worse")
    func outage() {
        var balancer = Balancer(weights: [1, 1, 1])
        var budget = RepetitionBudget()
        var tries = 0
        for number in 0..<10_000 {
            let now = UInt64(number) * 1_000_000
            var attempts = Attempts()
            budget.deposit()
            var endpoint: Int? = balancer.choose(at: now)
            while let chosen = endpoint {
                attempts.note(chosen)
                tries += 1
                _ = balancer.end(chosen, balancer.begin(chosen, at: now), .unreachable, at: now)
                endpoint =
                    attempts.allows(.onAnotherEndpoint)
                    ? balancer.choose(at: now, without: attempts.tried).flatMap { budget.withdraw() ? $0 : nil } : nil
            }
        }
        #expect(tries >= 10_000)
        #expect(tries <= 11_010)
    }
}
