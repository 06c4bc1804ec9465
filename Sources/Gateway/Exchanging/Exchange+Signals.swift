import AccessPolicy
import Arms
import ChatWire
import ReleaseModel
import Signals
import Store
import Telemetry

extension Exchange {
    /// Counts the request as exposure of its arm; answers as what, for the record.
    func expose(
        _ admission: Admission, _ placement: Placement, _ snapshot: Snapshot, at now: Timestamp
    ) -> PlacementText? {
        guard let caller = self.caller else { return nil }
        if placement.arm == .candidate {
            self.exposure = ExposureWatch(placement, admission, caller)
            self.worker.watch(self)
        }
        let ticket = self.worker.signals.admit(placement, admission.application, caller, at: now) { rollout in
            snapshot.release(of: rollout)?.plan
        } part: { dimension in
            self.request.head.part(by: dimension) ?? snapshot.part(of: admission, by: dimension)
        }
        self.signal = ticket
        return ticket?.placement
    }

    /// Counts what became of it.
    ///
    /// A client that left says nothing of the upstream, nor does an answer that was withdrawn, so the request stays an
    /// exposure with an unknown outcome.
    func signal(_ outcome: Outcome, status: Int, usage: ChatWire.Usage?, finish: Finish?, at uptime: UInt64) {
        guard let signal = self.signal.take(), outcome != .cancelled, outcome != .withdrawn else { return }
        let refusal = finish.flatMap { finish -> Signals.Refusal? in
            guard finish.isRefusal else { return nil }
            return finish.reason == "content_filter" ? .filtered : .declined
        }
        self.worker.signals.end(
            signal,
            RequestOutcome(
                status: status, refusal: refusal, isTruncated: outcome == .truncated,
                timeToFirstToken: self.firstTokenAt.map { $0 &- self.startedAt },
                duration: uptime &- self.startedAt, promptTokens: usage?.input ?? 0,
                outputTokens: usage?.output ?? 0))
    }
}
