import Arms
import ReleaseModel
import StageControl

/// What was counted in one epoch of evidence.
struct EpochTally: Hashable, Sendable {
    /// A unit of bucketing.
    struct Unit: Hashable, Sendable {
        var application: ApplicationID
        var account: AccountTag?
    }

    /// Where a unit fell.
    struct Place: Hashable, Sendable {
        var share: Int
        var arm: Arm
    }

    /// Requests of one side.
    private struct Requests: Hashable, Sendable {
        var admitted = 0
        var ended = 0
        /// Of both, those of a time in which no rate counts.
        var settlingAdmitted = 0
        var settlingEnded = 0
    }

    /// What the candidate was used in one stage.
    struct StageTally: Hashable, Sendable {
        var requests = 0
        var strata: [Int: Int] = [:]
    }

    /// In the plan's order.
    var metrics: [MetricTally]
    private(set) var stages: [Int: StageTally] = [:]
    private(set) var histograms: [SignalPanel: [GatewaySource.Histogram: LatencyHistogram]] = [:]
    /// Requests that were served, or counts that were told, and found no room. Once there are any, no count of the
    /// epoch is whole.
    private(set) var leftOut = 0
    /// Units by the share at which they were first seen.
    private(set) var splits: [Int: ArmSplit] = [:]

    /// Each unit at the smallest share at which it was seen. Shares only rise in an epoch and keep who is in, so that
    /// is where chance put it; at larger shares it falls where it has to.
    private var units: [Unit: Place] = [:]
    private var requests: [Arm: Requests] = [:]

    init(metrics: Int) { self.metrics = Array(repeating: MetricTally(), count: metrics) }

    mutating func leaveOut(_ count: Int) { self.leftOut = self.leftOut.saturatingAdding(count) }

    mutating func change(_ metric: Int, _ body: (inout MetricTally) -> Void) { body(&self.metrics[metric]) }

    mutating func add(_ key: SignalKey, _ counts: SignalCounts, unit: PlanBucketing.Unit) {
        var requests = self.requests[key.arm] ?? Requests()
        requests.admitted = requests.admitted.saturatingAdding(counts.admitted)
        requests.ended = requests.ended.saturatingAdding(counts.ended)
        if key.isSettling {
            requests.settlingAdmitted = requests.settlingAdmitted.saturatingAdding(counts.admitted)
            requests.settlingEnded = requests.settlingEnded.saturatingAdding(counts.ended)
        }
        self.requests[key.arm] = requests
        guard counts.admitted > 0 else { return }
        if key.arm == .candidate {
            var stage = self.stages[key.stage] ?? StageTally()
            stage.requests = stage.requests.saturatingAdding(counts.admitted)
            stage.strata[key.stratum] = (stage.strata[key.stratum] ?? 0).saturatingAdding(counts.admitted)
            self.stages[key.stage] = stage
        }
        if 1..<1_000_000 ~= key.share { self.see(key, unit) }
    }

    private mutating func see(_ key: SignalKey, _ kind: PlanBucketing.Unit) {
        // A request that names no end user has no unit of this kind: the baseline serves it by rule, not by chance.
        if kind == .account, key.account == nil { return }
        let unit = Unit(application: key.application, account: kind == .account ? key.account : nil)
        let place = Place(share: key.share, arm: key.arm)
        if let known = self.units[unit] {
            // A unit on both sides at one share is a fault of assignment, and the candidate's is the one to be seen.
            let isEarlier = place.share < known.share || place.share == known.share && place.arm == .candidate
            guard isEarlier, place != known else { return }
            self.count(known, by: -1)
        } else if self.units.count >= SignalLimits.units {
            return
        }
        self.units[unit] = place
        self.count(place, by: 1)
    }

    private mutating func count(_ place: Place, by change: Int) {
        var split = self.splits[place.share] ?? ArmSplit(share: place.share, candidate: 0, baseline: 0)
        if place.arm == .candidate { split.candidate += change } else { split.baseline += change }
        self.splits[place.share] = split.candidate + split.baseline > 0 ? split : nil
    }

    mutating func add(_ histograms: [GatewaySource.Histogram: LatencyHistogram], to panel: SignalPanel) {
        for (name, histogram) in histograms {
            self.histograms[panel, default: [:]][name, default: LatencyHistogram()].merge(histogram)
        }
    }

    /// Requests of the candidate of which nothing is in a metric's exposure: ``MetricObservation/uncounted``.
    func uncounted(_ rule: MetricRule, _ tally: MetricTally) -> Int {
        let requests = self.requests[.candidate] ?? Requests()
        let settling = requests.settlingAdmitted.saturatingAdding(tally.late)
        guard rule.mean == nil else { return requests.admitted }
        switch rule.trials {
        case .admitted, .days: return settling
        case .ended, .outputTokens, .downloads, .measured:
            let (admitted, ended) = (
                requests.admitted - requests.settlingAdmitted, requests.ended - requests.settlingEnded
            )
            return settling.saturatingAdding(max(0, admitted - ended))
        }
    }

    /// Requests of a side whose outcome nobody knows: those under way, and those that were lost.
    func unknownOutcomes(_ arm: Arm) -> Int {
        self.requests[arm].map { max(0, $0.admitted - $0.ended) } ?? 0
    }
}
