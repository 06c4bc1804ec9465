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
        _ admission: Admission, _ placement: Placement, account: String?, at now: Timestamp
    ) -> LoggedPlacement? {
        let snapshot = self.worker.shared.rules.current
        guard let release = snapshot.releases.values.first(where: { $0.rollout == placement.rollout }) else {
            return nil
        }
        if placement.arm == .candidate { self.watch(placement, admission, account: account, snapshot) }
        let ticket = self.worker.signals.admit(
            placement, plan: release.plan, admission.application, account: account, at: now
        ) { dimension in
            self.request.head.part(by: dimension) ?? snapshot.part(of: admission, by: dimension)
        }
        self.signal = ticket
        return LoggedPlacement(ticket.key, in: placement.rollout)
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
