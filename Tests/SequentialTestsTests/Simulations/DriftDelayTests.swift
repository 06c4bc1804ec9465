import SequentialTests
import SluiceTesting
import Testing

/// A rate of 3 in 10,000 for 300,000 trials, then ten times that; bound 1 in 1000, α = 0.001, looks every 500 trials.
@Suite("After a long good time")
struct DriftDelayTests {
    @Test("the detector of drift sees a change at once, the evidence about the whole past does not")
    func delays() throws {
        let (step, good, looks) = (500, 600, 1000)
        let rule = try LookRule(BetaEProcess(.above, bound: 1e-3), errorRate: 1e-3, step: step, looks: looks)
        let detector = try DriftDetector(
            bound: 1e-3, alternative: 2.5e-3, plannedExposure: 1, falseAlarmRate: 1e-3)
        var (chance, falseAlarms) = (Chance(seed: 7), Frequency())
        var (byDetector, byEvidence) = ([Double](), [Double]())
        for _ in 0..<Frequency.repetitions(400) {
            var (state, events) = (EDetector(), 0)
            var (alarm, reached): (Int?, Int?)
            for look in 1...looks {
                let more = chance.binomial(step, look <= good ? 3e-4 : 3e-3)
                events += more
                try detector.observe(events: more, trials: step, in: &state)
                if alarm == nil, detector.crossing(state) == .reached { alarm = look }
                if reached == nil, rule.isReached(events: events, look: look) { reached = look }
                if alarm != nil, reached != nil { break }
            }
            falseAlarms.count(alarm.map { $0 <= good } ?? false)
            byDetector.append(Double((alarm ?? 9999) - good) * Double(step))
            byEvidence.append(Double((reached ?? 9999) - good) * Double(step))
        }
        #expect(falseAlarms.hits == 0)
        #expect(abs(quantile(byDetector, 0.5) - 5500) <= 500)
        #expect(abs(quantile(byDetector, 0.95) - 11_500) <= 1500)
        #expect(abs(quantile(byEvidence, 0.5) - 152_500) <= 3000)
        #expect(abs(quantile(byEvidence, 0.95) - 173_500) <= 6000)
    }
}
