import Arms
import ReleaseModel
public import StageControl

extension SignalLedger {
    /// What is known in an epoch, over all its stages. An epoch that is not known, or forgotten, has no counts.
    public func observed(epoch: Int, at clock: ClockReading) -> Observed {
        let tally = self.epochs[epoch] ?? EpochTally(metrics: self.rules.count)
        let metrics = zip(self.rules, tally.metrics).map { rule, metric in
            self.observation(rule, metric, of: tally, epoch: epoch, at: clock.wall)
        }
        var used = EpochTally.StageTally()
        for stage in tally.stages.values {
            used.requests = used.requests.saturatingAdding(stage.requests)
            used.strata.merge(stage.strata) { $0.saturatingAdding($1) }
        }
        return Observed(
            metrics: metrics, units: tally.splits.values.sorted { $0.share < $1.share }, requests: used.requests,
            strata: self.strata(used.strata), unknownOutcomes: tally.unknownOutcomes(.candidate))
    }

    /// The delays of the reported events of a metric that happened in an epoch, by day. `metric` is its place in the
    /// plan.
    public func lags(metric: Int, epoch: Int) -> [ReportedLag] {
        guard let tally = self.epochs[epoch], tally.metrics.indices.contains(metric) else { return [] }
        var counts: [ReportedLag: Int] = [:]
        for told in tally.metrics[metric].told.values {
            let lag = ReportedLag(
                occurredDay: told.occurred.milliseconds.flooredQuotient(SignalLayout.day),
                reportedDay: told.reported.milliseconds.flooredQuotient(SignalLayout.day), count: 0)
            counts[lag, default: 0] += 1
        }
        return counts.map { ReportedLag(occurredDay: $0.occurredDay, reportedDay: $0.reportedDay, count: $1) }
            .sorted { ($0.occurredDay, $0.reportedDay) < ($1.occurredDay, $1.reportedDay) }
    }

    /// The latencies of one side of a stage, for people.
    public func latencies(_ panel: SignalPanel, _ histogram: GatewaySource.Histogram) -> LatencyHistogram {
        self.epochs[panel.epoch]?.histograms[panel]?[histogram] ?? LatencyHistogram()
    }

    /// Exposure of a metric in an epoch that was told after its window was final, and that does not count: of requests
    /// that lasted longer than ``SignalLimits/longestRequest``. `metric` is its place in the plan.
    public func lateExposure(metric: Int, epoch: Int) -> Int {
        guard let tally = self.epochs[epoch], tally.metrics.indices.contains(metric) else { return 0 }
        return tally.metrics[metric].late
    }

    private func observation(
        _ rule: MetricRule, _ tally: MetricTally, of whole: EpochTally, epoch: Int, at now: Timestamp
    ) -> MetricObservation {
        var observation = MetricObservation(
            metric: rule.metric.name, failures: self.refusals.saturatingAdding(whole.leftOut),
            heartbeat: self.heartbeat(of: rule),
            watermark: rule.isReported ? min(self.watermark, self.reportsHeard) : self.watermark,
            probes: rule.metric.detection.map { self.book.probes(of: $0.probeSet, in: self.time(of: epoch)) },
            uncounted: whole.uncounted(rule, tally), tripped: tally.trips.count, worst: tally.trips.worstSeverity)
        var days = tally.days
        if rule.mean != nil {
            let end = (self.watermark.milliseconds - SignalLimits.longestRequest).flooredQuotient(SignalLayout.day)
            (observation.events, days) = tally.mean.total(before: end, rule)
        } else {
            observation.events = tally.events
        }
        observation.exposure = days.values.reduce(0) { $0.saturatingAdding($1) }
        if rule.metric.type == .proportion || rule.metric.type == .exceedance, tally.events > observation.exposure {
            // What was reported was exposure, even if the batch that says so has not come. It counts as of today.
            let today = now.milliseconds.flooredQuotient(SignalLayout.day)
            days[today] = (days[today] ?? 0).saturatingAdding(tally.events - observation.exposure)
            observation.exposure = tally.events
        }
        if rule.isDelayed {
            observation.days = days.sorted { $0.key < $1.key }.map { DayExposure(day: Int($0.key), exposure: $0.value) }
        }
        if rule.isCompared { observation.splits = tally.splits.values.sorted { $0.share < $1.share } }
        return observation
    }

    /// How many batches of the gateway that fares worst were refused in a row.
    private var refusals: Int { self.gateways.values.filter(\.isCounted).map(\.refusals).max() ?? 0 }

    private func heartbeat(of rule: MetricRule) -> Timestamp {
        let heartbeat = self.heartbeat ?? self.watermark
        return rule.isReported ? min(heartbeat, self.reportsHeard) : heartbeat
    }

    /// All parts that any stage asks for: what there was before a stage, the rollout takes off by itself.
    private func strata(_ counts: [Int: Int]) -> [StratumCount] {
        self.layout.dimensions.flatMap { dimension in
            dimension.parts.map { part in
                let requests = counts.filter { self.layout.part(of: $0.key, by: dimension.dimension) == part }
                    .reduce(0) { $0.saturatingAdding($1.value) }
                return StratumCount(dimension: dimension.dimension, part: part, requests: requests)
            }
        }
    }
}
