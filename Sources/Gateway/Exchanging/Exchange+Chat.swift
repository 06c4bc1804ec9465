import AccessPolicy
import ChatWire
import HTTPWire
import Logging
import NIOCore
import Quota
import ReleaseModel
import Store
import Telemetry
import Upstreams

extension Exchange {
    /// A request for the model itself: every step in the order of the architecture, each of which can refuse.
    func chat(_ route: Route, _ key: PresentedKey) {
        let now = self.receivedAt
        let snapshot = self.worker.shared.rules.current
        let caller = snapshot.authenticate(key, at: now)
        guard case .application? = caller else {
            return self.refuse(WireError([Denial(.invalidKey)], model: ""))
        }
        let chat: ChatRequest
        do throws(WireError) {
            chat = try self.scan()
        } catch {
            return self.refuse(error)
        }
        let request = AccessRequest(
            key: key, model: chat.model, modality: route.modality ?? .api,
            region: self.worker.configuration.region, fields: chat.guarded,
            account: snapshot.releases.isEmpty ? nil : self.request.head.string(.sluiceAccount))
        switch snapshot.admit(request, from: caller, at: now) {
        case .refused(let denials): self.refuse(WireError(denials, model: chat.model))
        case .admitted(let admission): self.reserve(chat, admission, route, account: request.account, at: now)
        }
    }

    private func scan() throws(WireError) -> ChatRequest {
        if let encoding = self.request.head.string(.contentEncoding), encoding.lowercased() != "identity" {
            throw WireError(
                status: 415, code: "unsupported_content_encoding",
                message: "The body is encoded as '\(encoding)'; send it as it is.", param: "content-encoding")
        }
        do throws(BodyFault) {
            return try self.worker.requestReader.read(self.request.body, format: self.format)
        } catch {
            throw WireError(error)
        }
    }

    private func reserve(
        _ chat: ChatRequest, _ admission: Admission, _ route: Route, account: String?, at now: Timestamp
    ) {
        let limits = admission.grant.content.limits
        if let most = limits.maximumOutputTokens, let asked = chat.maximumOutputTokens, asked > most {
            return self.refuse(
                WireError(
                    status: 400, code: "invalid_value",
                    message: "Your grant allows answers of at most \(most) tokens; the request asks for \(asked).",
                    param: chat.maximumOutputField))
        }
        let output =
            chat.maximumOutputTokens ?? limits.maximumOutputTokens ?? self.worker.configuration.defaultOutputTokens
        let tokens = TokenEstimate(
            promptBytes: self.request.body.readableBytes, maximumOutput: output, choices: chat.choices
        ).reservation
        let lane = self.worker.lane(of: admission)
        let (result, status) = lane.limiter.reserve(tokens: tokens, at: self.startedAt)
        self.quota = status
        switch result {
        case .reserved(let reservation):
            self.lane = lane
            self.reservation = reservation
            self.chat = chat
            self.record(admission, lane, chat, route, account: account, tokens: tokens, at: now)
        case .refused(let refusal):
            // A slot comes free at a time that nobody knows; a quarter of a second is a fair guess.
            self.refuse(WireError(refusal), wait: refusal.retryAfter ?? 250_000_000)
        case .neverFits(let misfit):
            self.refuse(WireError(misfit), fields: [("x-should-retry", "false")])
        }
    }

    private func record(
        _ admission: Admission, _ lane: Lane, _ chat: ChatRequest, _ route: Route, account: String?, tokens: Int,
        at now: Timestamp
    ) {
        var facts = ExchangeFacts(
            request: self.requestID, route: route, admittedAt: now, grant: lane.limiter.grant,
            key: admission.key.description, model: admission.name.text, version: lane.version,
            isStream: chat.stream, reservedTokens: tokens, isUnlogged: admission.isUnlogged)
        if let placement = admission.placement {
            facts.placement = self.expose(admission, placement, account: account, at: now)
        }
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
            self.metrics.logUnavailable.increment()
            self.worker.shared.logger.error("the access log cannot record", metadata: ["fault": "\(fault)"])
            self.metrics.inFlight.add(-1)
            self.refuse(
                WireError(
                    status: 503, code: "audit_unavailable",
                    message: "The gateway cannot record requests just now, so it serves none. Try again soon."),
                fields: [("retry-after", "1"), ("retry-after-ms", "1000")])
        case .success:
            self.metrics.logEntries[.access].increment()
            guard self.front != nil else { return self.abandon() }
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
        guard let lane = self.lane, let reservation = self.reservation else { return }
        lane.limiter.release(reservation, at: self.worker.uptime())
        self.reservation = nil
    }

    /// Ends the exchange: limits, metrics, and the entry of its outcome. Comes once for every admitted request.
    func settle(
        _ outcome: Outcome, status: Int, usage: ChatWire.Usage? = nil, finish: Finish? = nil, at now: Timestamp? = nil
    ) {
        if case .ended = self.phase { return }
        guard let facts = self.facts.take() else { return }
        self.phase = .ended
        self.upstream = nil
        let uptime = self.worker.uptime()
        if let lane = self.lane, let reservation = self.reservation {
            lane.limiter.settle(reservation, usedTokens: usage.map { $0.input + $0.output }, at: uptime)
            self.reservation = nil
        }
        self.metrics.inFlight.add(-1)
        self.metrics.tokens[.input].increment(by: UInt64(max(0, usage?.input ?? 0)))
        self.metrics.tokens[.output].increment(by: UInt64(max(0, usage?.output ?? 0)))
        self.count(status, outcome: .init(outcome), at: uptime)
        let result = ExchangeResult(
            at: now ?? self.worker.now(), outcome: outcome, status: status, inputTokens: usage?.input ?? 0,
            outputTokens: usage?.output ?? 0, finish: finish?.reason)
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
