/// Where a message's body ends (RFC 9112 §6.3).
public enum BodyFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// The body has exactly this many bytes, never zero: that is ``none``.
    case length(Int)
    /// The body is sent in chunks (RFC 9112 §7.1).
    case chunked
    /// The body ends when the connection closes. Responses only.
    case untilClose
}
