import AccessPolicy
import ChatWire
import HTTPWire
import Logging
import NIOCore
import Quota
import ReleaseModel
import StageControl
import Store
import Telemetry
import Upstreams

extension Exchange {
    /// A request for the model itself: every step in the order of the architecture, each of which can refuse.
    func ask(_ call: ModelCall, _ key: PresentedKey) {
        let now = self.receivedAt
        let snapshot = self.worker.shared.rules.current
        let known = self.known(key.id, under: snapshot)
        let isKnown = known?.admission?.isOf(key, under: snapshot, at: now) ?? false
        let caller = isKnown ? nil : snapshot.authenticate(key, at: now)
        guard isKnown || caller?.isApplication == true else {
            return self.refuse(WireError([Denial(.invalidKey)], model: ""))
        }
        let body: ChatRequest
        let asking: Asking
        do throws(WireError) {
            body = try self.scan(call)
            asking = Asking(call, body, after: try self.answerBefore(body, key))
        } catch {
            return self.refuse(error)
        }
        var request = AccessRequest(
            key: key, model: asking.model, modality: .api, region: self.worker.configuration.region,
            fields: body.guarded, removable: body.removable)
        let found = known ?? self.worker.signals.callers.add(key.id, account: self.account(under: snapshot))
        self.caller = found
        let settled = found.admission.flatMap { $0.holds(for: request, under: snapshot, at: now) ? $0.admission : nil }
        request.account = found.account
        let decision =
            settled.map { .admitted($0) } ?? self.admit(request, from: caller, found, at: now, snapshot)
        self.decide(decision, request, asking, snapshot)
    }

    /// The end user, as the application names them; nil where it does not, or where no rollout tells them apart.
    func account(under snapshot: Snapshot) -> String? {
        snapshot.hasReleases ? self.request.head.string(.sluiceAccount) : nil
    }

    /// What is known of who asks, by the bytes of ``account(under:)``.
    private func known(_ key: KeyID, under snapshot: Snapshot) -> CallerMemory.Known? {
        guard snapshot.hasReleases else { return self.worker.signals.callers.known(key) }
        let named: CallerMemory.Known?? = self.request.head.fields.withValue(.sluiceAccount) { account in
            self.worker.signals.callers.known(key, account: account)
        }
        // Who is named and was not met yet is not who names nobody.
        if let named { return named }
        return self.worker.signals.callers.known(key)
    }

    /// Asks the rules, and remembers of the caller what they say.
    private func admit(
        _ request: AccessRequest, from caller: Snapshot.Caller?, _ known: CallerMemory.Known, at now: Timestamp,
        _ snapshot: Snapshot
    ) -> Decision {
        let decision = snapshot.admit(
            request, from: caller ?? snapshot.authenticate(request.key, at: now), at: now, finding: &known.findings)
        known.admission = snapshot.settled(decision, of: request, at: now)
            .map { self.worker.signals.callers.shared($0) }
        return decision
    }

    /// Goes on as admission has it.
    func decide(_ decision: Decision, _ request: AccessRequest, _ asking: Asking, _ snapshot: Snapshot) {
        switch decision {
        case .refused(let denials):
            let isPending = denials.contains { $0.code == .stagePending }
            if isPending, let applicant = snapshot.applicant(of: request, at: self.receivedAt) {
                self.apply(applicant, snapshot, model: asking.model)
            }
            self.refuse(WireError(denials, model: asking.model), wait: isPending ? Self.decisionWait : nil)
        case .admitted(let admission):
            self.isUnlogged = admission.isUnlogged
            guard self.leadsOn(asking, to: admission, snapshot) else {
                return self.refuse(Self.keptMissing(asking))
            }
            if let applicant = admission.applicant { self.apply(applicant, snapshot, model: asking.model) }
            self.reserve(asking, admission, request, snapshot, at: self.receivedAt)
        }
    }

    /// A slot comes free at a time that nobody knows; a quarter of a second is a fair guess.
    static let slotWait: UInt64 = 250_000_000
    /// Within a second it is decided who has a place in a stage.
    private static let decisionWait: UInt64 = 1_000_000_000

    private func scan(_ call: ModelCall) throws(WireError) -> ChatRequest {
        if let encoding = self.request.head.string(.contentEncoding), encoding.lowercased() != "identity" {
            throw WireError(
                status: 415, code: "unsupported_content_encoding",
                message: "The body is encoded as '\(encoding)'; send it as it is.", param: "content-encoding")
        }
        do throws(BodyFault) {
            return try self.worker.requestReader.read(self.request.body, call: call)
        } catch {
            throw WireError(error)
        }
    }

    private func reserve(
        _ asking: Asking, _ admission: Admission, _ request: AccessRequest, _ snapshot: Snapshot, at now: Timestamp
    ) {
        // What the model does not work on is no exposure, and takes nothing of a stage.
        let terms = asking.usesModel ? admission.terms : nil
        let tokens: Int
        do throws(WireError) {
            tokens = try self.estimate(asking, admission.limits, terms?.caps)
        } catch {
            return self.refuse(error)
        }
        let lane = self.worker.lane(of: admission)
        let (result, status) = lane.limiter.reserve(tokens: tokens, at: self.startedAt)
        self.quota = status
        switch result {
        case .reserved(let reservation):
            self.lane = lane
            self.reservation = reservation
            self.asking = asking
            if let placement = admission.placement, let terms {
                switch self.enter(terms, placement, of: admission.application, tokens: tokens) {
                case .entered: break
                case .refused(let error, let wait, let fields):
                    self.giveBack()
                    return self.refuse(error, wait: wait, fields: fields)
                case .withheld(let denial):
                    // Admitted anew, by what there is beside the candidate.
                    self.giveBack()
                    var request = request
                    request.withheld = denial
                    return self.decide(snapshot.admit(request, at: now), request, asking, snapshot)
                }
            }
            self.record(admission, lane, asking, tokens: tokens, snapshot, at: now)
        case .refused(let refusal):
            self.refuse(WireError(refusal), wait: refusal.retryAfter ?? Self.slotWait)
        case .neverFits(let misfit):
            self.refuse(WireError(misfit), fields: [("x-should-retry", "false")])
        }
    }

    private func record(
        _ admission: Admission, _ lane: Lane, _ asking: Asking, tokens: Int, _ snapshot: Snapshot, at now: Timestamp
    ) {
        self.stripped = admission.stripped
        self.names = OutwardNames(model: admission.name.text)
        var facts = ExchangeFacts(
            request: self.requestID, route: asking.route, admittedAt: now, grant: lane.grant,
            key: admission.key.description, model: admission.name.text, version: lane.version,
            isStream: asking.isStream, reservedTokens: tokens, isUnlogged: admission.isUnlogged,
            series: self.series(admission, lane, asking, snapshot))
        facts.retry = self.retryCount
        if !admission.isUnlogged { self.trace = self.worker.newTrace(of: self.request.head) }
        if asking.usesModel, let placement = admission.placement {
            facts.placement = self.expose(admission, placement, snapshot, at: now)
        }
        facts.draws = self.draws
        self.facts = facts
        self.phase = .recording
        self.metrics.inFlight.add(1)
        self.worker.shared.recorder.record(admission: facts, worker: self.worker, self)
    }

    private func recorded(_ result: Result<UInt64, LogFault>) {
        switch result {
        case .failure(let fault):
            // The entry is not there, so the request never was; of its exposure nobody will know what became.
            self.giveBack()
            self.worker.unwatch(self)
            self.metrics.logUnavailable.increment()
            self.worker.shared.logger.error(
                "the access log cannot record", metadata: self.logFields.merging(["fault": "\(fault)"]) { $1 })
            self.metrics.inFlight.add(-1)
            self.refuse(
                WireError(
                    status: 503, code: "audit_unavailable",
                    message: "The gateway cannot record requests just now, so it serves none. Try again soon."),
                fields: [("retry-after", "1"), ("retry-after-ms", "1000")])
        case .success:
            self.metrics.logEntries[.access].increment()
            guard self.front != nil else { return self.abandon() }
            guard !self.isWithdrawn else {
                self.giveBack()
                return self.fail(Self.withdrawn, outcome: .withdrawn)
            }
            self.forward()
        }
    }

    /// The client left while its admission was written: the entry stands, and says that nothing came of it.
    private func abandon() {
        self.giveBack()
        self.settle(.notForwarded, status: 499)
    }

    /// Gives the whole reservation back, the request's unit too: nothing went upstream.
    func giveBack() {
        let uptime = self.worker.uptime()
        if let hold = self.stageHold.take() { hold.limiter.release(hold.reservation, at: uptime) }
        guard let lane = self.lane, let reservation = self.reservation.take() else { return }
        lane.limiter.release(reservation, at: uptime)
    }

    /// Ends the exchange: limits, metrics, and the entry of its outcome. Comes once for every admitted request.
    func settle(
        _ outcome: Outcome, status: Int, usage: ChatWire.Usage? = nil, finish: Finish? = nil, at now: Timestamp? = nil
    ) {
        if case .ended = self.phase { return }
        guard let facts = self.facts.take() else { return }
        self.phase = .ended
        self.upstream = nil
        if self.exposure != nil { self.worker.unwatch(self) }
        if self.meter != nil { self.worker.streams -= 1 }
        let (uptime, used) = (self.worker.uptime(), usage.map { $0.input + $0.output })
        if let lane = self.lane, let reservation = self.reservation.take() {
            lane.limiter.settle(reservation, usedTokens: used, at: uptime)
        }
        if let hold = self.stageHold.take() { hold.limiter.settle(hold.reservation, usedTokens: used, at: uptime) }
        self.metrics.inFlight.add(-1)
        self.count(status, outcome: .init(outcome), at: uptime)
        self.observe(outcome, facts, status: status, at: uptime)
        let result = ExchangeResult(
            at: now ?? self.worker.now(), outcome: outcome, status: status, inputTokens: usage?.input ?? 0,
            outputTokens: usage?.output ?? 0, finish: finish?.reason, tries: self.attempts.count)
        self.signal(outcome, status: status, usage: usage, finish: finish, at: uptime)
        self.worker.shared.recorder.record(
            result: result, of: facts, worker: self.worker, self.worker.outcomeWatch)
    }
}

extension Exchange: AppendReceiver {
    /// The admission's entry is durable, or cannot be.
    func appendCompleted(_ result: Result<UInt64, LogFault>, token: UInt64) {
        self.recorded(result)
    }
}
