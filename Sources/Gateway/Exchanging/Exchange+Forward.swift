import AccessPolicy
import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel
import Upstreams

extension Exchange {
    /// Sends the request upstream: head and body in one buffer, on this event loop.
    func forward() {
        guard let lane = self.lane, let pool = lane.pool,
            let body = self.chat?.rewritten(
                self.request.body, model: lane.upstreamModel, requestingUsage: true,
                outputBound: self.outputBound)
        else {
            self.giveBack()
            return self.fail(
                WireError(
                    status: 503, code: "upstream_unavailable",
                    message: "The model's upstream is not configured on this gateway."), outcome: .notForwarded)
        }
        self.phase = .waiting
        self.upstream = pool.send(
            self.upstreamRequest(body, lane, pool.upstream), method: .post, to: self,
            onFreshConnection: self.hasRetried)
    }

    private func upstreamRequest(_ body: ByteBuffer, _ lane: Lane, _ upstream: Upstream) -> ByteBuffer {
        self.worker.message(body) { head in
            head.append(lane.startOfRequest(self.facts?.route ?? .health, to: upstream))
            HeadWriter.field("content-length", body.readableBytes, to: &head)
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
    }

    /// Ends an admitted request with an error of ours; nothing of an answer was sent yet.
    func fail(_ error: WireError, outcome: Outcome, fields: [(name: String, value: String)] = []) {
        self.settle(outcome, status: error.status)
        guard let front = self.front else { return }
        var answer = Answer(error, format: self.format, requestID: self.requestID)
        answer.fields = fields
        answer.rate = self.rate()
        front.answer(answer, self.worker)
    }
}
