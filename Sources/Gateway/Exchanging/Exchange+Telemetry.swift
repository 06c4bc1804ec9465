import AccessPolicy
import Arms
import ChatWire
import HTTPWire
import Logging
import ReleaseModel
import StageControl
import Telemetry

extension Exchange {
    /// Where a request that the model works on is counted; nil for others. One of which no more than counts may be kept
    /// is among all others.
    func series(_ admission: Admission, _ lane: Lane, _ asking: Asking, _ snapshot: Snapshot) -> GenAISeries? {
        guard asking.usesModel else { return nil }
        let genAI = self.metrics.genAI
        guard !admission.isUnlogged else { return genAI.other }
        let placement = admission.placement
        let corner = Lane.Corner(
            call: asking.call, name: admission.name, rollout: placement?.rollout, stage: placement?.stage ?? 0,
            arm: placement?.arm)
        return lane.series(corner) {
            genAI.series(
                of: GenAIAttributes(
                    operation: asking.call.operation, provider: self.format == .openAI ? "openai" : "anthropic",
                    requestModel: admission.name.text, responseModel: lane.upstreamModel.name,
                    version: admission.version.name.text,
                    stage: placement.flatMap { snapshot.stageName(of: $0)?.text } ?? "",
                    arm: placement?.arm.rawValue ?? ""))
        }
    }

    /// Counts how an admitted request ended, and writes its span if it is sampled.
    func observe(_ outcome: Outcome, _ facts: ExchangeFacts, status: Int, at uptime: UInt64) {
        let (ending, duration) = (SluiceMetrics.Ending(outcome), uptime &- self.startedAt)
        let firstToken = self.firstTokenAt.map { $0 &- self.startedAt }
        guard let series = facts.series else { return }
        series.observe(ending, nanoseconds: duration)
        if let firstToken { series.observe(firstToken: firstToken) }
        if let usage = self.countedUsage {
            self.metrics.tokens[.input].increment(by: UInt64(max(0, usage.input)))
            self.metrics.tokens[.output].increment(by: UInt64(max(0, usage.output)))
            series.observe(inputTokens: usage.input, outputTokens: usage.output)
            if let firstToken, outcome == .completed {
                series.observe(nanoseconds: duration &- firstToken, forTokensAfterFirst: usage.output - 1)
            }
        } else if outcome != .notForwarded {
            self.metrics.usageUnknown[ending].increment()
        }
        guard let trace = self.trace, trace.isSampled, let spans = self.worker.shared.spans else { return }
        spans.put(
            RequestSpan(
                context: trace, request: self.requestID, attributes: series.attributes,
                startedAt: facts.admittedAt.milliseconds, duration: duration, firstToken: firstToken,
                end: .ended(ending), status: status,
                usage: self.countedUsage.map { .init(input: $0.input, output: $0.output) }))
    }

    /// Writes the span of a request that is not let in, if it is sampled and there were not too many. It names no
    /// model: where a name is what is refused, it is the caller's text.
    func observe(_ refusal: WireError) {
        guard let spans = self.worker.shared.spans, !self.isUnlogged else { return }
        let (trace, uptime) = (self.trace ?? self.worker.newTrace(of: self.request.head), self.worker.uptime())
        guard trace.isSampled, self.worker.refusalPace.allows(at: uptime) else { return }
        spans.put(
            RequestSpan(
                context: trace, request: self.requestID,
                attributes: GenAIAttributes(
                    operation: self.request.resolution.operation,
                    provider: self.format == .openAI ? "openai" : "anthropic", requestModel: "", responseModel: "",
                    version: ""),
                startedAt: self.receivedAt.milliseconds, duration: uptime &- self.startedAt,
                end: .refused(code: refusal.code), status: refusal.status))
    }

    /// Names the trace to the upstream, with our span as the one above its own.
    func passOn(_ trace: TraceContext, to head: inout WireText) {
        head.literal("traceparent: ")
        let value = trace.traceparent
        head.span(value.span)
        head.literal("\r\n")
        // Without a trace of the caller's there is nothing that its state could belong to (§3.3).
        guard trace.parent != nil, self.request.head.fields.contains(.tracestate) else { return }
        var state = TraceState()
        for field in self.request.head.fields where field.known == .tracestate { state.read(field.value) }
        guard state.canBePassedOn else { return }
        HeadWriter.fields(of: self.request.head.fields, where: { $0 == .tracestate }, to: &head)
    }

    /// By what a line of the process's log tells which request it is about; nothing of one that leaves no more than
    /// counts.
    var logFields: Logger.Metadata {
        guard let trace = self.trace else { return [:] }
        return ["request": "\(self.requestID)", "trace": "\(trace.trace)"]
    }
}

extension ModelCall {
    /// What the GenAI conventions call it; what they have no word for keeps its own.
    fileprivate var operation: String {
        switch self {
        case .chatCompletions, .responses, .messages: "chat"
        case .completions: "text_completion"
        case .embeddings: "embeddings"
        case .compaction, .moderations, .tokenCount: self.rawValue
        }
    }
}

extension Route.Resolution {
    /// What was asked for, in a word of ours.
    fileprivate var operation: String {
        switch self {
        case .found(.call(let call)): call.operation
        case .found(let route): "\(route.name)"
        case .methodNotAllowed, .unknown: "unmatched"
        }
    }
}

extension Snapshot {
    /// What the plan calls the stage that placed a request.
    fileprivate func stageName(of placement: Placement) -> Name? {
        guard let release = self.release(of: placement.rollout) else { return nil }
        let stages = release.plan.plan.spec.stages
        return stages.indices.contains(placement.stage) ? stages[placement.stage].name : nil
    }
}

extension SluiceMetrics.Ending {
    /// How an outcome is counted; an outcome of the access log has the same name here.
    init(_ outcome: Outcome) {
        switch outcome {
        case .completed: self = .completed
        case .upstreamError: self = .upstreamError
        case .upstreamFailed: self = .upstreamFailed
        case .truncated: self = .truncated
        case .cancelled: self = .cancelled
        case .withdrawn: self = .withdrawn
        case .notForwarded: self = .notForwarded
        }
    }
}
