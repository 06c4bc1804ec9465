import ControlAPI
import Gateway
import Logging
import ReleaseModel
import Signals
import StageControl
import Store

/// No gateway of this process runs, so nothing can be rehearsed.
struct GatewayAbsent: Error, CustomStringConvertible {
    var description: String { "no gateway runs here" }
}

/// The rounds of a conductor.
///
/// An actor is left while something is stored, so whoever looks at a rollout waits for their turn besides: a round and
/// a report never have the same signals in hand.
actor Conducting: ReportTaking {
    let plane: ControlPlane
    private let store: Store
    private let tap: SignalTap
    private let lent: LentExposure
    private let gateway: Name
    let requests: RequestFinder
    let logger: Logger
    let clock: ConductorClock
    /// The rollout of rehearsals, which nobody drafted.
    private static let shadow = RolloutID(bits: 0)
    private static let drillRounds = 100
    private var zones = ZoneTable()
    private var desks: [RolloutID: SignalDesk] = [:]
    /// When the controls beside each rollout were heard of since this start. Of the time before nothing is kept: what a
    /// control did meanwhile nobody knows, so its stage holds until it is heard of.
    private var heartbeats: [RolloutID: Heartbeats] = [:]
    private var isLooking = false
    private var turns: [CheckedContinuation<Void, Never>] = []
    /// What went wrong with a rollout in the last round, so that it is logged once.
    private var faults: [RolloutID: String] = [:]

    init(
        plane: ControlPlane, store: Store, tap: SignalTap, lent: LentExposure = LentExposure(), gateway: Name,
        requests: RequestFinder, clock: ConductorClock, logger: Logger
    ) {
        self.plane = plane
        self.store = store
        self.tap = tap
        self.lent = lent
        self.gateway = gateway
        self.requests = requests
        self.clock = clock
        self.logger = logger
    }

    /// Looks at every rollout once. The gateways' lease is renewed only for a round that went well for all of them: a
    /// rollout at which nobody can look serves nobody.
    func round() async {
        let pages = self.plane.rollouts.current.conducted
        var isWell = true
        do {
            try await self.drillIfDue(pages, at: self.clock.read().wall)
        } catch {
            self.logger.warning("a rollback could not be rehearsed", metadata: ["fault": "\(error)"])
        }
        for page in pages {
            do {
                try await self.look(at: page.rollout.id)
                self.faults[page.rollout.id] = nil
            } catch {
                isWell = false
                self.tell(error, of: page.rollout.id)
            }
        }
        if isWell {
            await self.plane.conduct(until: self.clock.read().wall.advanced(milliseconds: Enforcement.lease))
        }
        await self.forget(all: Set(pages.map(\.rollout.id)))
    }

    /// Rehearses a rollback: what is stored, published and confirmed for a real one, for nobody.
    func drill() async throws -> RollbackDrill {
        let start = self.clock.nanoseconds()
        try await self.plane.record(drill: RollbackDrill(rounds: Self.drillRounds))
        let recording = self.clock.nanoseconds() - start
        var spans: [Int64] = []
        for _ in 0..<Self.drillRounds {
            let began = self.clock.nanoseconds()
            try await self.store.signals.append([("drill", "{}")], to: Self.shadow, replacing: 0)
            let number = await self.plane.rehearseRollback()
            guard await self.tap.confirms(drill: number) else { throw GatewayAbsent() }
            spans.append(self.clock.nanoseconds() - began)
        }
        spans.sort()
        let p99 = spans[min(spans.count - 1, spans.count * 99 / 100)] + recording
        let drill = RollbackDrill(rounds: spans.count, p99: (p99 + 999_999) / 1_000_000)
        try await self.plane.record(drill: drill)
        return drill
    }

    /// Rehearses a rollback where a plan asks for it and the last one is half as old as it may be.
    private func drillIfDue(_ pages: [RolloutBook.Page], at now: Timestamp) async throws {
        let longest = pages.map(\.rollout.spec.rollback.drill.every.milliseconds).min()
        guard let longest else { return }
        if let last = self.plane.rollouts.current.drill, now.since(last.at) < longest / 2 { return }
        _ = try await self.drill()
    }

    func take(_ report: Report, from application: ApplicationID?) async throws -> ReportReceipt {
        let request = try await self.request(of: report, from: application)
        guard let page = self.plane.rollouts.current.pages[report.rollout], page.rollout.isConducted else {
            throw ReportRefusal.notConducted(report.rollout)
        }
        await self.takeTurn()
        defer { self.passTurn() }
        let receipt = try await self.withDesk(of: page) { desk in
            try await desk.take(report, about: request, at: self.clock.read().wall)
        }
        try await self.lookNow(at: report.rollout)
        return receipt
    }

    /// What the access log says of the request that a report names. Of an application's report: if it is its own.
    private func request(of report: Report, from application: ApplicationID?) async throws -> ReportedRequest? {
        guard let request = report.request else { return nil }
        let finding = try await self.requests.admission(of: request, at: self.clock.read().wall)
        if let application {
            guard case .found(let entry) = finding, self.plane.isOwn(entry, of: application) else {
                throw ReportRefusal.unknownRequest(request)
            }
        }
        return ReportedRequest(
            finding, of: request, in: report.rollout, application: self.plane.application(of:))
    }

    /// Takes in that a control beside a rollout is up; the next look sees it.
    func take(_ heartbeat: Heartbeat, of id: RolloutID) throws(HeartbeatFault) -> Bool {
        guard let rollout = self.plane.rollouts.current[id], rollout.isConducted else { throw .notConducted(id) }
        return try self.heartbeats[id, default: Heartbeats()].take(
            heartbeat, of: rollout.spec, at: self.clock.read().wall)
    }

    private func look(at id: RolloutID) async throws {
        await self.takeTurn()
        defer { self.passTurn() }
        try await self.lookNow(at: id)
    }

    func takeTurn() async {
        guard self.isLooking else {
            self.isLooking = true
            return
        }
        await withCheckedContinuation { self.turns.append($0) }
    }

    func passTurn() {
        if self.turns.isEmpty {
            self.isLooking = false
        } else {
            self.turns.removeFirst().resume()
        }
    }

    private func lookNow(at id: RolloutID) async throws {
        guard let page = self.plane.rollouts.current.pages[id] else { return }
        let rollout = page.rollout
        let draught: Draught?
        var observations: Observations
        if rollout.epoch == 0 {
            draught = await self.tap.draw(id, at: self.clock.read().wall)
            observations = Observations(clock: self.clock.read(), epoch: 0)
        } else {
            let observed: Observed
            let reading: ClockReading
            (draught, reading, observed) = try await self.withDesk(of: page) { desk in
                // Drawn off where it is kept: it is nowhere else any more.
                let draught = await self.tap.draw(id, at: self.clock.read().wall)
                let reading = self.clock.read()
                try await desk.take(draught?.content, at: reading.wall)
                return (draught, reading, desk.observed(rollout, at: reading))
            }
            observations = Observations(clock: reading, epoch: rollout.epoch)
            observations.metrics = observed.metrics
            observations.units = observed.units
            observations.requests = observed.requests
            observations.exposureUsed = self.lent.used(of: rollout)
            observations.strata = observed.strata
        }
        if let draught {
            // Where the rollout opens nothing, whatever it enforces is enforced.
            observations.gateways = [
                GatewayReport(
                    gateway: self.gateway, generation: draught.generation ?? rollout.enforcement.generation,
                    leaseEnds: observations.clock.wall.advanced(milliseconds: Enforcement.lease))
            ]
        }
        observations.companions = self.heartbeats[id]?.reports ?? []
        observations.drill = self.plane.rollouts.current.drill
        observations.zones = self.zones.offsets(of: rollout.spec.evaluation.changeWindows, at: observations.clock.wall)
        _ = try await self.plane.look(at: id, observations)
    }

    /// Lends the signals of a rollout, and takes them back whatever happens; read from the store the first time.
    func withDesk<Value: Sendable>(
        of page: RolloutBook.Page, _ body: (inout SignalDesk) async throws -> Value
    ) async throws -> Value {
        let rollout = page.rollout
        var desk: SignalDesk
        if let known = self.desks.removeValue(forKey: rollout.id), known.plan == rollout.plan.digest {
            desk = known
        } else {
            desk = try await SignalDesk.open(rollout, gateway: self.gateway, store: self.store, at: self.clock.read())
        }
        defer { self.desks[rollout.id] = desk }
        try await desk.follow(rollout)
        return try await body(&desk)
    }

    private func forget(all living: Set<RolloutID>) async {
        for id in self.desks.keys where !living.contains(id) { self.desks[id] = nil }
        self.heartbeats = self.heartbeats.filter { living.contains($0.key) }
        await self.tap.keep(living)
    }

    private func tell(_ error: any Error, of rollout: RolloutID) {
        let text = "\(error)"
        guard self.faults[rollout] != text else { return }
        self.faults[rollout] = text
        self.logger.error(
            "a rollout cannot be looked at, so its candidate serves nobody",
            metadata: ["rollout": "\(rollout)", "fault": "\(text)"])
    }
}
