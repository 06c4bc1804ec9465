import ReleaseModel
import SequentialTests

/// What is known of a metric at a moment, and what each of its rules says.
struct MetricJudgement: Hashable, Sendable {
    let tests: MetricTests
    var health: MetricHealth
    /// The tripwire, the rollback, the detector of change, the hold, the advance: those that there are, in this order.
    var rules: [RuleRecord] = []
    var drift: EDetector
    /// The matured exposure; nil where all exposure counts at once.
    var matured: Double?
    var recall: Double?

    /// What a rule says; nil if the metric has none of this kind.
    func verdict(_ kind: RuleKind) -> Verdict? { self.rules.first { $0.rule == kind }?.verdict }
}

extension MetricTests {
    /// What the metric says. A function of the observation, what is remembered, the time, and when the stage opened.
    func judge(
        _ observed: MetricObservation?, _ memory: MetricMemory, at now: Timestamp, opened: Timestamp
    ) -> MetricJudgement {
        var judgement = MetricJudgement(
            tests: self, health: self.health(observed, memory, at: now, opened: opened), drift: memory.drift,
            recall: self.recall(observed, memory))
        let observed =
            observed ?? memory.last ?? MetricObservation(metric: self.metric.name, heartbeat: now, watermark: now)
        // A count that contradicts itself is not weighed, but a tripwire counts what is reported in any case.
        let isWeighed = judgement.health.state != .contradictory
        if isWeighed, let curve = self.curve {
            let known = min(now, observed.watermark)
            judgement.matured = observed.days.reduce(into: 0) { sum, day in
                sum += Double(day.exposure) * curve.share(at: day.age(at: known))
            }
        }
        if let tripwire = self.metric.rules.tripwire {
            judgement.rules.append(self.count(tripwire, observed, memory, judgement.health))
        }
        if let rollback = self.rollback {
            judgement.rules.append(
                self.alarm(rollback, observed, latched: memory.isRolledBack, isWeighed, judgement.health))
        }
        if let drift = self.drift {
            judgement.rules.append(self.change(drift, observed, memory, isWeighed, &judgement))
        }
        if let hold = self.hold {
            judgement.rules.append(self.alarm(hold, observed, latched: memory.isHeld, isWeighed, judgement.health))
        }
        if let advance = self.advance, self.mustPass {
            judgement.rules.append(self.show(advance, observed, judgement))
        }
        return judgement
    }

    /// How far ahead of the clock a source may be: two clocks are never the same.
    static let clockSkew: Int64 = 60_000

    private func health(
        _ observed: MetricObservation?, _ memory: MetricMemory, at now: Timestamp, opened: Timestamp
    ) -> MetricHealth {
        let remembered = max(opened, memory.last?.known(lag: self.watermarkLag) ?? opened)
        var health = MetricHealth(metric: self.index, state: .noData, known: remembered, failures: 0)
        guard let observed else { return health }
        health.failures = observed.failures
        let needsDays = self.metric.reportingDelay != nil
        health.reason =
            observed.fault(for: self.metric.type, needsDays: needsDays)
            ?? memory.last.flatMap { observed.fault(after: $0) }
            ?? observed.fault(notAfter: now.advanced(milliseconds: Self.clockSkew))
        if health.reason != nil {
            health.state = .contradictory
            return health
        }
        let known = observed.known(lag: self.watermarkLag)
        health.known = max(opened, known)
        if observed.failures > 0 {
            health.state = .failing
            return health
        }
        let isBlind = observed.probes?.missedSince != nil
        let isOld = now.since(health.known) >= self.metric.onNoData.after.milliseconds
        health.state = isBlind || isOld ? .noData : .sound
        return health
    }

    private func recall(_ observed: MetricObservation?, _ memory: MetricMemory) -> Double? {
        guard let detection = self.metric.detection, let probes = observed?.probes, probes.sent > 0 else { return nil }
        if let last = memory.last?.probes, last.sent == probes.sent, last.seen == probes.seen, let known = memory.recall
        {
            return known
        }
        return try? ClopperPearson.lower(
            events: probes.seen, trials: probes.sent, errorRate: 1 - detection.confidence)
    }

    private func count(
        _ tripwire: Tripwire, _ observed: MetricObservation, _ memory: MetricMemory, _ health: MetricHealth
    ) -> RuleRecord {
        let events = max(0, observed.tripped.subtractingReportingOverflow(memory.trippedBefore).partialValue)
        return RuleRecord(
            metric: self.index, rule: .tripwire, verdict: events >= tripwire.count ? .fail : health.verdict,
            method: .count, events: events, exposure: Double(observed.exposure), bound: Double(tripwire.count),
            prior: [])
    }

    private func alarm(
        _ test: RuleTest, _ observed: MetricObservation, latched: Bool, _ isWeighed: Bool,
        _ health: MetricHealth
    ) -> RuleRecord {
        var record = self.record(test, observed, isWeighed, matured: nil)
        record.verdict =
            if latched || record.crossing == .reached { .fail } else if test.isUnusable { .error } else {
                health.verdict
            }
        return record
    }

    private func change(
        _ detector: DriftDetector, _ observed: MetricObservation, _ memory: MetricMemory, _ isWeighed: Bool,
        _ judgement: inout MetricJudgement
    ) -> RuleRecord {
        let (events, trials) = observed.increment(since: memory.last)
        if isWeighed { try? detector.observe(events: min(events, trials), trials: trials, in: &judgement.drift) }
        let isReached = detector.crossing(judgement.drift) == .reached
        return RuleRecord(
            metric: self.index, rule: .drift,
            verdict: memory.hasDrifted || isReached ? .fail : judgement.health.verdict, method: .cusum, events: events,
            exposure: Double(trials), bound: detector.bound, errorRate: nil, prior: [],
            logEvidence: judgement.drift.logCUSUM, threshold: detector.logThreshold)
    }

    private func show(
        _ test: RuleTest, _ observed: MetricObservation, _ judgement: MetricJudgement
    ) -> RuleRecord {
        let isWeighed = judgement.health.state != .contradictory
        var record = self.record(test, observed, isWeighed, matured: judgement.matured)
        let isProven = self.metric.detection.map { judgement.recall ?? 0 >= $0.minRecall } ?? true
        let isSeen = observed.exposure >= self.minExposure
        record.verdict =
            if judgement.health.state != .sound {
                judgement.health.verdict
            } else if test.isUnusable {
                .error
            } else {
                record.crossing == .reached && isProven && isSeen ? .pass : .undecided
            }
        return record
    }

    private func record(
        _ test: RuleTest, _ observed: MetricObservation, _ isWeighed: Bool, matured: Double?
    ) -> RuleRecord {
        let weighed =
            isWeighed ? test.weigh(observed, matured: matured, isMean: self.metric.type == .boundedMean) : nil
        return RuleRecord(
            metric: self.index, rule: test.kind, verdict: .undecided, method: test.method,
            events: weighed?.events ?? observed.events, exposure: weighed?.exposure ?? Double(observed.exposure),
            bound: test.bound, errorRate: test.threshold?.errorRate, prior: test.prior,
            logEvidence: weighed?.logEvidence, threshold: test.threshold?.logEvidence)
    }
}

extension RuleTest {
    /// Whether the plan's numbers allow no test.
    fileprivate var isUnusable: Bool { self.evidence == nil || self.threshold == nil }
}

extension RuleRecord {
    /// Where ln E stands towards what it must reach.
    fileprivate var crossing: Crossing {
        guard let logEvidence, let threshold else { return .notReached }
        return Crossing(logEvidence, threshold: threshold)
    }
}
