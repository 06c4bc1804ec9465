import ReleaseModel
import StageControl

/// Everything that a look at a rollout sees besides its counts. In a rehearsal all of it is as it should be: gateways
/// confirm at once, evidence is accepted and renewed, controls are up, drills are fresh and fast, probes are seen.
struct Surroundings: Sendable {
    private let spec: ReleasePlan.Spec
    private let start: Timestamp
    private let zones: [ZoneOffset]
    /// Zones that are nowhere on Earth, so that every change window is closed.
    private let nowhere: [ZoneOffset]
    private let controls: [Name]
    private let gates: [(kind: Name, renewal: Int64?)]
    private let strata: [(dimension: Stratum.Dimension, part: Name, share: Double)]
    private let digest: ContentDigest
    private let probes: [ProbeCounts?]

    /// Probes that are sent to a monitor before the release begins.
    static let probesSent = 200

    init(_ world: SupposedWorld, digest: ContentDigest, seed: UInt64) {
        self.spec = world.spec
        self.start = world.suppositions.start
        self.digest = digest
        let named = world.suppositions.zones
        let windows = world.spec.evaluation.changeWindows.map(\.timeZone)
        self.zones =
            named
            + windows.filter { zone in !named.contains { $0.zone == zone.description } }
            .map { ZoneOffset(zone: $0, minutes: 0) }
        self.nowhere = windows.map { ZoneOffset(zone: $0, minutes: .max) }
        self.controls = Set(world.spec.stages.flatMap(\.companions).map(\.control)).sorted()
        let gates = Dictionary(grouping: world.spec.stages.flatMap(\.gates), by: \.evidence)
        self.gates = gates.sorted { $0.key < $1.key }.map { kind, gates in
            (kind, gates.compactMap { $0.maxAge?.milliseconds }.min().map { max(1, $0 / 2) })
        }
        let quotas = Dictionary(grouping: world.spec.stages.flatMap(\.strata), by: \.dimension)
        self.strata = quotas.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { dimension, strata in
            let most = strata.reduce(into: [Name: Int]()) { $0.merge($1.quotas, uniquingKeysWith: max) }
            let sum = Double(most.values.reduce(0, +))
            return most.sorted { $0.key < $1.key }.map { (dimension, $0.key, sum > 0 ? Double($0.value) / sum : 0) }
        }
        self.probes = zip(world.spec.metrics, world.metrics).enumerated().map { index, metric in
            guard metric.0.detection != nil else { return nil }
            var chance = Chance(Chance.key(seed, 0x9E0B ^ UInt64(index)))
            let seen = (0..<Self.probesSent).count { _ in chance.fraction() < metric.1.recall }
            return ProbeCounts(sent: Self.probesSent, seen: seen)
        }
    }

    /// What there is to see in a world, to a rollout of this epoch and generation; with `isShut` as if every change
    /// window were closed.
    func look(_ scene: Scene, epoch: Int, generation: Int, isShut: Bool = false) -> Observations {
        let now = Timestamp(milliseconds: scene.now)
        let requests = scene.requests
        let metrics = scene.metrics.indices.map { index -> MetricObservation in
            let (metric, counted) = (self.spec.metrics[index], scene.metrics[index])
            let counts = counted.counts
            // Where every exposure has one event at the most, so it is counted.
            let events = metric.type == .eventRate ? counts.events : min(counts.events, counts.exposure)
            return MetricObservation(
                metric: metric.name, heartbeat: now, watermark: now, probes: self.probes[index],
                events: metric.type == .boundedMean ? events * 1_000_000 : events, exposure: counts.exposure,
                uncounted: scene.uncounted, days: counted.days, splits: counts.splits, tripped: counts.tripped)
        }
        return Observations(
            clock: self.clock(scene.now), epoch: epoch, metrics: metrics, requests: requests,
            strata: self.strata.map {
                StratumCount(dimension: $0.dimension, part: $0.part, requests: Int($0.share * Double(requests)))
            }, evidence: self.evidence(scene.now),
            companions: self.controls.map { CompanionReport(control: $0, lastHeard: now) },
            gateways: [GatewayReport(gateway: self.spec.model, generation: generation, leaseEnds: now)],
            drill: DrillReport(at: now, p99: self.spec.rollback.drill.p99.milliseconds),
            zones: isShut ? self.nowhere : self.zones)
    }

    /// What the clocks say.
    func clock(_ now: Int64) -> ClockReading {
        ClockReading(boot: 1, monotonic: now - self.start.milliseconds + 1, wall: Timestamp(milliseconds: now))
    }

    /// Evidence, made anew whenever half of the time is over for which it counts.
    private func evidence(_ now: Int64) -> [EvidenceStatus] {
        self.gates.map { gate in
            let age = gate.renewal.map { (now - self.start.milliseconds) % $0 }
            let since = Timestamp(milliseconds: age.map { now - $0 } ?? self.start.milliseconds)
            return EvidenceStatus(evidence: gate.kind, status: .accepted, since: since, digest: self.digest)
        }
    }

    /// Whether more may be opened at a moment, and when that changes next; nil if it never does.
    func window(_ now: Int64) -> (isOpen: Bool, changes: Int64?) {
        let windows = self.spec.evaluation.changeWindows
        guard !windows.isEmpty else { return (true, nil) }
        let isOpen = { (moment: Int64) in windows.contains { self.contains($0, moment) } }
        // Windows open and close at whole minutes of a week.
        let (minute, open) = (Int64(60_000), isOpen(now))
        let edges = windows.flatMap { window in
            [window.from, window.to].map { time in
                let inDay = Int64(time.minutes - self.offset(window)) * minute
                return (inDay % 86_400_000 + 86_400_000) % 86_400_000
            }
        }
        let midnight = now - now % 86_400_000
        for day in 0...8 as ClosedRange<Int64> {
            for edge in edges.sorted().map({ midnight + day * 86_400_000 + $0 })
            where edge > now && isOpen(edge) != open { return (open, edge) }
        }
        return (open, nil)
    }

    private func offset(_ window: ChangeWindow) -> Int {
        self.zones.first { $0.zone == window.timeZone.description }?.minutes ?? 0
    }

    private func contains(_ window: ChangeWindow, _ moment: Int64) -> Bool {
        let local = moment + Int64(self.offset(window)) * 60_000
        // 1970-01-01 was a Thursday, three days after a Monday.
        let day = DayOfWeek.allCases[Int((local / 86_400_000 + 3) % 7)]
        return window.contains(day, ClockTime(minutes: Int(local % 86_400_000 / 60_000)))
    }
}
