public import ReleaseModel

/// Something that is watched: what is counted, in what, how late and how completely it is seen, and what follows.
public struct PlanMetric: Hashable, Sendable {
    /// What a metric is about, and so what it may do.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Harm. May do everything, and alone has tripwires.
        case safety
        /// Whether the service works. May roll back.
        case health
        /// Whether the answers are good. May hold, never roll back.
        case quality
    }

    /// What is estimated.
    public enum Measure: String, CaseIterable, Hashable, Sendable {
        /// Events for each unit of exposure, of which there may be several.
        case eventRate
        /// The share of exposures that have the event.
        case proportion
        /// The share of exposures beyond a threshold: "p95 ≤ 1.2s" is "exceedance of 1.2s ≤ 0.05".
        case exceedance
        /// The mean of a quantity that is capped beforehand, over the units of bucketing.
        case boundedMean
    }

    /// What stages call it.
    public let name: Name
    /// What it is about.
    public let kind: Kind
    /// What is estimated.
    public let type: Measure
    /// Where the counts come from.
    public let source: MetricSource
    /// What the rate is a rate of.
    public let exposure: ExposureUnit
    /// How much one actor can contribute; nil is without limit.
    public let influenceCap: InfluenceCap?
    /// How late events are reported; nil is at once.
    public let reportingDelay: PlanReportingDelay?
    /// How much of what happens is seen; nil if nobody has proven it, and then only the seen rate is bounded.
    public let detection: Detection?
    /// What follows from it.
    public let rules: MetricRules
    /// How much harm of this kind a stage may be expected to do; nil does not bound exposure.
    public let harmBudget: PlanHarmBudget?
    /// What is done when nothing is known.
    public let onNoData: NoDataPolicy
    /// What is done when the source fails.
    public let onError: ErrorPolicy

    /// A metric with all its fields. What is left out is what a document means that leaves it out.
    public init(
        name: Name, kind: Kind, type: Measure, source: MetricSource, exposure: ExposureUnit = .requests,
        influenceCap: InfluenceCap? = nil, reportingDelay: PlanReportingDelay? = nil, detection: Detection? = nil,
        rules: MetricRules, harmBudget: PlanHarmBudget? = nil, onNoData: NoDataPolicy = NoDataPolicy(),
        onError: ErrorPolicy = ErrorPolicy()
    ) {
        self.name = name
        self.kind = kind
        self.type = type
        self.source = source
        self.exposure = exposure
        self.influenceCap = influenceCap
        self.reportingDelay = reportingDelay
        self.detection = detection
        self.rules = rules
        self.harmBudget = harmBudget
        self.onNoData = onNoData
        self.onError = onError
    }
}

extension PlanMetric {
    static let form = Form<Self>.object(
        Self.init,
        Field("name", \.name, .name),
        Field("kind", \.kind, .word()),
        Field("type", \.type, .word()),
        Field("source", \.source, MetricSource.form),
        Field("exposure", \.exposure, .word(), default: .requests),
        Field("influenceCap", \.influenceCap, optional: InfluenceCap.form),
        Field("reportingDelay", \.reportingDelay, optional: PlanReportingDelay.form, opens: .bound(.lowered)),
        Field("detection", \.detection, optional: Detection.form, opens: .bound(.lowered)),
        Field("rules", \.rules, MetricRules.form, default: MetricRules()),
        Field("harmBudget", \.harmBudget, optional: PlanHarmBudget.form, opens: .exposure(.lowered)),
        Field("onNoData", \.onNoData, NoDataPolicy.form, default: NoDataPolicy()),
        Field("onError", \.onError, ErrorPolicy.form, default: ErrorPolicy())
    ).checked { metric, reading in
        guard !metric.source.canFeed(metric.type) else { return }
        reading.note(
            .contradiction,
            "feeds no \(metric.type.rawValue); expected \(metric.type.sourcesInWords), or another type", of: "source")
    }
}

extension PlanMetric.Measure {
    /// Which sources can feed it, for messages.
    fileprivate var sourcesInWords: String {
        switch self {
        case .eventRate: "incidents, or a counter of the gateway"
        case .proportion: "a counter of the gateway"
        case .exceedance: "a histogram of the gateway with a threshold"
        case .boundedMean: "a mean of the gateway with a cap"
        }
    }
}
