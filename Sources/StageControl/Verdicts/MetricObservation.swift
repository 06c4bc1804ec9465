public import ReleaseModel

/// What is known of one metric at a moment.
public struct MetricObservation: Codable, Hashable, Sendable {
    /// The metric.
    public var metric: Name
    /// How many times in a row the source has failed; 0 when it answers.
    public var failures: Int
    /// When the source last said that it counts, whether or not there was anything to count.
    public var heartbeat: Timestamp
    /// Up to when the counts are complete.
    public var watermark: Timestamp
    /// Seeded probes; nil where none are sent.
    public var probes: ProbeCounts?
    /// Events of the candidate. For a ``PlanMetric/Measure/boundedMean``, the values added up in millionths of the cap.
    public var events: Int
    /// Exposure of the candidate, in the metric's unit; for a bounded mean, how many units gave a value.
    public var exposure: Int
    /// Requests of the candidate of which nothing is in ``exposure`` yet, or never will be: those without an outcome
    /// that is known, where outcomes are what is counted, and those of the time before anything counts. Nil is all.
    public var uncounted: Int?
    /// The same exposure by day, for a metric whose events are reported late; else empty.
    public var days: [DayExposure]
    /// Events of both arms by the candidate's share at the time, for a metric that is compared; else empty.
    public var splits: [ArmSplit]
    /// Events that the tripwire counts, whenever they happened: what is reported now counts now.
    public var tripped: Int
    /// The worst of those events; nil if there is none, or if it is not known.
    public var worst: String?

    /// What is known of a metric; what is left out has not been seen.
    public init(
        metric: Name, failures: Int = 0, heartbeat: Timestamp, watermark: Timestamp, probes: ProbeCounts? = nil,
        events: Int = 0, exposure: Int = 0, uncounted: Int? = nil, days: [DayExposure] = [], splits: [ArmSplit] = [],
        tripped: Int = 0, worst: Severity? = nil
    ) {
        self.metric = metric
        self.failures = failures
        self.heartbeat = heartbeat
        self.watermark = watermark
        self.probes = probes
        self.events = events
        self.exposure = exposure
        self.uncounted = uncounted
        self.days = days
        self.splits = splits
        self.tripped = tripped
        self.worst = worst?.rawValue
    }
}

/// Known-bad requests that were sent through the live path.
public struct ProbeCounts: Codable, Hashable, Sendable {
    /// Probes whose time to be seen is over.
    public var sent: Int
    /// Probes that the monitor saw.
    public var seen: Int
    /// Since when probes go unseen; nil while the last one was seen.
    public var missedSince: Timestamp?

    enum CodingKeys: String, CodingKey {
        case sent, seen
        case missedSince = "missed_since"
    }

    /// So many probes.
    public init(sent: Int, seen: Int, missedSince: Timestamp? = nil) {
        self.sent = sent
        self.seen = seen
        self.missedSince = missedSince
    }
}

/// The exposure of one day.
public struct DayExposure: Codable, Hashable, Sendable {
    /// The day, counted from 1970-01-01 in UTC.
    public var day: Int
    /// Its exposure.
    public var exposure: Int

    /// A day's exposure.
    public init(day: Int, exposure: Int) {
        self.day = day
        self.exposure = exposure
    }

    /// How many days ago it ended, at a moment; 0 for a day that is not over. So the youngest of its exposure counts.
    func age(at moment: Timestamp) -> Double {
        max(0, Double(moment.milliseconds) / 86_400_000 - Double(self.day) - 1)
    }
}

extension MetricObservation {
    /// What is wrong with the counts by themselves; nil if nothing is.
    func fault(for measure: PlanMetric.Measure, needsDays: Bool) -> String? {
        let counts =
            [self.events, self.exposure, self.tripped, self.failures, self.uncounted ?? 0] + self.days.map(\.exposure)
        guard counts.allSatisfy({ 0...PlanLimits.count ~= $0 }) else { return "a count is negative or too large" }
        guard self.splits.count <= PlanLimits.listed, self.splits.allSatisfy(\.isSound) else {
            return "the counts by arm are negative, too large, or of no share between 0 and 1"
        }
        if let probes, !(0...probes.sent ~= probes.seen) { return "more probes were seen than sent" }
        switch measure {
        case .proportion, .exceedance:
            guard self.events <= self.exposure else { return "there are more events than exposures" }
        case .boundedMean:
            guard (self.events + 999_999) / 1_000_000 <= self.exposure else {
                return "the sum is more than the cap allows"
            }
        case .eventRate: break
        }
        if needsDays, self.days.reduce(0, { $0 &+ $1.exposure }) != self.exposure {
            return "the days do not add up to the exposure"
        }
        return nil
    }

    /// Events of both arms over all shares.
    private var armTotal: Int { self.splits.reduce(0) { $0 &+ $1.candidate &+ $1.baseline } }

    /// What is wrong with the counts after earlier ones of the same epoch; nil if nothing is.
    func fault(after earlier: MetricObservation) -> String? {
        if self.watermark < earlier.watermark { return "the watermark went back" }
        let isLess =
            self.events < earlier.events || self.exposure < earlier.exposure || self.tripped < earlier.tripped
            || (self.probes?.sent ?? 0) < (earlier.probes?.sent ?? 0)
            || (self.probes?.seen ?? 0) < (earlier.probes?.seen ?? 0)
            || self.armTotal < earlier.armTotal
        return isLess ? "a count went back" : nil
    }

    /// What is wrong with the moments, none of which may lie after another; nil if nothing is.
    func fault(notAfter end: Timestamp) -> String? {
        if self.heartbeat > end { return "the heartbeat is from the future" }
        if self.watermark > end { return "the watermark is from the future" }
        return self.probes?.missedSince.map { $0 > end } ?? false ? "the missed probe is from the future" : nil
    }

    /// Until when anything is known: up to the last heartbeat, the watermark that may lag behind, and the first probe
    /// that was missed.
    func known(lag: Int64) -> Timestamp {
        let known = min(self.heartbeat, self.watermark.advanced(milliseconds: lag))
        return min(known, self.probes?.missedSince ?? known)
    }
}
