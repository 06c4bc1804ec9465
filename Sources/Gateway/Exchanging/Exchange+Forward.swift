import AccessPolicy
import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel
import Upstreams

extension Exchange {
    /// Sends the request upstream: head and body in one buffer, on this event loop.
    func forward() {
        guard let lane = self.lane, let pool = lane.pool, let asking = self.asking else {
            self.giveBack()
            return self.fail(
                WireError(
                    status: 503, code: "upstream_unavailable",
                    message: "The model's upstream is not configured on this gateway."), outcome: .notForwarded)
        }
        self.phase = .waiting
        let (message, method) =
            switch asking.route {
            case .kept(let use, _): (self.keptRequest(use, asking, lane, pool.upstream), use.method)
            default: (self.upstreamRequest(asking, lane, pool.upstream), HTTPMethod.post)
            }
        self.upstream = pool.send(message, method: method, to: self, onFreshConnection: self.hasRetried)
    }

    private func upstreamRequest(_ asking: Asking, _ lane: Lane, _ upstream: Upstream) -> ByteBuffer {
        let body =
            asking.body?.rewritten(
                self.request.body,
                ChatRequest.Rewriting(
                    model: lane.upstreamModel, previous: asking.kept?.upstreamID, outputBound: self.outputBound,
                    stripped: self.stripped)) ?? ByteBuffer()
        return self.worker.message(body) { head in
            head.append(lane.startOfRequest(asking.call, to: upstream))
            HeadWriter.field("content-length", body.readableBytes, to: &head)
            self.endRequest(to: &head)
        }
    }

    /// A request about an answer that the upstream keeps: rare, so nothing of it is kept ready.
    private func keptRequest(
        _ use: KeptAnswerUse, _ asking: Asking, _ lane: Lane, _ upstream: Upstream
    ) -> ByteBuffer {
        let id = asking.kept?.upstreamID ?? ""
        return self.worker.message { head in
            HeadWriter.request(
                use.method,
                target: "\(upstream.address.basePath)/v1/responses/\(id)\(use.pathEnd)\(self.keptQuery?.text ?? "")",
                to: &head)
            Lane.fields(of: upstream, to: &head)
            if use.method.allowsBody { HeadWriter.field("content-length", 0, to: &head) }
            self.endRequest(to: &head)
        }
    }

    private func endRequest(to head: inout WireText) {
        head.literal("x-request-id: ")
        head.text(self.requestID)
        head.literal("\r\n")
        if let version = self.request.head.value(.anthropicVersion) {
            HeadWriter.field("anthropic-version", version, to: &head)
        }
        if let beta = self.request.head.value(.anthropicBeta) {
            HeadWriter.field("anthropic-beta", beta, to: &head)
        }
        HeadWriter.endOfHead(to: &head)
    }

    /// Ends an admitted request with an error of ours; nothing of an answer was sent yet, or only the head of a stream.
    func fail(_ error: WireError, outcome: Outcome, fields: [(name: String, value: String)] = []) {
        if self.meter != nil { return self.endStream(failure: error, outcome: outcome) }
        self.settle(outcome, status: error.status)
        guard let front = self.front else { return }
        var answer = Answer(
            error, format: self.format, requestID: self.requestID, keepsAlive: self.keepsAlive)
        answer.fields = fields
        answer.rate = self.rate()
        front.write(answer.bytes(self.worker), flush: true)
        front.exchangeEnded(keepsAlive: answer.keepsAlive)
    }
}
