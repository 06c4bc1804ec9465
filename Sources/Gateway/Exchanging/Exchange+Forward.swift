import AccessPolicy
import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel
import Upstreams

extension Exchange {
    /// Sends the request upstream: head and body in one buffer, on this event loop.
    ///
    /// - Parameter next: Where one more try goes; nil for the first.
    func forward(to next: UpstreamGroup.Place? = nil) {
        guard let lane = self.lane, let group = lane.upstream, let asking = self.asking else {
            self.giveBack()
            return self.fail(
                WireError(
                    status: 503, code: "upstream_unavailable",
                    message: "The model's upstream is not configured on this gateway."), outcome: .notForwarded)
        }
        self.phase = .waiting
        let place = next ?? self.firstPlace(of: asking, in: group)
        self.place = place
        self.names.answer = self.answerNaming(asking, lane, at: group.upstream.endpoints[place.endpoint])
        switch asking.route {
        case .kept(let use, _):
            let message = self.keptRequest(use, asking, place, group.upstream)
            self.upstream = group.send(message, method: use.method, to: self, at: place)
        default:
            let (message, rest) = self.upstreamRequest(asking, lane, place, group.upstream)
            self.upstream = group.send(message, followedBy: rest, method: .post, to: self, at: place)
        }
    }

    /// The request, and the long end of its body that is sent as it lies.
    private func upstreamRequest(
        _ asking: Asking, _ lane: Lane, _ place: UpstreamGroup.Place, _ upstream: Upstream
    ) -> (message: ByteBuffer, rest: ByteBuffer) {
        let body = asking.body?.spliced(
            self.request.body,
            ChatRequest.Rewriting(
                model: lane.upstreamModel, previous: asking.kept?.upstreamID, outputBound: self.outputBound,
                stripped: self.stripped))
        var message = self.worker.message(room: body?.writtenCount ?? 0) { head in
            head.append(lane.startOfRequest(asking.call, to: place.endpoint, of: upstream))
            HeadWriter.field("content-length", body?.count ?? 0, to: &head)
            self.endRequest(to: &head)
        }
        body?.write(to: &message)
        return (message, body?.end ?? ByteBuffer())
    }

    /// A request about an answer that the upstream keeps: rare, so nothing of it is kept ready.
    private func keptRequest(
        _ use: KeptAnswerUse, _ asking: Asking, _ place: UpstreamGroup.Place, _ upstream: Upstream
    ) -> ByteBuffer {
        let id = asking.kept?.upstreamID ?? ""
        let path = upstream.endpoints[place.endpoint].address.basePath
        return self.worker.message { head in
            HeadWriter.request(
                use.method,
                target: "\(path)/v1/responses/\(id)\(use.pathEnd)\(self.keptQuery?.text ?? "")",
                to: &head)
            Lane.fields(of: upstream, at: place.endpoint, to: &head)
            if use.method.allowsBody { HeadWriter.field("content-length", 0, to: &head) }
            self.endRequest(to: &head)
        }
    }

    private func endRequest(to head: inout WireText) {
        head.literal("x-request-id: ")
        head.text(self.requestID)
        head.literal("\r\n")
        if let trace = self.trace { self.passOn(trace, to: &head) }
        if let version = self.request.head.value(.anthropicVersion) {
            HeadWriter.field("anthropic-version", version, to: &head)
        }
        if let beta = self.request.head.value(.anthropicBeta) {
            HeadWriter.field("anthropic-beta", beta, to: &head)
        }
        HeadWriter.endOfHead(to: &head)
    }

    /// Where the request goes once more after a failed try, if it may: nothing of an answer has been passed on, and the
    /// upstream cannot have begun to work for it.
    func nextPlace(after fault: UpstreamFault) -> UpstreamGroup.Place? {
        guard case .waiting = self.phase, let place = self.place else { return nil }
        return self.lane?.upstream?.next(after: fault, at: place, &self.attempts)
    }

    /// Ends an admitted request with an error of ours; nothing of an answer was sent yet, or only the head of a stream.
    func fail(_ error: WireError, outcome: Outcome, fields: [(name: String, value: String)] = []) {
        if self.meter != nil { return self.endStream(failure: error, outcome: outcome) }
        self.settle(outcome, status: error.status)
        guard let front = self.front else { return }
        var answer = Answer(error, format: self.format, requestID: self.requestID)
        answer.fields = fields
        answer.rate = self.rate()
        front.answer(answer, self.worker)
    }
}
