import Arms
import ReleaseModel
import SluiceTesting
import StageControl

@testable import Signals

let day: Int64 = 86_400_000
let hour: Int64 = 3_600_000
/// A Monday; the rollouts of these tests begin here.
let monday = Timestamp(milliseconds: 20_500 * day)

func name(_ text: String) -> Name {
    guard let name = Name(text) else { preconditionFailure("\(text) is no name") }
    return name
}

extension Timestamp {
    static func + (lhs: Self, rhs: Int64) -> Self { lhs.advanced(milliseconds: rhs) }
}

let rollout = RolloutID(bits: 7)
let gateways = [name("gw-1"), name("gw-2")]

/// A plan with these metrics and two stages of one epoch, the first at 1 %, the second at 10 %.
func layout(
    _ metrics: [PlanMetric], unit: PlanBucketing.Unit = .account, strata: [Stratum] = []
) -> SignalLayout {
    let audience = StageAudience(cohorts: [name("general")])
    let spec = ReleasePlan.Spec(
        model: name("atlas"), candidate: name("new"), baseline: name("old"), bucketing: PlanBucketing(unit: unit),
        metrics: metrics,
        stages: [
            Stage(name: name("one"), audience: audience, setWeight: Share(millionths: 10_000), strata: strata),
            Stage(name: name("ten"), audience: audience, setWeight: Share(millionths: 100_000), strata: strata),
        ])
    return SignalLayout(SealedPlan(ReleasePlan(metadata: .init(name: name("plan")), spec: spec)))
}

/// A ledger whose two stages are open from monday on, and whose gateways have joined.
func ledger(_ layout: SignalLayout, gateways names: [Name] = gateways, room: Int = 1 << 20) -> SignalLedger {
    var ledger = SignalLedger(rollout: rollout, layout: layout, from: monday, actorWindows: room)
    ledger.open(StageOpening(epoch: 1, stage: 0, at: monday))
    ledger.open(StageOpening(epoch: 1, stage: 1, at: monday))
    for name in names { ledger.join(name, from: monday) }
    return ledger
}

func clock(_ moment: Timestamp) -> ClockReading { ClockReading(boot: 1, monotonic: 0, wall: moment) }

extension SignalLedger {
    /// What is known in the first stage at a moment.
    func seen(at moment: Timestamp = monday + 30 * day) -> Observed {
        self.observed(epoch: 1, at: clock(moment))
    }
}

func key(
    _ application: Int, account: UInt64? = nil, arm: Arm = .candidate, stage: Int = 0, share: Int = 10_000,
    isSettling: Bool = false, stratum: Int = 0, at moment: Timestamp = monday, _ layout: SignalLayout
) -> SignalKey {
    SignalKey(
        epoch: 1, stage: stage, share: share, arm: arm, isSettling: isSettling, stratum: stratum,
        application: ApplicationID(bits: UInt128(application)), account: account.map { AccountTag(bits: $0) },
        slot: layout.slot(of: moment))
}

extension SignalContent {
    /// Requests of one key that all ended at once, so many of them failed and declined.
    mutating func add(
        _ key: SignalKey, admitted: Int = 1, ended: Int? = nil, failed: Int = 0, refused: Int = 0, tokens: Int = 0,
        _ layout: SignalLayout
    ) {
        var counts = SignalCounts(thresholds: layout.thresholds.count)
        counts.admitted = admitted
        counts.ended = ended ?? admitted
        counts.failed = failed
        counts.refused = refused
        counts.outputTokens = tokens
        var more = SignalContent()
        more.cells[key] = counts
        if counts.ended > 0 {
            var durations = LatencyHistogram()
            durations.record(1_000, times: counts.ended)
            more.histograms[key.panel] = [.requestDuration: durations]
        }
        self.merge(more)
    }
}

func batch(
    _ sequence: Int, boot: Int = 0, gateway: Name = gateways[0], from: Timestamp, to: Timestamp, isLast: Bool = false,
    _ layout: SignalLayout
) -> SignalBatch {
    batch(sequence, boot: boot, gateway: gateway, from: from, to: to, isLast: isLast, SignalContent(), layout)
}

func batch(
    _ sequence: Int, boot: Int = 0, gateway: Name = gateways[0], from: Timestamp, to: Timestamp, isLast: Bool = false,
    _ content: SignalContent, _ layout: SignalLayout
) -> SignalBatch {
    SignalBatch(
        rollout: rollout, plan: layout.plan, gateway: gateway, boot: boot, sequence: sequence, from: from, to: to,
        isLast: isLast, content: content)
}

// MARK: - Metrics

func counter(
    _ counter: GatewaySource.Counter, type: PlanMetric.Measure = .proportion, exposure: ExposureUnit = .requests,
    category: Set<Name> = [], cap: InfluenceCap? = nil, rules: MetricRules = MetricRules(), delay: Bool = false
) -> PlanMetric {
    PlanMetric(
        name: name(counter.rawValue), kind: .safety, type: type,
        source: .gateway(.counter(counter, category: category)),
        exposure: exposure, influenceCap: cap, reportingDelay: delay ? slow : nil, rules: rules)
}

let slow = PlanReportingDelay(p50: TimeSpan(1, .day), p90: TimeSpan(2, .day), p99: TimeSpan(3, .day))
let compared = MetricRules(advance: AdvanceRule(test: .ratioBelow, bound: 2))
let perAccount = InfluenceCap(per: .account)

func incidents(
    _ least: Severity = .low, attributable: Bool = true, cap: InfluenceCap? = nil, rules: MetricRules = MetricRules(),
    detection: Detection? = nil
) -> PlanMetric {
    PlanMetric(
        name: name("harm"), kind: .safety, type: .eventRate,
        source: .incidents(IncidentSource(minSeverity: least, attributable: attributable)), influenceCap: cap,
        reportingDelay: slow, detection: detection, rules: rules)
}

func slower(
    _ histogram: GatewaySource.Histogram, than milliseconds: Int64, cap: InfluenceCap? = nil, name text: String
) -> PlanMetric {
    PlanMetric(
        name: name(text), kind: .health, type: .exceedance,
        source: .gateway(.histogram(histogram, threshold: TimeSpan(milliseconds: milliseconds))), influenceCap: cap,
        rules: MetricRules())
}

func mean(_ quantity: GatewaySource.Quantity, cap: Double) -> PlanMetric {
    PlanMetric(
        name: name(quantity.rawValue), kind: .quality, type: .boundedMean,
        source: .gateway(.mean(quantity, cap: cap)), reportingDelay: slow, rules: MetricRules())
}

// MARK: - Reports

func report(
    _ number: Int, revision: Int = 0, version: Name? = nil, about request: ExposedRequest? = nil,
    occurred: Timestamp? = nil, reported: Timestamp? = nil, _ content: Report.Content
) -> Report {
    let occurred = occurred ?? request?.admitted ?? monday
    return Report(
        id: ReportID(bits: UInt128(number)), revision: revision, rollout: rollout, version: version,
        request: request?.request, occurred: occurred, reported: reported ?? occurred, content: content)
}

func request(_ number: Int, _ key: SignalKey, at moment: Timestamp = monday, isOrganic: Bool = true) -> ExposedRequest {
    ExposedRequest(request: RequestID(bits: UInt128(number)), key: key, admitted: moment, isOrganic: isOrganic)
}

let flag = Report.Content.flag(category: nil, severity: nil)
