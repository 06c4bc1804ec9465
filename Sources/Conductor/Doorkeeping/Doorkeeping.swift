import ControlAPI
import Gateway
import Logging
import ReleaseModel
import StageControl
import Store

/// Stands at the door of every stage: lends exposure to the gateway, and hears who asks for a place.
///
/// It looks at no evidence and waits for nobody who does. What it cannot store it does not grant.
actor Doorkeeping {
    private let plane: ControlPlane
    private let store: Store
    private let door: StageDoor
    private let lent: LentExposure
    private let witness: ExposureWitness
    private let clock: ConductorClock
    private let logger: Logger
    private var ledgers: [RolloutID: ExposureLedger] = [:]
    /// What went wrong with a rollout the last time, so that it is logged once.
    private var faults: [RolloutID: String] = [:]

    init(
        plane: ControlPlane, store: Store, door: StageDoor, lent: LentExposure, witness: ExposureWitness,
        clock: ConductorClock, logger: Logger
    ) {
        self.plane = plane
        self.store = store
        self.door = door
        self.lent = lent
        self.witness = witness
        self.clock = clock
        self.logger = logger
    }

    /// Goes once to every rollout that has something open.
    ///
    /// - Parameter endsAll: whether the gateway stops, and all that it was lent comes back.
    func round(endsAll: Bool = false) async {
        let applicants = self.door.takeApplicants()
        let pages = self.plane.rollouts.current.live
        for page in pages {
            do {
                try await self.lend(page.rollout, endsAll: endsAll)
                try await self.hear(applicants[page.rollout.id] ?? [], on: page.rollout.id)
                self.faults[page.rollout.id] = nil
            } catch {
                // What is stored is known again from the store.
                self.ledgers[page.rollout.id] = nil
                self.tell(error, of: page.rollout.id)
            }
        }
        let living = Set(pages.map(\.rollout.id))
        self.ledgers = self.ledgers.filter { living.contains($0.key) }
        self.lent.keep(living)
    }

    private func lend(_ rollout: Rollout, endsAll: Bool) async throws {
        let now = self.clock.wall()
        let terms = rollout.exposureTerms(at: now)
        guard !terms.isEmpty else { return }
        var ledger: ExposureLedger
        if let known = self.ledgers[rollout.id] {
            ledger = known
        } else {
            ledger = try await ExposureLedger.open(
                rollout.id, store: self.store, gateway: self.door.gateway, witness: self.witness)
        }
        try await ledger.serve(terms, at: self.door, endsAll: endsAll, now: now)
        self.ledgers[rollout.id] = ledger
        self.lent.note(ledger.leases[.budget], of: rollout.id, at: now)
    }

    /// Hears those who ask, as many at a time as an entry holds, and invites those whose turn has come.
    private func hear(_ applicants: [Applicant], on id: RolloutID) async throws {
        var waiting = applicants[...]
        repeat {
            let next = Array(waiting.prefix(Rollout.mostApplicants))
            waiting = waiting.dropFirst(next.count)
            guard let rollout = self.plane.rollouts.current[id],
                rollout.hear(next, at: self.clock.wall()) != nil
            else { continue }
            _ = try await self.plane.hear(next, on: id)
        } while !waiting.isEmpty
    }

    private func tell(_ error: any Error, of rollout: RolloutID) {
        let text = "\(error)"
        guard self.faults[rollout] != text else { return }
        self.faults[rollout] = text
        self.logger.error(
            "a stage lends no exposure and lets nobody new in", metadata: ["rollout": "\(rollout)", "fault": "\(text)"])
    }
}
