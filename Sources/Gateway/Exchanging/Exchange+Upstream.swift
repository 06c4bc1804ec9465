import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel
import Telemetry
import Upstreams

extension Exchange: UpstreamExchangeDelegate {
    func upstream(_ exchange: UpstreamExchange, didReceive head: ResponseHead) {
        self.metrics.firstByteTime.observe(nanoseconds: self.worker.uptime() &- self.startedAt)
        if case .waiting = self.phase, let next = self.lane?.upstream?.next(afterRefusal: head, &self.attempts) {
            exchange.cancel()
            self.metrics.repetitions["upstream_refused"].increment()
            return self.forward(to: next)
        }
        if head.status == 401 || head.status == 403 || head.status == 404 {
            exchange.cancel()
            let isMissing = head.status == 404 && self.asking?.kept != nil
            return isMissing
                ? self.fail(Self.keptMissing(self.asking), outcome: .upstreamError)
                : self.fail(
                    Self.upstreamRefusal(head.status), outcome: .upstreamFailed, fields: [("x-should-retry", "false")])
        }
        if let encoding = head.string(.contentEncoding), encoding.lowercased() != "identity" {
            // It was asked not to: what is packed cannot be metered on its way.
            exchange.cancel()
            return self.fail(Self.badResponse, outcome: .upstreamFailed)
        }
        if head.status == 200, self.asking?.isStream == true, Self.isEventStream(head) {
            exchange.read(self.worker.streams < Worker.mostLargeReads ? .events : .eventsSparingly)
            if self.meter == nil { self.beginStream(head) }
        } else {
            exchange.read(.answer)
            self.answerHead = head
            self.phase = .collecting
        }
    }

    func upstream(_ exchange: UpstreamExchange, didReceive body: ByteBuffer) {
        switch self.phase {
        case .collecting:
            guard self.collected.readableBytes + body.readableBytes <= self.worker.configuration.maximumAnswerBytes
            else {
                exchange.cancel()
                return self.fail(
                    WireError(
                        status: 502, code: "upstream_bad_response",
                        message: "The model's upstream sent a larger answer than this gateway passes on."),
                    outcome: .upstreamFailed)
            }
            if self.collected.readableBytes == 0 {
                self.collected = body
            } else {
                self.collected.writeImmutableBuffer(body)
            }
        case .streaming:
            guard let passed = self.meter?.receive(body) else { return }
            self.writeStream(passed)
        case .started, .recording, .waiting, .ended:
            break
        }
    }

    func upstreamDidCompleteRead(_ exchange: UpstreamExchange) {
        self.flushStream()
    }

    func upstreamDidEnd(_ exchange: UpstreamExchange) {
        switch self.phase {
        case .collecting:
            if let head = self.answerHead.take() { self.deliverCollected(head) }
        case .streaming: self.endStream(failure: nil)
        case .started, .recording, .waiting, .ended: break
        }
    }

    func upstream(_ exchange: UpstreamExchange, didFail fault: UpstreamFault) {
        let next = self.nextPlace(after: fault)
        if fault != .staleConnection {
            self.worker.log(fault, of: self.lane?.upstream?.upstream, repeats: next != nil)
        }
        if let next {
            self.metrics.repetitions[fault.code].increment()
            return self.forward(to: next)
        }
        self.metrics.upstreamFailures[fault.code].increment()
        switch self.phase {
        case .waiting, .collecting: self.fail(WireError(fault), outcome: .upstreamFailed)
        case .streaming: self.endStream(failure: WireError(fault))
        case .started, .recording, .ended: break
        }
    }

    // MARK: Plain answers

    private func deliverCollected(_ head: ResponseHead) {
        let call = self.asking?.call ?? .chatCompletions
        let scanned = self.worker.answerReader.read(self.collected, call: call, names: self.names)
        let isAnswer = head.status == 200
        if self.meter != nil {
            // A stream was begun while the upstream was silent, and this is none.
            return self.fail(isAnswer ? Self.badResponse : Self.plainError(head.status), outcome: .upstreamFailed)
        }
        guard scanned.isJSON, isAnswer || scanned.isErrorShape else {
            return self.fail(
                isAnswer ? Self.badResponse : Self.plainError(head.status, saying: scanned.errorText),
                outcome: .upstreamFailed,
                fields: Self.retryFields(head))
        }
        let now = self.worker.now()
        self.countedUsage = scanned.usage
        self.settle(
            isAnswer ? .completed : .upstreamError, status: head.status,
            usage: self.used(scanned.usage ?? (isAnswer ? nil : ChatWire.Usage(input: 0, output: 0))),
            finish: scanned.finish, at: now)
        let length = self.collected.readableBytes + scanned.edits.growth
        self.front?.answer(self.collected, scanned.edits) { text in
            AnswerHead.begin(head.status, requestID: self.requestID, worker: self.worker, at: now, to: &text)
            AnswerHead.passOn(head.fields, to: &text)
            HeadWriter.field("content-length", length, to: &text)
            self.writeFields(at: now, to: &text)
            for field in Self.retryFields(head) { AnswerHead.field(field, to: &text) }
        }
    }

    /// What the answer to an admitted request says beside the upstream's own fields: its limits, what was taken out of
    /// the request, and for OpenAI's clients how long it took.
    func writeFields(at now: Timestamp, to head: inout WireText) {
        if let rate = self.rate() { AnswerHead.rate(rate.fields, rate.format, at: now, to: &head) }
        if self.format == .openAI {
            HeadWriter.field("openai-processing-ms", Int(max(0, now.since(self.receivedAt))), to: &head)
        }
        if !self.stripped.isEmpty {
            let names = self.stripped.fields.map(\.name).joined(separator: ", ")
            AnswerHead.field(("x-sluice-stripped", names), to: &head)
        }
    }

    private static func isEventStream(_ head: ResponseHead) -> Bool {
        head.string(.contentType)?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    // MARK: What an upstream's failure is to a caller

    /// An upstream that does not let *us* in is not the caller's fault, and its 404 is our configuration's.
    private static func upstreamRefusal(_ status: Int) -> WireError {
        status == 404
            ? WireError(
                status: 502, code: "upstream_model_missing",
                message: "The model's upstream does not know the version that it is asked for.")
            : WireError(
                status: 502, code: "upstream_rejected_credentials",
                message: "The model's upstream does not accept this gateway's credentials.")
    }

    private static let badResponse = WireError(
        status: 502, code: "upstream_bad_response",
        message: "The model's upstream sent something that is not an answer.")

    /// An upstream's error without a body that an SDK could read.
    private static func plainError(_ status: Int, saying text: String? = nil) -> WireError {
        WireError(
            status: (400...599).contains(status) ? status : 502, code: "upstream_error",
            message: "The model's upstream answered \(status)\(text.map { ": \($0)" } ?? "").")
    }

    private static func retryFields(_ head: ResponseHead) -> [(name: String, value: String)] {
        guard head.status >= 400 else { return [] }
        var fields: [(name: String, value: String)] = []
        if let value = head.string(.retryAfter) { fields.append(("retry-after", value)) }
        if let value = head.string(.retryAfterMilliseconds) { fields.append(("retry-after-ms", value)) }
        if let value = head.string(.xShouldRetry) {
            fields.append(("x-should-retry", value))
        } else if let seconds = head.string(.retryAfter).flatMap({ Double($0) }),
            seconds * 1e9 > Double(RateLimitFields.longestRetryNanoseconds)
        {
            // Some SDKs would sleep for all of it, others try again at once.
            fields.append(("x-should-retry", "false"))
        }
        return fields
    }
}
