/// A request method that the gateway's port understands (RFC 9110 §9).
///
/// CONNECT and TRACE are known and refused with 405; every other name is refused with 501 (RFC 9110 §9.1).
public enum HTTPMethod: String, CaseIterable, Hashable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case patch = "PATCH"
    case options = "OPTIONS"

    /// Whether a request with this method may carry a body here.
    ///
    /// RFC 9110 §9.3.1 gives content in GET, HEAD, DELETE and OPTIONS no meaning and warns that it is used for
    /// request smuggling, so the parser refuses it.
    public var allowsBody: Bool {
        switch self {
        case .post, .put, .patch: true
        case .get, .head, .delete, .options: false
        }
    }

    /// Whether a request may be repeated without asking the client (RFC 9110 §9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        case .post, .patch: false
        }
    }

    /// The longest name that is compared; a longer one is unknown without reading on.
    static let longestName = 7
}

/// The version of a message (RFC 9112 §2.3). Others are refused with 505.
public enum HTTPVersion: UInt8, Hashable, Sendable {
    /// Served, but its connection is always closed after the answer.
    case http10
    /// Kept alive unless the message says otherwise.
    case http11
    /// One stream of a connection (RFC 9113).
    case http2
}
