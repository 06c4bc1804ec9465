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
        guard let lane = self.lane, let group = lane.upstream,
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
        let place = next ?? group.first(&self.attempts)
        self.place = place
        self.upstream = group.send(
            self.upstreamRequest(body, lane, place, group.upstream), method: .post, to: self, at: place)
    }

    private func upstreamRequest(
        _ body: ByteBuffer, _ lane: Lane, _ place: UpstreamGroup.Place, _ upstream: Upstream
    ) -> ByteBuffer {
        self.worker.message(body) { head in
            head.append(lane.startOfRequest(self.facts?.route ?? .health, to: place.endpoint, of: upstream))
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

    /// Where the request goes once more after a failed try, if it may: nothing of an answer has been passed on, and the
    /// upstream cannot have begun to work for it.
    func nextPlace(after fault: UpstreamFault) -> UpstreamGroup.Place? {
        guard case .waiting = self.phase, let place = self.place else { return nil }
        return self.lane?.upstream?.next(after: fault, at: place, &self.attempts)
    }

    /// Ends an admitted request with an error of ours; nothing of an answer was sent yet.
    func fail(_ error: WireError, outcome: Outcome, fields: [(name: String, value: String)] = []) {
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
