import ReleaseModel
import StageControl

/// A world that fits a plan: what ``Suppositions`` say, with everything that they leave open filled in.
struct SupposedWorld: Hashable, Sendable {
    let spec: ReleasePlan.Spec
    let suppositions: Suppositions
    /// How much use is expected: what the plan says, and before that what was supposed.
    let traffic: Traffic
    /// Requests of each stage a day.
    let requests: [Double]
    /// What is true of each metric, in the plan's order.
    var metrics: [SupposedMetric]

    /// Throws everything that does not fit, at once.
    init(_ spec: ReleasePlan.Spec, _ suppositions: Suppositions) throws(RehearsalFaults) {
        var check = SuppositionCheck(spec)
        check.check(suppositions)
        self.spec = spec
        self.suppositions = suppositions
        let traffic = Self.traffic(spec, suppositions)
        self.traffic = traffic
        self.requests = spec.stages.map { stage in
            let cap = stage.caps.requestsPerDay.map { Double($0) }
            return min(traffic.perDay(.requests, in: stage) ?? cap ?? 0, cap ?? .infinity)
        }
        self.metrics = spec.metrics.map { SupposedMetric($0, in: spec, suppositions) }
        for stage in spec.stages {
            let units = Set(stage.analysis.watched.compactMap { spec.metric(named: $0)?.exposure } + [.requests])
            for unit in ExposureUnit.allCases where units.contains(unit) && traffic.perDay(unit, in: stage) == nil {
                guard unit != .requests || stage.caps.requestsPerDay == nil else { continue }
                check.faults.append(.missingTraffic(stage: stage.name.text, unit: unit))
            }
        }
        if !check.faults.isEmpty { throw RehearsalFaults(faults: check.faults) }
    }

    /// What was supposed goes before what the plan says, and a single stage before all.
    private static func traffic(_ spec: ReleasePlan.Spec, _ suppositions: Suppositions) -> Traffic {
        var units: [ExposureUnit: Traffic.Expected] = [:]
        for unit in ExposureUnit.allCases {
            let (said, planned) = (suppositions.traffic.filter { $0.unit == unit }, spec.traffic.units[unit])
            guard !said.isEmpty || planned != nil else { continue }
            let own = spec.stages.compactMap { stage in
                said.last { $0.stage == stage.name.text }.map { (stage.name, $0.perDay) }
            }
            units[unit] = Traffic.Expected(
                atFullWeight: said.last { $0.stage == nil }?.perDay ?? planned?.atFullWeight,
                stages: (planned?.stages ?? [:]).merging(own) { _, own in own })
        }
        return Traffic(units)
    }

    /// How much of a metric's exposure counts in a stage each day: never more of one actor than its influence cap.
    func counted(_ metric: PlanMetric, inStage index: Int) -> Double {
        self.spec.perDay(of: metric, inStage: index, expecting: self.traffic) ?? 0
    }
}

/// What is true of a metric in a supposed world.
struct SupposedMetric: Hashable, Sendable {
    /// The candidate's rate of what is counted, in each stage.
    var rates: [Double]
    /// The baseline's.
    let baselineRate: Double
    /// The share of events that is seen.
    let recall: Double
    /// The share of events that the tripwire counts.
    let tripwireShare: Double
    /// How events come together.
    let bursts: Bursts
    /// Whether nobody said the candidate's rate.
    let isUsual: Bool

    init(_ metric: PlanMetric, in spec: ReleasePlan.Spec, _ suppositions: Suppositions) {
        func said(_ figures: [Suppositions.Figure], in stage: String?) -> Double? {
            let own = figures.filter { $0.metric == metric.name.text }
            return own.last { $0.stage == stage }?.value ?? own.last { $0.stage == nil }?.value
        }
        let usual = metric.bound.map { $0 * Rehearsal.usualShare } ?? Rehearsal.usualRate
        self.rates = spec.stages.map { said(suppositions.trueRates, in: $0.name.text) ?? usual }
        self.isUsual = !suppositions.trueRates.contains { $0.metric == metric.name.text }
        self.baselineRate = said(suppositions.baselineRates, in: nil) ?? usual
        self.recall =
            metric.detection == nil ? 1 : said(suppositions.recalls, in: nil) ?? Rehearsal.usualRecall
        self.tripwireShare =
            metric.rules.tripwire.map { tripwire in
                said(suppositions.tripwireShares, in: nil) ?? (tripwire.where == nil ? 1 : 0)
            } ?? 0
        self.bursts = Bursts(mean: suppositions.clustering, cap: metric.influenceCap?.events)
    }
}

extension PlanMetric {
    /// The absolute rate that the metric is to be below: as shown before an advance, or else as not shown at a rollback
    /// or hold. Nil for one that is only compared. Of a mean, in units of its cap.
    var bound: Double? {
        let advance = self.rules.advance.flatMap { $0.test.isRatio ? nil : $0.bound }
        let rollback = self.rules.rollback.flatMap { $0.test.isRatio ? nil : $0.bound }
        let hold = self.rules.hold.flatMap { $0.test.isRatio ? nil : $0.bound }
        guard let bound = advance ?? rollback ?? hold else { return nil }
        if case .gateway(.mean(_, let cap)) = self.source { return min(1, bound / cap) }
        return min(1, bound)
    }
}
