public import HTTPWire

/// Why an exchange with an upstream failed. After it nothing more comes for the exchange.
public enum UpstreamFault: Error, Hashable, Sendable {
    /// No connection could be made; the text is the system's, for logs.
    case connectFailed(String)
    /// The other side did not prove who it is, or TLS could not be agreed on; the text is for logs.
    case tlsFailed(String)
    /// The endpoint's name resolved to an address that no connection is made to; the text is for logs.
    case addressRefused(String)
    /// No connection stood within ``UpstreamTimeouts/connect``.
    case connectTimedOut
    /// No head within ``UpstreamTimeouts/firstByte``.
    case firstByteTimedOut
    /// Nothing more of the body within ``UpstreamTimeouts/betweenBytes``.
    case stalled
    /// No end within ``UpstreamTimeouts/total``.
    case totalTimedOut
    /// The connection closed without a byte of an answer, though it was made for this exchange.
    case closedBeforeHead
    /// The connection closed within the head or the body.
    case truncated
    /// The answer breaks a rule of HTTP.
    case badResponse(ResponseFault)
    /// A kept connection closed before a byte of the answer: the upstream had given it up. The request may be sent once
    /// more with `onFreshConnection`.
    case staleConnection
    /// ``Upstream/maximumConnectionsPerLoop`` are in use.
    case poolExhausted

    /// Every code there is, for metrics.
    public static let codes = [
        "upstream_connect_failed", "upstream_tls_failed", "upstream_address_refused", "upstream_connect_timed_out",
        "upstream_first_byte_timed_out", "upstream_stalled", "upstream_total_timed_out",
        "upstream_closed_before_head", "upstream_truncated", "upstream_bad_response", "upstream_stale_connection",
        "upstream_pool_exhausted",
    ]

    /// The stable code, as it stands in logs and metrics.
    public var code: String {
        switch self {
        case .connectFailed: "upstream_connect_failed"
        case .tlsFailed: "upstream_tls_failed"
        case .addressRefused: "upstream_address_refused"
        case .connectTimedOut: "upstream_connect_timed_out"
        case .firstByteTimedOut: "upstream_first_byte_timed_out"
        case .stalled: "upstream_stalled"
        case .totalTimedOut: "upstream_total_timed_out"
        case .closedBeforeHead: "upstream_closed_before_head"
        case .truncated: "upstream_truncated"
        case .badResponse: "upstream_bad_response"
        case .staleConnection: "upstream_stale_connection"
        case .poolExhausted: "upstream_pool_exhausted"
        }
    }
}

extension UpstreamFault: CustomStringConvertible {
    /// Code and details in one line, for logs.
    public var description: String {
        switch self {
        case .connectFailed(let reason), .tlsFailed(let reason), .addressRefused(let reason): "\(self.code): \(reason)"
        case .badResponse(let fault): "\(self.code): \(fault)"
        default: self.code
        }
    }
}
