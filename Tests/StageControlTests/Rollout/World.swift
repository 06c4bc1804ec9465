import ReleaseModel
import SluiceTesting
import StageControl

/// A rollout in virtual time with everything around it: clocks, counters, gateways, evidence and people.
struct World {
    let draft: Rollout
    private(set) var rollout: Rollout
    private(set) var log: [RolloutEntry] = []
    var clock = ClockReading(boot: 1, monotonic: 1_000, wall: Timestamp(milliseconds: 1_760_000_000_000))

    /// Counts of the epoch, by metric.
    var counts: [Name: MetricObservation] = [:]
    var requests = 0
    var units: [ArmSplit] = []
    var strata: [StratumCount] = []
    /// What those who lend exposure count as used; nil if nobody does.
    var exposureUsed: Int?
    var evidence: [EvidenceStatus] = []
    /// Since when the controls beside the release are silent; nil if they are not.
    var silentSince: Timestamp?
    /// Since when the sources of metrics are; nil if they are not.
    var blindSince: Timestamp?
    var drill = true
    var zones = [TimeZoneName("Europe/Berlin"), .utc].compactMap(\.self).map { ZoneOffset(zone: $0, minutes: 120) }
    /// The generation that the gateway confirms; nil follows at once.
    var confirms: Int?

    init(_ plan: SealedPlan = RolloutPlan.short, author: PersonID = People.author) {
        self.draft = Rollout(id: RolloutID(bits: 7), plan: plan, author: author)
        self.rollout = self.draft
        for gate in plan.plan.spec.stages.flatMap(\.gates)
        where !self.evidence.contains(where: { $0.evidence == gate.evidence }) {
            self.evidence.append(
                EvidenceStatus(evidence: gate.evidence, status: .accepted, since: self.clock.wall, digest: plan.digest))
        }
    }

    var now: Timestamp { self.clock.wall }
    var spec: ReleasePlan.Spec { self.rollout.spec }

    // MARK: Time

    /// Lets time pass.
    mutating func wait(_ span: TimeSpan) { self.wait(milliseconds: span.milliseconds) }

    mutating func wait(milliseconds: Int64) {
        self.clock = ClockReading(
            boot: self.clock.boot, monotonic: self.clock.monotonic + milliseconds,
            wall: self.now.advanced(milliseconds: milliseconds))
    }

    /// What there is to see now.
    func look() -> Observations {
        let companions = Set(self.spec.stages.flatMap(\.companions).map(\.control)).sorted()
        return Observations(
            clock: self.clock, epoch: self.rollout.epoch,
            metrics: self.spec.metrics.map { metric in
                var observed =
                    self.counts[metric.name]
                    ?? MetricObservation(metric: metric.name, heartbeat: self.now, watermark: self.now)
                observed.heartbeat = self.blindSince ?? self.now
                observed.watermark = self.blindSince ?? self.now
                observed.uncounted = observed.uncounted ?? 0
                return observed
            }, units: self.units, requests: self.requests, exposureUsed: self.exposureUsed, strata: self.strata,
            evidence: self.evidence,
            companions: companions.map { CompanionReport(control: $0, lastHeard: self.silentSince ?? self.now) },
            gateways: [
                GatewayReport(
                    gateway: .test("gw-1"), generation: self.confirms ?? self.rollout.enforcement.generation,
                    leaseEnds: self.now.advanced(milliseconds: 5_000))
            ], drill: self.drill ? DrillReport(at: self.now, p99: 800) : nil, zones: self.zones)
    }

    /// Looks once, and takes in what is decided.
    @discardableResult
    mutating func tick(recording: Recording = .news) throws -> Step {
        let step = try Rollout.step(self.rollout, self.look(), recording: recording)
        self.take(step.entries)
        return step
    }

    /// Lets time pass, and looks.
    @discardableResult
    mutating func tick(after span: TimeSpan) throws -> Step {
        self.wait(span)
        return try self.tick()
    }

    /// Lets time pass, and looks each five minutes.
    mutating func run(_ span: TimeSpan) throws {
        var left = span.milliseconds
        while left > 0 {
            let part = min(left, Rollout.longestSilence)
            self.wait(milliseconds: part)
            try self.tick()
            left -= part
        }
    }

    // MARK: Counts

    /// Adds use of the candidate, and events in it.
    mutating func use(_ requests: Int, _ metric: Name = .test("harm"), events: Int = 0, tripped: Int = 0) {
        self.requests += requests
        let day = Int(self.now.milliseconds / 86_400_000)
        for each in self.spec.metrics {
            self.count(each.name) { observed in
                observed.exposure += requests
                guard each.reportingDelay != nil else { return }
                if observed.days.last?.day == day {
                    observed.days[observed.days.count - 1].exposure += requests
                } else {
                    observed.days.append(DayExposure(day: day, exposure: requests))
                }
            }
        }
        self.count(metric) { observed in
            observed.events += events
            observed.tripped += tripped
        }
    }

    mutating func count(_ metric: Name, _ change: (inout MetricObservation) -> Void) {
        var observed =
            self.counts[metric] ?? MetricObservation(metric: metric, heartbeat: self.now, watermark: self.now)
        change(&observed)
        self.counts[metric] = observed
    }

    mutating func take(_ entries: [RolloutEntry]) {
        for entry in entries {
            let epoch = self.rollout.epoch
            self.rollout.apply(entry)
            self.log.append(entry)
            // Counting begins anew, as the action says.
            if self.rollout.epoch != epoch {
                (self.counts, self.requests, self.units, self.strata) = ([:], 0, [], [])
                self.exposureUsed = nil
            }
        }
    }

    // MARK: People

    mutating func person(_ signatory: Signatory, _ command: RolloutCommand) throws {
        self.take([try Rollout.decide(command, by: signatory, in: self.rollout, at: self.now)])
    }

    mutating func sign(_ motion: Motion, _ signatories: Signatory...) throws {
        for signatory in signatories { try self.person(signatory, .approve(self.approval(motion))) }
    }

    func approval(_ motion: Motion, reason: String = "because") -> RolloutCommand.Approve {
        RolloutCommand.Approve(motion, plan: self.rollout.plan.digest, evidence: self.rollout.evidence, reason: reason)
    }

    /// Brings a draft to its first stage.
    mutating func open() throws {
        try self.person(People.manager, .submit)
        try self.tick()
        try self.sign(.openPlan, People.first, People.third)
        try self.person(People.manager, .start(notBefore: self.now))
        try self.tick(after: TimeSpan(1, .second))
        try self.tick(after: TimeSpan(1, .second))
    }

    /// A release whose first stage is open.
    static func opened(_ plan: SealedPlan = RolloutPlan.short) throws -> World {
        var world = World(plan)
        try world.open()
        return world
    }

    /// A release at a stage, with as much use as it takes.
    static func opened(_ plan: SealedPlan = RolloutPlan.short, at stage: Int) throws -> World {
        var world = try World.opened(plan)
        while world.rollout.stage != stage {
            world.use(20_000)
            try world.run(TimeSpan(3, .hour))
            guard let next = world.rollout.stage.map({ $0 + 1 }), next <= stage else { break }
            if world.rollout.phase == .active(stage: next - 1, .awaitingApproval) {
                try world.sign(.openStage(next), People.first, People.third)
                try world.tick(after: TimeSpan(1, .second))
            }
        }
        try world.tick(after: TimeSpan(1, .second))
        return world
    }
}

/// People with their roles.
enum People {
    static let author = PersonID(bits: 1)
    static let manager = Signatory(author, roles: [.releaseManager])
    static let otherManager = Signatory(PersonID(bits: 2), roles: [.releaseManager])
    static let first = Signatory(PersonID(bits: 3), roles: [.approver])
    static let second = Signatory(PersonID(bits: 4), roles: [.approver, .operator])
    static let third = Signatory(PersonID(bits: 5), roles: [.approver, .releaseManager])
    static let operatorOnly = Signatory(PersonID(bits: 6), roles: [.operator])
    static let viewer = Signatory(PersonID(bits: 7), roles: [.viewer, .auditor])
    static let all = [manager, otherManager, first, second, third, operatorOnly, viewer]
}

extension Name {
    /// A name that is known to be one.
    static func test(_ text: String) -> Name {
        guard let name = Name(text) else { preconditionFailure("\(text) is no name") }
        return name
    }
}
