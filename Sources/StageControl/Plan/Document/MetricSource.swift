public import ReleaseModel

/// Where the counts of a metric come from.
public enum MetricSource: Hashable, Sendable {
    /// Incidents, as people report and judge them: `{incidents: {minSeverity: high}}`.
    case incidents(IncidentSource)
    /// What the gateway itself counts: `{gateway: {counter: flags}}`.
    case gateway(GatewaySource)

    /// Whether a metric of this type can be made from it.
    func canFeed(_ measure: PlanMetric.Measure) -> Bool {
        switch (self, measure) {
        case (.incidents, .eventRate), (.gateway(.counter), .eventRate), (.gateway(.counter), .proportion): true
        case (.gateway(.histogram), .exceedance), (.gateway(.mean), .boundedMean): true
        default: false
        }
    }
}

/// Which incidents count.
public struct IncidentSource: Hashable, Sendable {
    /// The mildest that counts.
    public let minSeverity: Severity
    /// Whether only those count that were traced to the candidate.
    public let attributable: Bool

    /// A choice of incidents.
    public init(minSeverity: Severity = .low, attributable: Bool = true) {
        self.minSeverity = minSeverity
        self.attributable = attributable
    }
}

/// What the gateway counts about every request.
public enum GatewaySource: Hashable, Sendable {
    /// Requests with an event; of the listed categories, or of any if none is listed.
    case counter(Counter, category: Set<Name>)
    /// Requests that took longer than a threshold.
    case histogram(Histogram, threshold: TimeSpan)
    /// The mean of a quantity over the units of bucketing, each counted up to a cap.
    case mean(Quantity, cap: Double)

    /// Events of requests.
    public enum Counter: String, CaseIterable, Hashable, Sendable {
        /// A filter or monitor marked the request or its answer.
        case flags
        /// A person confirmed that it broke the rules.
        case violations
        /// The model refused to answer.
        case refusals
        /// The upstream failed.
        case http5xx
        /// The answer ended without its end mark.
        case truncations
        /// The person in front of it complained.
        case complaints
    }

    /// Times of requests.
    public enum Histogram: String, CaseIterable, Hashable, Sendable {
        case timeToFirstToken = "time_to_first_token"
        case timePerOutputToken = "time_per_output_token"
        case requestDuration = "request_duration"
    }

    /// Quantities of a unit of bucketing.
    public enum Quantity: String, CaseIterable, Hashable, Sendable {
        /// Of its requests, the share that is marked.
        case flaggedShare
        /// The tokens that it is answered with in a day.
        case outputTokens
        /// How far its worst rating of a day is from the best: 0 is content, 1 is a complaint.
        case dissatisfaction
    }
}

extension MetricSource {
    static let form = Form<Self>.either(
        Alternative(
            "incidents",
            .object({ $0 }, Field("incidents", { $0 }, IncidentSource.form)), { .incidents($0) },
            { if case .incidents(let source) = $0 { source } else { nil } }),
        Alternative(
            "gateway",
            .object({ $0 }, Field("gateway", { $0 }, GatewaySource.form)), { .gateway($0) },
            { if case .gateway(let source) = $0 { source } else { nil } }))
}

extension IncidentSource {
    static let form = Form<Self>.object(
        Self.init,
        Field("minSeverity", \.minSeverity, .word(), default: .low, opens: .bound(.raised)),
        Field("attributable", \.attributable, .flag, default: true))
}

extension GatewaySource {
    static let form = Form<Self>.either(
        Alternative(
            "counter",
            Form<(counter: Counter, category: Set<Name>?)>.object(
                { (counter: $0, category: $1) },
                Field("counter", \.counter, .word()),
                Field("category", \.category, optional: .categories)),
            { .counter($0.counter, category: $0.category ?? []) },
            { if case .counter(let counter, let names) = $0 { (counter, names.isEmpty ? nil : names) } else { nil } }),
        Alternative(
            "histogram",
            Form<(histogram: Histogram, threshold: TimeSpan)>.object(
                { (histogram: $0, threshold: $1) },
                Field("histogram", \.histogram, .word()),
                Field("threshold", \.threshold, .timeSpan, opens: .bound(.raised))),
            { .histogram($0.histogram, threshold: $0.threshold) },
            { if case .histogram(let histogram, let threshold) = $0 { (histogram, threshold) } else { nil } }),
        Alternative(
            "mean",
            Form<(mean: Quantity, cap: Double)>.object(
                { (mean: $0, cap: $1) },
                Field("mean", \.mean, .word()),
                Field("cap", \.cap, .amount)),
            { .mean($0.mean, cap: $0.cap) },
            { if case .mean(let quantity, let cap) = $0 { (quantity, cap) } else { nil } }))
}

extension Form where Value == Set<Name> {
    /// Categories, as in `cbrn|cyber`. Their order means nothing: they are written sorted.
    fileprivate static let categories = Form.text(
        "categories joined by |, each once, such as cbrn|cyber",
        { text in
            let parts = text.split(separator: "|", omittingEmptySubsequences: false)
            let names = Set(parts.compactMap { Name(String($0)) })
            return names.count == parts.count ? names : nil
        }, { $0.sorted().map(\.text).joined(separator: "|") })
}
