import ChatWire
import HTTPWire
import Quota
import Upstreams

extension WireError {
    /// What a caller is told when a limit is reached.
    ///
    /// - Parameter holder: whose limit it is.
    init(_ refusal: Quota.Refusal, of holder: StaticString = "grant") {
        let kinds = refusal.limits.map(\.rawValue).joined(separator: " and ")
        let wait = refusal.retryAfter.map { " Try again in \($0 / 1_000_000 + 1) ms." } ?? ""
        self.init(
            status: 429, code: "rate_limit_exceeded",
            message: "Your \(holder)'s limit of \(kinds) is reached; this request consumed nothing.\(wait)")
    }

    /// What a caller is told when a request can never fit into a limit.
    init(_ misfit: NeverFits, of holder: StaticString = "grant") {
        self.init(
            status: 429, code: "rate_limit_exceeded",
            message: "The request asks for \(misfit.asked) \(misfit.limit.rawValue), and your \(holder)'s limit is "
                + "\(misfit.most): it can never be let in. Ask for fewer, with a lower max_tokens or n.")
    }

    /// What a caller is told when the upstream fails; what exactly it did stands in the log, not here.
    init(_ fault: UpstreamFault) {
        switch fault {
        case .connectFailed, .tlsFailed, .addressRefused, .connectTimedOut, .poolExhausted, .staleConnection:
            self.init(
                status: 503, code: "upstream_unavailable", message: "The model's upstream cannot be reached just now.")
        case .firstByteTimedOut, .stalled, .totalTimedOut:
            self.init(
                status: 504, code: "upstream_timeout", message: "The model's upstream did not answer in time.")
        case .closedBeforeHead, .badResponse:
            self.init(
                status: 502, code: "upstream_bad_response",
                message: "The model's upstream sent something that is not an answer.")
        case .truncated:
            self.init(
                status: 502, code: "upstream_truncated",
                message: "The model's upstream ended before the answer was complete.")
        }
    }
}
