public import ReleaseModel

/// What the clocks say at a moment. Spans of time are measured by the monotonic one, which nobody can set.
public struct ClockReading: Codable, Hashable, Sendable {
    /// How many times the process had started when this was read: a monotonic clock begins anew with each.
    public let boot: Int
    /// Milliseconds of a clock that never goes back, since that start.
    public let monotonic: Int64
    /// The time of day.
    public let wall: Timestamp

    /// A reading with all its fields.
    public init(boot: Int, monotonic: Int64, wall: Timestamp) {
        self.boot = boot
        self.monotonic = monotonic
        self.wall = wall
    }

    /// Whether it is a reading at all: within the years that have four digits, and not before the clocks began.
    var isPossible: Bool {
        self.boot >= 0 && self.monotonic >= 0 && 0...253_402_300_799_999 ~= self.wall.milliseconds
    }

    /// Milliseconds since an earlier reading; nil where it is of another start: of the time between nothing is known.
    public func elapsed(since earlier: Self) -> Int64? {
        self.boot == earlier.boot ? self.monotonic &- earlier.monotonic : nil
    }
}

/// What all signals say at a moment: everything that a decision needs besides the state, and so everything that it
/// takes to decide it again.
///
/// Counts are whole numbers since the current ``Rollout/epoch`` began, over all its stages. They only grow; what there
/// was before a stage opened, the rollout remembers itself.
public struct Observations: Codable, Hashable, Sendable {
    /// The clocks.
    public var clock: ClockReading
    /// The epoch of evidence that the counts belong to.
    public var epoch: Int
    /// What is known of each metric.
    public var metrics: [MetricObservation]
    /// Units that were assigned to the arms, by the candidate's share at the time.
    public var units: [ArmSplit]
    /// Requests that the candidate answered.
    public var requests: Int
    /// Requests that count as used of the stage's exposure budget to those who lend it, what they lent and nobody gave
    /// back among them; nil where nobody says.
    public var exposureUsed: Int?
    /// Requests by the part of the public that they came from.
    public var strata: [StratumCount]
    /// Evidence that lies before Sluice.
    public var evidence: [EvidenceStatus]
    /// Controls beside the release.
    public var companions: [CompanionReport]
    /// Every gateway that may serve the candidate.
    public var gateways: [GatewayReport]
    /// The last rehearsal of a rollback; nil if there was none.
    public var drill: DrillReport?
    /// How far the zones of the plan's change windows are from UTC at this moment.
    public var zones: [ZoneOffset]

    enum CodingKeys: String, CodingKey {
        case clock, epoch, metrics, units, requests
        case exposureUsed = "exposure_used"
        case strata, evidence, companions, gateways, drill, zones
    }

    /// Observations; what is left out has not been seen.
    public init(
        clock: ClockReading, epoch: Int, metrics: [MetricObservation] = [], units: [ArmSplit] = [], requests: Int = 0,
        exposureUsed: Int? = nil, strata: [StratumCount] = [], evidence: [EvidenceStatus] = [],
        companions: [CompanionReport] = [], gateways: [GatewayReport] = [], drill: DrillReport? = nil,
        zones: [ZoneOffset] = []
    ) {
        self.clock = clock
        self.epoch = epoch
        self.metrics = metrics
        self.units = units
        self.requests = requests
        self.exposureUsed = exposureUsed
        self.strata = strata
        self.evidence = evidence
        self.companions = companions
        self.gateways = gateways
        self.drill = drill
        self.zones = zones
    }
}

/// How many of each arm, while the candidate had one share.
public struct ArmSplit: Codable, Hashable, Sendable {
    /// The candidate's share in millionths, strictly between 0 and 1,000,000.
    public var share: Int
    /// Of the candidate.
    public var candidate: Int
    /// Of the baseline.
    public var baseline: Int

    /// So many of each arm.
    public init(share: Int, candidate: Int, baseline: Int) {
        self.share = share
        self.candidate = candidate
        self.baseline = baseline
    }

    /// Whether the numbers can be what they say.
    var isSound: Bool {
        0...PlanLimits.count ~= self.candidate && 0...PlanLimits.count ~= self.baseline && 1..<1_000_000 ~= self.share
    }
}

/// How much one part of the public has used the candidate.
public struct StratumCount: Codable, Hashable, Sendable {
    /// What the part is a part by: the raw value of ``Stratum/Dimension``.
    public var dimension: String
    /// The part.
    public var part: Name
    /// Requests.
    public var requests: Int

    /// So much use by one part.
    public init(dimension: Stratum.Dimension, part: Name, requests: Int) {
        self.dimension = dimension.rawValue
        self.part = part
        self.requests = requests
    }
}

/// Where evidence about the candidate stands.
public struct EvidenceStatus: Codable, Hashable, Sendable {
    /// Its kind, as gates name it.
    public var evidence: Name
    /// How far it has come: the raw value of ``Gate/Status``.
    public var status: String
    /// When it was made.
    public var since: Timestamp
    /// What exactly it is, and what is said of it: ``Evidence/statement``.
    public var digest: ContentDigest

    /// Evidence with all its fields.
    public init(evidence: Name, status: Gate.Status, since: Timestamp, digest: ContentDigest) {
        self.evidence = evidence
        self.status = status.rawValue
        self.since = since
        self.digest = digest
    }
}

/// When a control beside the release was last heard of.
public struct CompanionReport: Codable, Hashable, Sendable {
    /// The control.
    public var control: Name
    /// When it last said that it is up.
    public var lastHeard: Timestamp

    enum CodingKeys: String, CodingKey {
        case control
        case lastHeard = "last_heard"
    }

    /// A control that was heard of.
    public init(control: Name, lastHeard: Timestamp) {
        self.control = control
        self.lastHeard = lastHeard
    }
}

/// What a gateway serves.
public struct GatewayReport: Codable, Hashable, Sendable {
    /// The gateway.
    public var gateway: Name
    /// The generation that it has confirmed.
    public var generation: Int
    /// When it stops serving the candidate by itself, unless it is told to go on.
    public var leaseEnds: Timestamp

    enum CodingKeys: String, CodingKey {
        case gateway, generation
        case leaseEnds = "lease_ends"
    }

    /// A gateway's confirmation.
    public init(gateway: Name, generation: Int, leaseEnds: Timestamp) {
        self.gateway = gateway
        self.generation = generation
        self.leaseEnds = leaseEnds
    }
}

/// What a rehearsal of a rollback showed.
public struct DrillReport: Codable, Hashable, Sendable {
    /// When it ended.
    public var at: Timestamp
    /// Milliseconds from the decision to the last request on the candidate, in 99 of 100 gateways.
    public var p99: Int64

    /// A rehearsal's result.
    public init(at: Timestamp, p99: Int64) {
        self.at = at
        self.p99 = p99
    }
}

/// How far a zone is from UTC at the moment of the observation. Rules have no database of zones.
public struct ZoneOffset: Codable, Hashable, Sendable {
    /// The zone's name, as the plan writes it.
    public var zone: String
    /// Minutes to add to UTC.
    public var minutes: Int

    /// A zone's offset.
    public init(zone: TimeZoneName, minutes: Int) {
        self.zone = zone.description
        self.minutes = minutes
    }
}
