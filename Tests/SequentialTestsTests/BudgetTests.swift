import Foundation
import SequentialTests
import SluiceTesting
import Testing

@Suite("An error budget")
struct ErrorBudgetTests {
    @Test("gives planned starts four fifths in equal parts, and the j-th restart its part of the last fifth")
    func shares() throws {
        var budget = try ErrorBudget(errorRate: 0.05, plannedStarts: 4)
        #expect(abs(try budget.spend(.planned(2)) - 0.01) < 1e-15)
        #expect(abs(try budget.spend(.planned(0)) - 0.01) < 1e-15)
        let first = try budget.spend(.restart(1))
        #expect(abs(first - 0.01 * 6 / (Double.pi * Double.pi)) < 1e-15)
        #expect(abs(try budget.spend(.restart(2)) - first / 4) < 1e-15)
        #expect(abs(budget.spent - (0.02 + first * 1.25)) < 1e-15)
        #expect(abs(budget.remaining + budget.spent - 0.05) < 1e-15)
    }

    @Test("is never overspent, whatever is asked for in whatever order")
    func neverOverspent() {
        repeated(seeds: 100) { _, generator in
            let starts = Int.random(in: 1...6, using: &generator)
            var budget = try ErrorBudget(
                errorRate: 0.05, plannedStarts: starts, reserve: Double.random(in: 0..<1, using: &generator))
            var paid = 0.0
            for _ in 0..<200 {
                let number = Int.random(in: -1...(starts + 1), using: &generator)
                let start: ErrorBudget.Start =
                    generator.oneIn(3) ? .planned(number) : .restart(budget.restartsMade + number)
                let before = budget
                let quoted = try? budget.share(of: start)
                try #require(budget == before)
                let share = try? budget.spend(start)
                try #require(share == quoted)
                if let share { paid += share } else { try #require(budget == before) }
                try #require(paid <= 0.05 * (1 + 1e-12))
                try #require(abs(paid - budget.spent) < 1e-14)
            }
        }
    }

    @Test("is not refilled by restarts: two thousand of them get less than the last fifth together")
    func restarts() throws {
        var budget = try ErrorBudget(errorRate: 0.05, plannedStarts: 1)
        var sum = 0.0
        for restart in 1...2000 { sum += try budget.spend(.restart(restart)) }
        #expect(sum < 0.01 && sum > 0.0099)
        #expect(abs(try budget.spend(.planned(0)) - 0.04) < 1e-15)
        #expect(budget.remaining > 0 && budget.remaining < 1e-5)
    }

    @Test("pays for each start once")
    func refusals() throws {
        var budget = try ErrorBudget(errorRate: 0.05, plannedStarts: 2)
        _ = try budget.spend(.planned(1))
        _ = try budget.spend(.restart(1))
        let refused: [(ErrorBudget.Start, ErrorBudget.Refusal)] = [
            (.planned(1), .alreadySpent(.planned(1))), (.planned(2), .notPlanned(start: 2, plannedStarts: 2)),
            (.planned(-1), .notPlanned(start: -1, plannedStarts: 2)), (.restart(1), .alreadySpent(.restart(1))),
            (.restart(0), .alreadySpent(.restart(0))), (.restart(3), .outOfOrder(restart: 3, expected: 2)),
        ]
        for (start, refusal) in refused {
            #expect(throws: refusal) { try budget.share(of: start) }
            #expect(throws: refusal) { try budget.spend(start) }
            #expect(refusal.description.hasSuffix("."))
        }
        #expect(Set(refused.map(\.1.code)).count == 3)
    }

    @Test("is read back as it was kept, and not as it cannot have been")
    func kept() throws {
        var budget = try ErrorBudget(errorRate: 0.05, plannedStarts: 2, reserve: 0)
        _ = try budget.spend(.planned(1))
        #expect(try JSONDecoder().decode(ErrorBudget.self, from: JSONEncoder().encode(budget)) == budget)
        // Without a reserve there is nothing for a restart.
        #expect(throws: ErrorBudget.Refusal.self) { try budget.share(of: .restart(1)) }
        for (starts, restarts) in [("7", "0"), ("0,0", "0"), ("-1", "0"), ("", "-1"), ("", "\(Int.max)")] {
            let text =
                #"{"error_rate":0.05,"planned_starts":2,"reserve":0.2,"starts_made":["# + starts
                + #"],"restarts_made":"# + restarts + "}"
            #expect(throws: StatisticsFault.self, "\(text)") {
                try JSONDecoder().decode(ErrorBudget.self, from: Data(text.utf8))
            }
        }
    }

    @Test("ends after ten thousand restarts")
    func mostRestarts() throws {
        let text = #"{"error_rate":0.05,"planned_starts":1,"reserve":0.2,"starts_made":[],"restarts_made":10000}"#
        let budget = try JSONDecoder().decode(ErrorBudget.self, from: Data(text.utf8))
        #expect(budget.spent < 0.01)
        #expect(throws: ErrorBudget.Refusal.overspent(asked: 0, remaining: budget.remaining)) {
            try budget.share(of: .restart(10_001))
        }
        #expect(throws: ErrorBudget.Refusal.self) { try budget.share(of: .restart(.max)) }
        #expect(throws: ErrorBudget.Refusal.self) { try budget.share(of: .restart(.min)) }
    }

    @Test(
        "of a plan without a start, or all in reserve, is none", arguments: [(0, 0.2), (1, 1.0), (1, -0.1), (1, .nan)])
    func impossible(starts: Int, reserve: Double) {
        #expect(throws: StatisticsFault.self) {
            try ErrorBudget(errorRate: 0.05, plannedStarts: starts, reserve: reserve)
        }
    }
}

@Suite("A rollback budget")
struct RollbackBudgetTests {
    @Test("gives each rule a threshold of its own, and together no more than there is")
    func thresholds() throws {
        let weights = ["severe-harm": 0.5, "policy-flags": 0.2, "refusals": 0.1, "errors": 0.1, "latency": 0.1]
        let budget = try RollbackBudget(errorRate: 0.05, weights: weights)
        let rates = try weights.keys.map { try #require(try budget.threshold(of: $0)).errorRate }
        #expect(abs(rates.reduce(0, +) - 0.05) < 1e-15)
        #expect(abs(try #require(try budget.threshold(of: "severe-harm")).logEvidence - logarithm(40)) < 1e-12)
        #expect(try budget.threshold(of: "unheard-of") == nil)
    }

    @Test("is not shared out twice")
    func tooMuch() {
        #expect(throws: StatisticsFault.self) { try RollbackBudget(errorRate: 0.05, weights: ["a": 0.6, "b": 0.41]) }
    }
}

@Suite("A harm budget")
struct HarmBudgetTests {
    @Test(
        "grows a stage without events by as much as published",
        arguments: [(0.1, 1.027), (1, 1.27), (2, 1.54), (5, 2.36)])
    func growth(expectedEvents: Double, factor: Double) throws {
        let budget = try HarmBudget(expectedEvents: expectedEvents)
        let upper = try GammaConfidenceSequence().upper(events: 0, exposure: 1000, errorRate: 0.05)
        #expect(abs(1 + (try budget.exposure(upperBound: upper)) / 1000 - factor) < 0.005)
    }

    @Test("shrinks with what the monitor misses and with a worse population")
    func conservative() throws {
        let plain = try HarmBudget(expectedEvents: 2).exposure(upperBound: 1e-4)
        #expect(try HarmBudget(expectedEvents: 2).exposure(upperBound: 1e-4, recall: 0.5) == plain / 2)
        #expect(try HarmBudget(expectedEvents: 2, cohortShift: 4).exposure(upperBound: 1e-4) == plain / 4)
        #expect(try HarmBudget(expectedEvents: 2).exposure(upperBound: .infinity) == 0)
    }

    @Test("is none for a population that would be better, or a monitor that sees more than there is")
    func impossible() throws {
        let budget = try HarmBudget(expectedEvents: 1)
        for shift in [0.9, .nan, .infinity] {
            #expect(throws: StatisticsFault.self) { try HarmBudget(expectedEvents: 1, cohortShift: shift) }
        }
        for recall in [0, 1.01, .nan] {
            #expect(throws: StatisticsFault.self) { try budget.exposure(upperBound: 1, recall: recall) }
        }
        for upper in [0, -1, .nan] {
            #expect(throws: StatisticsFault.self) { try budget.exposure(upperBound: upper) }
        }
        #expect(budget.probability(ofAtLeast: 0) == 1 && budget.probability(ofAtLeast: 500) < 1e-300)
    }
}
