import ReleaseModel
import StageControl

/// How one metric counts: what is an event, what is a trial, and how much of one actor.
struct MetricRule: Hashable, Sendable {
    /// What the exposure of a cell is.
    enum Trials: Hashable, Sendable {
        case admitted, ended, outputTokens, downloads
        /// Days on which a unit was there.
        case days
        /// Requests that were measured against a threshold, by its place in the layout.
        case measured(Int)
    }

    struct Cap: Hashable, Sendable {
        var per: PlanBucketing.Unit
        var events: Int
        /// Milliseconds.
        var window: Int64
    }

    /// The quantity of a mean and what it is capped at.
    struct Mean: Hashable, Sendable {
        var quantity: GatewaySource.Quantity
        var cap: Double
    }

    let metric: PlanMetric
    let trials: Trials
    let cap: Cap?
    /// Who is a unit of analysis.
    let unit: PlanBucketing.Unit
    /// Whether events come by reports, so that their channel must be heard too.
    let isReported: Bool
    let isCompared: Bool
    let isDelayed: Bool
    let mean: Mean?

    init(_ metric: PlanMetric, layout: SignalLayout) {
        self.metric = metric
        self.unit = metric.influenceCap?.per ?? layout.unit
        self.cap = metric.influenceCap.map {
            Cap(per: $0.per, events: max(1, $0.events), window: SignalLayout.length(of: $0.window))
        }
        self.isReported =
            switch metric.source {
            case .incidents, .gateway(.counter(.flags, _)), .gateway(.counter(.violations, _)),
                .gateway(.counter(.complaints, _)), .gateway(.mean(.flaggedShare, _)),
                .gateway(.mean(.dissatisfaction, _)):
                true
            default: false
            }
        let rules = metric.rules
        self.isCompared =
            rules.advance?.test.isRatio ?? false || rules.rollback?.test.isRatio ?? false
            || rules.hold?.test.isRatio ?? false
        self.isDelayed = metric.reportingDelay != nil
        if case .gateway(.mean(let quantity, let cap)) = metric.source {
            self.mean = Mean(quantity: quantity, cap: cap)
        } else {
            self.mean = nil
        }
        if let threshold = metric.threshold, let place = layout.thresholds.firstIndex(of: threshold) {
            self.trials = .measured(place)
        } else {
            self.trials =
                switch metric.exposure {
                // What is reported may follow from any request that was let in; what the gateway sees of an outcome
                // says nothing of requests whose outcome nobody knows.
                case .requests: self.isReported ? .admitted : .ended
                case .outputTokens: .outputTokens
                case .accountDays: .days
                case .downloads: .downloads
                }
        }
    }

    /// Events that the gateway itself has seen.
    func events(of counts: SignalCounts) -> Int {
        switch (self.trials, self.metric.source) {
        case (.measured(let place), _): counts.exceedances[place].exceeding
        case (_, .gateway(.counter(.refusals, _))): counts.refused
        case (_, .gateway(.counter(.http5xx, _))): counts.failed
        case (_, .gateway(.counter(.truncations, _))): counts.truncated
        default: 0
        }
    }

    /// Exposure in the metric's unit.
    func exposure(of counts: SignalCounts) -> Int {
        switch self.trials {
        case .admitted: counts.admitted
        case .ended: counts.ended
        case .outputTokens: counts.outputTokens
        case .downloads: counts.downloads
        case .days: min(1, counts.admitted)
        case .measured(let place): counts.exceedances[place].measured
        }
    }
}
