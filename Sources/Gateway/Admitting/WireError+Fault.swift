import ChatWire
import HTTPWire
import Quota
import Upstreams

/// Whose limit is reached. The raw value is the code that callers read, and is never renamed.
enum LimitHolder: String {
    case grant = "rate_limit_exceeded"
    /// The stage of a rollout, which lets use grow step by step.
    case stage = "ramp_limit_exceeded"

    var noun: StaticString {
        switch self {
        case .grant: "grant"
        case .stage: "stage"
        }
    }
}

extension WireError {
    /// What a caller is told when a limit is reached.
    ///
    /// A stage's limit has the code by which SDKs know one on how fast use may grow.
    ///
    /// - Parameter holder: whose limit it is.
    init(_ refusal: Quota.Refusal, of holder: LimitHolder = .grant) {
        let kinds = refusal.limits.map(\.rawValue).joined(separator: " and ")
        let wait = refusal.retryAfter.map { " Try again in \($0 / 1_000_000 + 1) ms." } ?? ""
        self.init(
            status: 429, code: holder.rawValue,
            message: "Your \(holder.noun)'s limit of \(kinds) is reached; this request consumed nothing.\(wait)")
    }

    /// What a caller is told when a request can never fit into a limit.
    init(_ misfit: NeverFits, of holder: LimitHolder = .grant) {
        self.init(
            status: 429, code: holder.rawValue,
            message: "The request asks for \(misfit.asked) \(misfit.limit.rawValue), and your \(holder.noun)'s "
                + "limit is \(misfit.most): it can never be let in. Ask for fewer, with a lower max_tokens or n.")
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
