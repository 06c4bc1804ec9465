import AccessPolicy
import ChatWire
import NIOCore
import Quota
import ReleaseModel
import StageControl
import Upstreams

/// What a request has taken of a stage's caps.
struct StageHold {
    let limiter: Limiter
    let reservation: Reservation
}

/// What a request has taken of a budget of exposure.
struct ExposureDraw {
    let meter: ExposureMeter
    let block: ExposureLeaseID
}

extension Exchange {
    /// What became of a request at the door of a stage.
    enum Entrance {
        case entered
        /// A limit of the stage is reached.
        case refused(WireError, wait: UInt64?, fields: [(name: String, value: String)])
        /// Nothing is left of what the stage may have: the candidate must not serve it.
        case withheld(Denial)
    }

    /// Takes what the stage counts: of its limits for an application, and of its exposure. All of it or nothing.
    func enter(_ terms: StageTerms, _ placement: Placement, of application: ApplicationID, tokens: Int) -> Entrance {
        let seat = LimiterBook.Seat(rollout: placement.rollout, stage: terms.stage, application: application)
        let limiter = self.worker.shared.limiters.limiter(of: seat, terms.caps, at: self.startedAt)
        var hold: StageHold?
        if let limiter {
            let (result, status) = limiter.reserve(tokens: tokens, at: self.startedAt)
            switch result {
            case .reserved(let reservation): hold = StageHold(limiter: limiter, reservation: reservation)
            case .refused(let refusal):
                self.quota = status
                return .refused(WireError(refusal, of: .stage), wait: refusal.retryAfter ?? Self.slotWait, fields: [])
            case .neverFits(let misfit):
                self.quota = status
                return .refused(
                    WireError(misfit, of: .stage), wait: nil, fields: [("x-should-retry", "false")])
            }
        }
        if terms.isCounted, let denial = self.takeExposure(terms.meters, of: placement.rollout) {
            if let hold { hold.limiter.release(hold.reservation, at: self.worker.uptime()) }
            return .withheld(denial)
        }
        self.stageHold = hold
        return .entered
    }

    /// Takes one request's exposure of every budget, or of none: then it answers why.
    private func takeExposure(_ meters: [ExposureMeter], of rollout: RolloutID) -> Denial? {
        var taken: [(purse: ExposurePurse, draw: ExposureDraw)] = []
        for meter in meters {
            let purse = self.worker.purse(meter, of: rollout)
            let taking = purse?.take(at: self.worker.shared.door.now) ?? .missing
            if let purse, case .taken(let block) = taking {
                taken.append((purse, ExposureDraw(meter: meter, block: block)))
                continue
            }
            for (purse, draw) in taken { purse.putBack(draw.block) }
            guard case .exhausted = taking else { return Denial(.stagePending) }
            return Denial(.stageFull, detail: "Every request that it may have for now has been made.")
        }
        self.draws = taken.map(\.draw)
        return nil
    }

    /// Puts forward who asks for a place in the stage.
    func apply(_ applicant: Applicant, _ snapshot: Snapshot, model: String) {
        let release = snapshot.releases.values.first { $0.plan.plan.spec.model.text == model }
        if let release { self.worker.shared.door.apply(applicant, for: release.rollout) }
    }

    /// Ends the answer if its stage was closed and its time is over.
    func withdrawIfOver(_ snapshot: Snapshot, at now: Timestamp, uptime: UInt64) {
        guard self.exposure?.isOver(snapshot, at: now, uptime: uptime) ?? false else { return }
        switch self.phase {
        case .started, .ended: self.worker.unwatch(self)
        case .recording: self.isWithdrawn = true  // Forwarding looks whether it still may.
        case .waiting, .collecting:
            self.upstream?.cancel()
            self.fail(Self.withdrawn, outcome: .withdrawn)
        case .streaming:
            self.upstream?.cancel()
            self.endStream(failure: Self.withdrawn, outcome: .withdrawn)
        }
    }

    static let withdrawn = WireError(
        status: 503, code: "version_withdrawn",
        message: "The version that was answering has been withdrawn, and its answer ends here. Ask again: another "
            + "version answers, if one is open to you.")
}
