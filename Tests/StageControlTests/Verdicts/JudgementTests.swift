import ReleaseModel
import SequentialTests
import SluiceTesting
import Testing

@testable import StageControl

@Suite("What a metric says")
struct JudgementTests {
    private let now = Timestamp(milliseconds: 1_760_000_000_000)
    private let shares = ErrorShares(advance: 0.05, alarm: 0.05)

    private func tests(_ metric: PlanMetric, share: Share = Share(millionths: 100_000)) throws -> MetricTests {
        let stage = Stage(
            name: .test("one"), audience: StageAudience(cohorts: [.test("staff")]), setWeight: share,
            analysis: Analysis(metrics: [metric.name], minExposure: 100),
            watch: Watch(for: TimeSpan(1, .day), drift: .init(arl: 1e6)))
        let spec = ReleasePlan.Spec(
            model: .test("m"), candidate: .test("2"), baseline: .test("1"), metrics: [metric], stages: [stage])
        return try #require(MetricTests.ready(for: spec, stage: 0, errorRates: self.shares).first)
    }

    private func metric(
        _ type: PlanMetric.Measure = .eventRate, delay: PlanReportingDelay? = nil, detection: Detection? = nil,
        isRatio: Bool = false
    ) -> PlanMetric {
        let bound = isRatio ? 1.5 : 1e-3
        let source: MetricSource =
            switch type {
            case .eventRate: .incidents(IncidentSource())
            case .proportion: .gateway(.counter(.flags, category: []))
            case .exceedance: .gateway(.histogram(.requestDuration, threshold: TimeSpan(1, .second)))
            case .boundedMean: .gateway(.mean(.flaggedShare, cap: 1))
            }
        return PlanMetric(
            name: .test("harm"), kind: .safety, type: type, source: source, reportingDelay: delay, detection: detection,
            rules: MetricRules(
                advance: AdvanceRule(test: isRatio ? .ratioBelow : .below, bound: bound),
                rollback: RollbackRule(test: isRatio ? .ratioAbove : .above, bound: 2 * bound, weight: 0.5)))
    }

    private func observation(
        _ events: Int, _ exposure: Int, days: [DayExposure] = [], splits: [ArmSplit] = []
    ) -> MetricObservation {
        MetricObservation(
            metric: .test("harm"), heartbeat: self.now, watermark: self.now, events: events, exposure: exposure,
            days: days, splits: splits)
    }

    private func judge(_ tests: MetricTests, _ observed: MetricObservation?, _ memory: MetricMemory = MetricMemory())
        -> MetricJudgement
    {
        tests.judge(observed, memory, at: self.now, opened: self.now.advanced(milliseconds: -60_000))
    }

    @Test("each rule weighs its own side, by the process that belongs to its kind of count")
    func methods() throws {
        let rate = self.judge(try self.tests(self.metric()), self.observation(2, 10_000)).rules
        #expect(rate.map(\.rule) == [.rollback, .drift, .advance])
        #expect(rate.map(\.method) == [.gamma, .cusum, .gamma])
        #expect(try rate[2].logEvidence == GammaEProcess(.below, bound: 1e-3).logEvidence(events: 2, exposure: 10_000))
        #expect(try rate[0].logEvidence == GammaEProcess(.above, bound: 2e-3).logEvidence(events: 2, exposure: 10_000))
        #expect(rate[2].threshold == Threshold(0.05) && rate[0].threshold == Threshold(0.025))
        for type in [PlanMetric.Measure.proportion, .exceedance] {
            let rules = self.judge(try self.tests(self.metric(type)), self.observation(2, 10_000)).rules
            #expect(rules.first?.method == .beta)
            #expect(
                try rules.last?.logEvidence == BetaEProcess(.below, bound: 1e-3).logEvidence(events: 2, trials: 10_000))
        }
    }

    private func Threshold(_ errorRate: Double) -> Double? {
        (try? SequentialTests.Threshold(errorRate: errorRate))?.logEvidence
    }

    @Test("a comparison splits events by arm, at one share or at several")
    func ratios() throws {
        let metric = self.metric(.proportion, isRatio: true)
        let splits = [ArmSplit(share: 100_000, candidate: 60, baseline: 60)]
        let one = self.judge(try self.tests(metric), self.observation(60, 1_000, splits: splits)).rules
        #expect(one.map(\.method) == [.eventSplit, .eventSplit])
        let test = try EventSplitTest(.above, ratio: 3, share: 0.1)
        #expect(try one[0].logEvidence == test.logEvidence(candidateEvents: 60, baselineEvents: 60))
        #expect(one[0].verdict == .fail && one[1].verdict == .undecided)
        let several = self.judge(
            try self.tests(metric, share: .everybody), self.observation(60, 1_000, splits: splits)
        ).rules
        #expect(several.map(\.method) == [.varyingShare, .varyingShare] && several[0].verdict == .fail)
    }

    @Test("a mean counts what is left of a whole against what is to be shown")
    func means() throws {
        let tests = try self.tests(self.metric(.boundedMean))
        let rules = self.judge(tests, self.observation(1_500_000, 10_000)).rules
        #expect(rules.map(\.events) == [1, 2])
    }

    @Test("exposure matures for an advance, and counts at once for a rollback", arguments: seeds(200))
    func maturity(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let delay = PlanReportingDelay(p50: TimeSpan(5, .day), p90: TimeSpan(19, .day), p99: TimeSpan(53, .day))
        let (late, early) = try (self.tests(self.metric(delay: delay)), self.tests(self.metric()))
        let today = Int(self.now.milliseconds / 86_400_000)
        let days = (0..<30).map { DayExposure(day: today - $0, exposure: Int.random(in: 0...4_000, using: &generator)) }
        let exposure = days.reduce(0) { $0 + $1.exposure }
        let observed = self.observation(Int.random(in: 0...90, using: &generator), exposure, days: days)
        let (one, other) = (self.judge(late, observed), self.judge(early, observed))
        #expect(one.verdict(.rollback) == other.verdict(.rollback))
        #expect(one.rules.first?.logEvidence == other.rules.first?.logEvidence)
        #expect(one.verdict(.advance) != .pass || other.verdict(.advance) == .pass)
        let matured = try #require(one.matured)
        #expect(matured <= 0.99 * Double(exposure))
        let counted = days.reduce(0.0) { sum, day in
            let age = Double(self.now.milliseconds) / 86_400_000 - Double(day.day + 1)
            return sum + Double(day.exposure) * (age < 5 ? 0 : age < 19 ? 0.5 : age < 53 ? 0.9 : 0.99)
        }
        #expect(abs(matured - counted) < 1e-6)
    }

    @Test("nothing passes without enough exposure, or without the proof that harm would be seen")
    func proof() throws {
        let plain = try self.tests(self.metric())
        #expect(self.judge(plain, self.observation(0, 10_000)).verdict(.advance) == .pass)
        #expect(self.judge(plain, self.observation(0, 99)).verdict(.advance) == .undecided)
        let proven = try self.tests(self.metric(detection: Detection(probeSet: .test("p"), minRecall: 0.8)))
        var observed = self.observation(0, 10_000)
        #expect(self.judge(proven, observed).verdict(.advance) == .undecided)
        observed.probes = ProbeCounts(sent: 50, seen: 48)
        let judged = self.judge(proven, observed)
        #expect(judged.verdict(.advance) == .pass)
        #expect(judged.recall == (try ClopperPearson.lower(events: 48, trials: 50, errorRate: 1 - 0.95)))
        observed.probes = ProbeCounts(sent: 50, seen: 40)
        #expect(self.judge(proven, observed).verdict(.advance) == .undecided)
        let bounds = judged.bounds(observed, MetricMemory())
        #expect(abs(try #require(bounds.certified) - #require(bounds.upper) / #require(judged.recall)) < 1e-12)
    }

    @Test("what failed once has failed; a bound that was shown is never taken back")
    func latched() throws {
        let tests = try self.tests(self.metric())
        var memory = MetricMemory()
        #expect(self.judge(tests, self.observation(60, 10_000)).verdict(.rollback) == .fail)
        memory.isRolledBack = true
        memory.hasDrifted = true
        let later = self.judge(tests, self.observation(60, 900_000), memory)
        #expect(later.verdict(.rollback) == .fail && later.verdict(.drift) == .fail)
        try memory.bounds.narrow(lower: 0, upper: 1e-9)
        #expect(later.bounds(self.observation(60, 900_000), memory).upper == 1e-9)
    }

    @Test("a rate that has begun to rise is found although the past was good")
    func drift() throws {
        let tests = try self.tests(self.metric())
        var memory = MetricMemory()
        memory.last = self.observation(0, 3_000_000)
        let judged = self.judge(tests, self.observation(60, 3_006_000), memory)
        #expect(judged.verdict(.rollback) == .undecided && judged.verdict(.drift) == .fail)
        #expect(judged.verdict(.advance) == .pass)
    }

    @Test("silence counts from the last that was heard, not from before the stage")
    func silence() throws {
        let tests = try self.tests(self.metric())
        let opened = self.now.advanced(milliseconds: -60_000)
        #expect(self.judge(tests, nil).health.state == .noData && self.judge(tests, nil).health.known == opened)
        var old = self.observation(0, 10_000)
        old.heartbeat = Timestamp(milliseconds: 0)
        old.watermark = old.heartbeat
        #expect(self.judge(tests, old).health.state == .sound)
        let later = tests.judge(
            old, MetricMemory(), at: opened.advanced(milliseconds: 900_000), opened: opened)
        #expect(
            later.health.state == .noData && later.verdict(.advance) == .noData && later.verdict(.rollback) == .noData)
    }

    @Test("units that do not fall as planned are found, and others hardly ever", arguments: seeds(50))
    func sampleRatio(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var look = Observations(clock: ClockReading(boot: 1, monotonic: 1, wall: self.now), epoch: 1)
        #expect(look.sampleRatio == nil)
        let candidates = (0..<20_000).count { _ in generator.oneIn(100) }
        look.units = [ArmSplit(share: 10_000, candidate: candidates, baseline: 20_000 - candidates)]
        #expect(!Observations.isBroken(try #require(look.sampleRatio)))
        look.units.append(ArmSplit(share: 500_000, candidate: 5_500, baseline: 4_500))
        #expect(Observations.isBroken(try #require(look.sampleRatio)))
    }
}
