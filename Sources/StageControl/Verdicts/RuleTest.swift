import ReleaseModel
import SequentialTests

/// A rule of a metric, made ready once for a run of evidence, because it is asked on every event.
struct RuleTest: Hashable, Sendable {
    let kind: RuleKind
    let bound: Double
    /// Nil in a plan whose numbers allow no test: then nothing is ever shown, and the verdict is an error.
    let evidence: Evidence?
    let threshold: Threshold?
    let method: EvidenceMethod
    /// The shapes of the prior, if there is one.
    let prior: [Double]

    enum Evidence: Hashable, Sendable {
        case gamma(GammaEProcess)
        case beta(BetaEProcess)
        case split(EventSplitTest)
        case varying(VaryingShareTest)
    }

    /// A rule at an error rate; `ratioShare` is the one share of its run, nil where the share changes.
    init(
        _ kind: RuleKind, side: Side, isRatio: Bool, bound: Double, metric: PlanMetric, ratioShare: Share?,
        errorRate: Double
    ) {
        self.kind = kind
        self.bound = bound
        self.threshold = try? Threshold(errorRate: errorRate)
        self.evidence = Self.evidence(side, isRatio, bound, metric, ratioShare)
        (self.method, self.prior) =
            switch self.evidence {
            case .gamma(let process): (.gamma, [process.prior.a, process.prior.b])
            case .beta(let process): (.beta, [process.prior.a, process.prior.b])
            case .split: (.eventSplit, [])
            case .varying: (.varyingShare, [])
            case nil: (.none, [])
            }
    }

    private static func evidence(
        _ side: Side, _ isRatio: Bool, _ bound: Double, _ metric: PlanMetric, _ share: Share?
    ) -> Evidence? {
        if isRatio {
            if let share {
                return (try? EventSplitTest(side, ratio: bound, share: share.fraction)).map { .split($0) }
            }
            return (try? VaryingShareTest(side, ratio: bound)).map { .varying($0) }
        }
        // Below, what is reported late is counted in matured exposure, which is no number of trials; the gamma process
        // is fair for trials too.
        let isMatured = side == .below && metric.reportingDelay != nil
        if metric.type == .eventRate || isMatured, metric.type != .boundedMean {
            return (try? GammaEProcess(side, bound: bound)).map { .gamma($0) }
        }
        let rate = metric.type == .boundedMean ? bound / (metric.cap ?? 0) : bound
        return (try? BetaEProcess(side, bound: rate)).map { .beta($0) }
    }

    /// What counts, and ln E; nil where the counts allow no test.
    func weigh(
        _ observed: MetricObservation, matured: Double?, isMean: Bool
    ) -> (events: Int, exposure: Double, logEvidence: Double)? {
        switch self.evidence {
        case .gamma(let process):
            let exposure = process.side == .below ? matured ?? Double(observed.exposure) : Double(observed.exposure)
            return (try? process.logEvidence(events: observed.events, exposure: exposure))
                .map { (observed.events, exposure, $0) }
        case .beta(let process):
            // Of a sum of values from 0 to 1 the process stays fair, since its bets are convex in each value. What is
            // left of a whole counts against what is to be shown.
            let events =
                isMean
                ? process.side == .below
                    ? (observed.events &+ 999_999) / 1_000_000 : observed.events / 1_000_000 : observed.events
            return (try? process.logEvidence(events: events, trials: observed.exposure))
                .map { (events, Double(observed.exposure), $0) }
        case .split(let test):
            let (candidate, baseline) = observed.armEvents
            return (try? test.logEvidence(candidateEvents: candidate, baselineEvents: baseline))
                .map { (candidate, Double(candidate) + Double(baseline), $0) }
        case .varying(var test):
            let (candidate, baseline) = observed.armEvents
            for split in observed.splits {
                guard
                    (try? test.observe(
                        candidateEvents: split.candidate, baselineEvents: split.baseline,
                        share: Share(millionths: split.share).fraction)) != nil
                else { return nil }
            }
            return (candidate, Double(candidate) + Double(baseline), test.logEvidence)
        case nil: return nil
        }
    }
}

extension MetricObservation {
    /// Events of each arm, over all shares.
    fileprivate var armEvents: (candidate: Int, baseline: Int) {
        self.splits.reduce(into: (candidate: 0, baseline: 0)) { sum, split in
            sum.candidate &+= split.candidate
            sum.baseline &+= split.baseline
        }
    }
}

extension PlanMetric {
    /// What values of a mean are capped at.
    var cap: Double? {
        guard case .gateway(.mean(_, let cap)) = self.source else { return nil }
        return cap
    }
}
