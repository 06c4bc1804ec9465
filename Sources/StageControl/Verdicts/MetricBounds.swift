public import ReleaseModel
import SequentialTests

/// The closest bounds on a metric's rate so far, and what is known of what is seen of it.
public struct MetricBounds: Codable, Hashable, Sendable {
    /// The metric's place in the plan.
    public var metric: Int
    /// Rates below this are excluded; 0 excludes none.
    public var lower: Double
    /// Rates above this are excluded; nil excludes none.
    public var upper: Double?
    /// The share of events that the monitor sees at least, as seeded probes prove it; nil if nobody has.
    public var recall: Double?
    /// The bound on what truly happens: ``upper`` divided by ``recall``. Nil where only the seen rate is bounded.
    public var certified: Double?
    /// The exposure of which reports have come in; nil where they come at once.
    public var matured: Double?

    enum CodingKeys: String, CodingKey {
        case metric, lower, upper, recall, certified, matured
    }
}

extension MetricJudgement {
    /// The bounds after this observation, narrowed from what they were: a bound once shown is never taken back.
    ///
    /// - Parameter isNarrowed: false leaves them as they were, where nobody reads them.
    func bounds(_ observed: MetricObservation?, _ memory: MetricMemory, isNarrowed: Bool = true) -> MetricBounds {
        var running = memory.bounds
        if isNarrowed, let observed, self.health.state == .sound {
            for test in [self.tests.advance, self.tests.rollback].compactMap({ $0 }) {
                guard let (lower, upper) = test.bounds(self, observed) else { continue }
                try? running.narrow(lower: lower, upper: upper)
            }
        }
        return MetricBounds(
            metric: self.tests.index, lower: running.lower, upper: running.upper, recall: self.recall,
            certified: running.upper.flatMap { upper in
                self.recall.flatMap { $0 > 0 && (upper / $0).isFinite ? upper / $0 : nil }
            }, matured: self.matured)
    }
}

extension RuleTest {
    /// The bound that the rule's own process gives on its own side; none for a comparison.
    fileprivate func bounds(
        _ judgement: MetricJudgement, _ observed: MetricObservation
    ) -> (lower: Double, upper: Double)? {
        guard let threshold, observed.exposure > 0 else { return nil }
        guard
            let (events, exposure, _) = self.weigh(
                observed, matured: judgement.matured, isMean: judgement.tests.metric.type == .boundedMean)
        else { return nil }
        let (scale, rate) = (judgement.tests.metric.cap ?? 1, threshold.errorRate)
        switch self.evidence {
        case .gamma(let process) where process.side == .below:
            return (try? GammaConfidenceSequence().upper(events: events, exposure: exposure, errorRate: rate))
                .map { (0, $0) }
        case .gamma:
            return (try? GammaConfidenceSequence().lower(events: events, exposure: exposure, errorRate: rate))
                .map { ($0, .infinity) }
        case .beta(let process) where process.side == .below:
            return (try? BetaConfidenceSequence().upper(events: events, trials: observed.exposure, errorRate: rate))
                .map { (0, $0 * scale) }
        case .beta:
            return (try? BetaConfidenceSequence().lower(events: events, trials: observed.exposure, errorRate: rate))
                .map { ($0 * scale, .infinity) }
        case .split, .varying, nil: return nil
        }
    }
}

/// What the evidence about a metric cannot rule out, in numbers and as a sentence for people.
public struct DetectabilityStatement: Codable, Hashable, Sendable {
    /// The metric.
    public var metric: Name
    /// Exposure that counted.
    public var exposure: Double
    /// Events in it.
    public var events: Int
    /// Rates above this are excluded, of what is seen.
    public var excluded: Double
    /// How surely: 0.95 is 95 %.
    public var confidence: Double
    /// The exposure of a day at the next scale; nil if nobody said what is expected.
    public var nextPerDay: Double?
    /// Whether the bound is on what truly happens, or only on what is seen.
    public var isCertified: Bool

    /// A statement with all its fields.
    public init(
        metric: Name, exposure: Double, events: Int, excluded: Double, confidence: Double, nextPerDay: Double?,
        isCertified: Bool
    ) {
        self.metric = metric
        self.exposure = exposure
        self.events = events
        self.excluded = excluded
        self.confidence = confidence
        self.nextPerDay = nextPerDay
        self.isCertified = isCertified
    }

    /// Events a day that the evidence would still allow at the next scale.
    public var stillAllowedPerDay: Double? { self.nextPerDay.map { $0 * self.excluded } }
}

extension DetectabilityStatement: CustomStringConvertible {
    /// Such as: severe-harm: 41,751 exposures, 0 events: rates above 8.8e-05 are excluded at 95 %; at 10,000,000 a day
    /// that would still allow 880 a day.
    public var description: String {
        let seen = self.isCertified ? "" : " of what is seen"
        var text =
            "\(self.metric): \(Figures.count(self.exposure)) exposures, \(self.events) events: rates\(seen) above "
            + "\(Figures.rate(self.excluded)) are excluded at \(Figures.rate(self.confidence * 100)) %"
        if let nextPerDay, let stillAllowedPerDay {
            text += "; at \(Figures.count(nextPerDay)) a day that would still allow "
            text += "\(Figures.count(stillAllowedPerDay)) a day"
        }
        return text
    }
}
