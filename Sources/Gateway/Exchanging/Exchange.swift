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

/// One request from its last byte to its answer's last: authenticate, scan, admit, reserve, record, forward, meter,
/// settle.
///
/// Lives on one event loop. It is in one of a few phases, and whatever ends it passes ``settle(_:status:)`` once.
final class Exchange {
    enum Phase {
        case started
        /// The admission is being written to the access log.
        case recording
        /// Sent upstream, no answer yet.
        case waiting
        /// A plain answer is being collected.
        case collecting
        /// A stream is being passed on.
        case streaming
        case ended
    }

    let worker: Worker
    let request: PendingRequest
    let requestID: String
    /// When the request was whole: for people, and on the clock of limits and deadlines.
    let receivedAt: Timestamp
    let startedAt: UInt64
    /// `nil` once the client has left.
    private(set) var front: Front?

    var phase = Phase.started
    /// What is asked, once it was let in.
    var asking: Asking?
    /// What is asked about an answer that an upstream keeps.
    var keptQuery: KeptAnswerQuery?
    /// Fields that were taken out of the body.
    var stripped: GuardedFields = []
    /// What stands in the answer in place of the upstream's names.
    var names = OutwardNames(model: "")
    var facts: ExchangeFacts?
    var lane: Lane?
    var reservation: Reservation?
    /// What was taken of a stage's limits.
    var stageHold: StageHold?
    /// What was taken of budgets of exposure.
    var draws: [ExposureDraw] = []
    /// The longest answer that grant and stage allow, in tokens.
    var outputBound: Int?
    var quota: QuotaStatus?
    var upstream: UpstreamExchange?
    /// The head of a plain answer that is being collected.
    var answerHead: ResponseHead?
    /// The tries at endpoints of the upstream, and where the last one went.
    var attempts = Attempts()
    var place: UpstreamGroup.Place?
    var collected = ByteBuffer()
    var meter: StreamMeter?
    /// What the event loop knows of the caller.
    var caller: CallerMemory.Known?
    /// As what the request counts in a rollout.
    var signal: WorkerSignals.Ticket?
    /// Whether the candidate of a rollout may go on answering; nil for every other answer.
    var exposure: ExposureWatch?
    /// Its place among the answers that the event loop watches.
    var watchPlace: Int?
    /// The stage was closed before the request could be forwarded.
    var isWithdrawn = false
    /// Whether the grant that lets the request in allows no more than counts of it.
    var isUnlogged = false
    /// Where an admitted request stands in a trace; nil for one that leaves no more than counts.
    var trace: TraceContext?
    /// What the upstream says that the request used; an estimate is never one.
    var countedUsage: ChatWire.Usage?
    /// When a stream's first event came.
    var firstTokenAt: UInt64?
    /// How long nobody has said anything to who waits for a stream.
    var silence = Silence()

    init(_ request: consuming PendingRequest, worker: Worker, front: Front) {
        self.worker = worker
        self.request = request
        self.front = front
        self.startedAt = worker.uptime()
        self.receivedAt = worker.now()
        self.requestID = worker.newRequestID(at: self.receivedAt).description
    }

    var format: WireFormat { self.request.format }
    var metrics: SluiceMetrics { self.worker.shared.metrics }

    func start() {
        switch self.request.resolution {
        case .unknown:
            self.refuse(
                WireError(
                    status: 404, code: "unknown_route",
                    message:
                        "Unknown route \(self.request.head.method.rawValue.uppercased()) \(self.request.head.path)."))
        case .methodNotAllowed(let allowed):
            self.refuse(
                WireError(
                    status: 405, code: "method_not_allowed", message: "This path takes \(allowed) only."),
                fields: [("allow", "\(allowed)")])
        case .found(.health):
            self.answer(ByteBuffer(string: "{\"status\":\"ok\"}"))
        case .found(let route):
            guard let key = self.request.key else { return self.refuse(WireError([Denial(.invalidKey)], model: "")) }
            switch route {
            case .models: self.listModels(key)
            case .model(let name): self.showModel(name, key)
            case .call(let call): self.ask(call, key)
            case .kept(let use, let id): self.askKept(use, of: id, key)
            case .feedback: self.feedback(key)
            case .health: break
            }
        }
    }

    /// The client has gone: what is under way upstream is stopped at once.
    func clientLeft() {
        self.front = nil
        switch self.phase {
        case .ended: break
        case .started, .recording:
            // Forwarding looks whether somebody still waits.
            break
        case .waiting, .collecting, .streaming:
            self.upstream?.cancel()
            self.metrics.cancelled.increment()
            self.settle(.cancelled, status: 499)
        }
    }

    /// The client reads too slowly, or reads again.
    func clientWritability(isWritable: Bool) {
        if isWritable { self.upstream?.resume() } else { self.upstream?.pause() }
    }

    // MARK: Answers of the gateway itself

    /// - Parameter wait: nanoseconds until the same request would be let in.
    func refuse(_ error: WireError, wait: UInt64? = nil, fields: [(name: String, value: String)] = []) {
        self.metrics.refusals[error.code].increment()
        self.worker.shared.logger.debug(
            "refused",
            metadata: [
                "request": "\(self.requestID)", "code": "\(error.code)", "status": "\(error.status)",
                "retry": "\(self.retryCount)",
            ])
        self.observe(error)
        var answer = Answer(error, format: self.format, requestID: self.requestID)
        answer.fields = fields
        answer.rate = self.rate(wait: wait)
        self.deliver(answer)
    }

    func answer(_ body: ByteBuffer, status: Int = 200) {
        self.deliver(Answer(status: status, body: body, requestID: self.requestID))
    }

    private func deliver(_ answer: Answer) {
        self.phase = .ended
        self.count(answer.status, outcome: answer.status < 400 ? .served : .refused, at: self.worker.uptime())
        self.front?.answer(answer, self.worker)
    }

    /// The rate headers of both SDKs' kinds, once limits are known.
    func rate(wait: UInt64? = nil) -> (fields: RateLimitFields, format: WireFormat)? {
        guard let quota = self.quota else { return nil }
        let fields = RateLimitFields(
            requests: quota.requests.map(RateLimitFields.Window.init),
            tokens: quota.tokens.map(RateLimitFields.Window.init), waitNanoseconds: wait.map(Int64.init(clamping:)))
        return (fields, self.format)
    }

    func count(_ status: Int, outcome: SluiceMetrics.Outcome, at uptime: UInt64) {
        let format: SluiceMetrics.Format = self.format == .openAI ? .openAI : .anthropic
        self.metrics.requests[format][outcome][SluiceMetrics.StatusClass(status: status)].increment()
        self.metrics.requestTime.observe(nanoseconds: uptime &- self.startedAt)
    }
}

extension RateLimitFields.Window {
    /// The window of one limit, as the quota has it.
    init(_ status: RateStatus) {
        self.init(
            limit: status.limit, remaining: status.remaining, resetNanoseconds: Int64(clamping: status.resetNanoseconds)
        )
    }
}

extension SluiceMetrics.Outcome {
    /// How an outcome is counted.
    init(_ outcome: Outcome) {
        switch outcome {
        case .completed: self = .served
        case .upstreamError, .upstreamFailed, .notForwarded: self = .failed
        case .truncated, .withdrawn: self = .truncated
        case .cancelled: self = .cancelled
        }
    }
}
