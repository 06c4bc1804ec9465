/// A field that the gateway looks at, known by a small number, so that nothing is looked up by text.
///
/// Requests and responses share the numbers. Names are compared without regard to case (RFC 9110 §5.1).
public enum KnownField: UInt8, CaseIterable, Hashable, Sendable {
    case host, authorization, xAPIKey, contentLength, contentType, contentEncoding, transferEncoding
    case connection, keepAlive, proxyConnection, proxyAuthorization, te, trailer, upgrade, expect
    case accept, acceptEncoding, userAgent, origin, cookie, forwarded, xForwardedFor, ifNoneMatch
    case anthropicVersion, anthropicBeta, anthropicWorkspaceID, anthropicUserProfileID
    case openAIOrganization, openAIProject, xStainlessRetryCount, idempotencyKey
    case requestID, xRequestID, traceparent, tracestate
    case sluiceAccount
    case date, server, cacheControl, retryAfter, retryAfterMilliseconds, xShouldRetry, location

    /// The name in lower case, as it is written.
    public var name: StaticString {
        switch self {
        case .host: "host"
        case .authorization: "authorization"
        case .xAPIKey: "x-api-key"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .contentEncoding: "content-encoding"
        case .transferEncoding: "transfer-encoding"
        case .connection: "connection"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .proxyAuthorization: "proxy-authorization"
        case .te: "te"
        case .trailer: "trailer"
        case .upgrade: "upgrade"
        case .expect: "expect"
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .userAgent: "user-agent"
        case .origin: "origin"
        case .cookie: "cookie"
        case .forwarded: "forwarded"
        case .xForwardedFor: "x-forwarded-for"
        case .ifNoneMatch: "if-none-match"
        case .anthropicVersion: "anthropic-version"
        case .anthropicBeta: "anthropic-beta"
        case .anthropicWorkspaceID: "anthropic-workspace-id"
        case .anthropicUserProfileID: "anthropic-user-profile-id"
        case .openAIOrganization: "openai-organization"
        case .openAIProject: "openai-project"
        case .xStainlessRetryCount: "x-stainless-retry-count"
        case .idempotencyKey: "idempotency-key"
        case .requestID: "request-id"
        case .xRequestID: "x-request-id"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .sluiceAccount: "x-sluice-account"
        case .date: "date"
        case .server: "server"
        case .cacheControl: "cache-control"
        case .retryAfter: "retry-after"
        case .retryAfterMilliseconds: "retry-after-ms"
        case .xShouldRetry: "x-should-retry"
        case .location: "location"
        }
    }

    /// Whether the field speaks of this connection only and is never passed on (RFC 9110 §7.6.1).
    public var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .proxyAuthorization, .te, .trailer, .transferEncoding,
            .upgrade:
            true
        default: false
        }
    }

    /// Whether a request may hold the field once only: its value is not a list (RFC 9110 §5.3).
    ///
    /// A second line would let two readers of one request see two values: another key, another type, another host.
    var isSingleton: Bool {
        switch self {
        case .host, .authorization, .xAPIKey, .contentLength, .contentType, .contentEncoding, .transferEncoding,
            .expect, .userAgent, .origin, .cookie, .proxyAuthorization, .anthropicVersion, .anthropicWorkspaceID,
            .anthropicUserProfileID, .openAIOrganization, .openAIProject, .xStainlessRetryCount, .idempotencyKey,
            .requestID, .xRequestID, .sluiceAccount, .traceparent, .date, .retryAfter, .retryAfterMilliseconds,
            .xShouldRetry,
            .location, .server:
            true
        case .connection, .keepAlive, .proxyConnection, .te, .trailer, .upgrade, .accept, .acceptEncoding,
            .forwarded, .xForwardedFor, .ifNoneMatch, .anthropicBeta, .tracestate, .cacheControl:
            false
        }
    }

    /// The field whose name is the `length` bytes at `start`, if it is one of these.
    ///
    /// Length and first letter leave one candidate, whose name is then compared whole.
    static func recognize(_ bytes: Span<UInt8>, at start: Int, length: Int) -> KnownField? {
        guard length >= 2, let candidate = Self.candidate(length: length, first: bytes[start] | 0x20) else {
            return nil
        }
        return bytes.equalsFolded(candidate.name, from: start, length: length) ? candidate : nil
    }

    @inline(__always)
    private static func candidate(length: Int, first: UInt8) -> KnownField? {
        switch length {
        case 2: .te
        case 4: first == Octet.h ? .host : .date
        case 6: Self.ofSix(first)
        case 7: first == Octet.u ? .upgrade : .trailer
        case 8: .location
        case 9: first == Octet.x ? .xAPIKey : .forwarded
        case 10: Self.ofTen(first)
        case 11: first == Octet.r ? .retryAfter : .traceparent
        case 12: first == Octet.c ? .contentType : .xRequestID
        case 13: first == Octet.a ? .authorization : first == Octet.c ? .cacheControl : .ifNoneMatch
        case 14: Self.ofFourteen(first)
        case 15: first == Octet.a ? .acceptEncoding : first == Octet.x ? .xForwardedFor : .idempotencyKey
        case 16: first == Octet.c ? .contentEncoding : first == Octet.x ? .sluiceAccount : .proxyConnection
        case 17: first == Octet.t ? .transferEncoding : .anthropicVersion
        case 19: first == Octet.o ? .openAIOrganization : .proxyAuthorization
        case 22: .anthropicWorkspaceID
        case 23: .xStainlessRetryCount
        case 25: .anthropicUserProfileID
        default: nil
        }
    }

    @inline(__always)
    private static func ofSix(_ first: UInt8) -> KnownField {
        switch first {
        case Octet.a: .accept
        case Octet.c: .cookie
        case Octet.e: .expect
        case Octet.o: .origin
        default: .server
        }
    }

    @inline(__always)
    private static func ofTen(_ first: UInt8) -> KnownField {
        switch first {
        case Octet.c: .connection
        case Octet.k: .keepAlive
        case Octet.r: .requestID
        case Octet.t: .tracestate
        default: .userAgent
        }
    }

    @inline(__always)
    private static func ofFourteen(_ first: UInt8) -> KnownField {
        switch first {
        case Octet.a: .anthropicBeta
        case Octet.c: .contentLength
        case Octet.o: .openAIProject
        case Octet.r: .retryAfterMilliseconds
        default: .xShouldRetry
        }
    }
}
