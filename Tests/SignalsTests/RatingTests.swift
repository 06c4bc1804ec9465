import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Signals

@Suite("A rating")
struct RatingTests {
    @Test("is from 0, which is bad, to 1, which is good, and comes back from its wire form")
    func wire() throws {
        #expect(Report.Rating(JSONValue.integer(0)) == .bad && Report.Rating(JSONValue.integer(1)) == .good)
        #expect(Report.Rating(JSONValue.string("bad")) == .bad && Report.Rating("0.5") == Report.Rating(0.5))
        for wrong: JSONValue in [1.0001, -1e-9, "0.5", "worse", true, .null, [], 2] {
            #expect(Report.Rating(wrong) == nil, "\(wrong)")
        }
        for text in ["", "nan", "inf", "1.1", "-0.1", "awful"] { #expect(Report.Rating(text) == nil, "\(text)") }
        repeated(seeds: 300) { _, generator in
            let rating = try #require(Report.Rating(Double.random(in: 0...1, using: &generator)))
            let read = try JSONValue(parsing: rating.json.canonical)
            try #require(Report.Rating(read) == rating)
            try #require(rating.millionths + rating.dissatisfaction == 1_000_000)
        }
    }

    @Test("counts by the worst of a person's day, once the day is over, and trips only as a complaint")
    func worst() throws {
        var metric = mean(.dissatisfaction, cap: 1)
        metric = PlanMetric(
            name: metric.name, kind: .safety, type: metric.type, source: metric.source,
            rules: MetricRules(tripwire: Tripwire(count: 2)))
        let plan = layout([metric])
        var ledger = ledger(plan)
        var content = SignalContent()
        var asked: [ExposedRequest] = []
        for number in 0..<4 {
            let own = key(1, account: UInt64(number / 2), plan)
            content.add(own, plan)
            asked.append(ExposedRequest(request: RequestID(bits: UInt128(number)), key: own, admitted: monday))
        }
        for gateway in gateways {
            let first = SignalBatch(
                rollout: rollout, plan: plan.plan, gateway: gateway, boot: 0, sequence: 0, from: monday,
                to: monday + 3 * day, content: gateway == gateways[0] ? content : SignalContent())
            _ = try ledger.take(first, at: monday + 3 * day)
        }
        func rate(_ number: Int, _ request: Int, _ score: Double) throws {
            let rating = try #require(Report.Rating(score))
            let report = report(number, about: asked[request], .feedback(rating))
            _ = try ledger.take(report, about: asked[request], at: monday + 30 * day)
        }
        #expect(ledger.seen().metrics[0].exposure == 0, "who rated nothing has no value")
        try rate(1, 0, 0.9)
        try rate(2, 1, 0.4)
        try rate(3, 2, 1)
        var seen = ledger.seen().metrics[0]
        #expect(seen.exposure == 2 && seen.events == 600_000 && seen.tripped == 0)
        try rate(4, 1, 0.8)
        #expect(ledger.seen().metrics[0] == seen, "what was said stays said")
        try rate(5, 0, 0)
        seen = ledger.seen().metrics[0]
        #expect(seen.exposure == 2 && seen.events == 1_000_000 && seen.tripped == 1)
    }
}
