public import HTTPWire
public import NIOCore

/// A server that runs models, as the configuration names it.
public struct Upstream: Sendable {
    /// The name that the configuration and the logs use.
    public var name: String
    /// Where it listens: one endpoint or several that are the same to callers.
    public var endpoints: [UpstreamEndpoint]
    /// How long it is waited for.
    public var timeouts: UpstreamTimeouts
    /// The most connections of one event loop to it; an exchange more fails with ``UpstreamFault/poolExhausted``.
    public var maximumConnectionsPerLoop: Int
    /// What proves to it that the request is the gateway's.
    public let credential: UpstreamCredential
    /// How endpoints with `https` are known; there is one if any is.
    public let tls: UpstreamTLS?
    /// Whether names of endpoints may resolve to this machine or a private network.
    public var allowsLocalAddresses: Bool

    /// An upstream of which only name and endpoints must be given, at least one and at most 64 of these.
    public init(
        name: String,
        endpoints: [UpstreamEndpoint],
        timeouts: UpstreamTimeouts = .init(),
        maximumConnectionsPerLoop: Int = 1024,
        credential: UpstreamCredential = UpstreamCredential(),
        tls: UpstreamTLS? = nil,
        allowsLocalAddresses: Bool = false
    ) {
        precondition(maximumConnectionsPerLoop > 0, "an upstream without connections serves nothing")
        precondition(!endpoints.isEmpty, "an upstream without endpoints serves nothing")
        precondition(
            tls != nil || endpoints.allSatisfy { $0.address.scheme == .http }, "https needs terms of TLS")
        self.name = name
        self.endpoints = endpoints
        self.timeouts = timeouts
        self.maximumConnectionsPerLoop = maximumConnectionsPerLoop
        self.credential = credential
        self.tls = tls
        self.allowsLocalAddresses = allowsLocalAddresses
    }

    /// An upstream that is one server, spoken to by `http`.
    public init(
        name: String, address: UpstreamAddress, timeouts: UpstreamTimeouts = .init(),
        maximumConnectionsPerLoop: Int = 1024, authorization: UpstreamSecret? = nil
    ) {
        self.init(
            name: name, endpoints: [UpstreamEndpoint(name: name, address: address)], timeouts: timeouts,
            maximumConnectionsPerLoop: maximumConnectionsPerLoop, credential: UpstreamCredential(authorization))
    }
}

/// One of the servers behind an upstream's name.
public struct UpstreamEndpoint: Hashable, Sendable {
    /// The largest weight.
    public static let mostWeight = 1_000
    /// Endpoints of one upstream at the most.
    public static let most = Balancer.mostEndpoints

    /// The name that the configuration and the metrics use.
    public var name: String
    /// Where it listens.
    public var address: UpstreamAddress
    /// Its share of the requests, beside the other weights: from 1 to ``mostWeight``.
    public var weight: Int

    /// An endpoint; alone, it needs no weight.
    public init(name: String, address: UpstreamAddress, weight: Int = 1) {
        precondition((1...Self.mostWeight).contains(weight), "a weight is from 1 to \(Self.mostWeight)")
        self.name = name
        self.address = address
        self.weight = weight
    }
}

/// How long an upstream is waited for. Each is kept to within ``UpstreamPool/tick``.
public struct UpstreamTimeouts: Hashable, Sendable {
    /// Until a connection stands: its name resolved, TCP and TLS agreed on.
    public var connect: TimeAmount
    /// From the request's writing until the final response's head is whole.
    public var firstByte: TimeAmount
    /// Between two reads of a body; time in which reading was paused does not count.
    public var betweenBytes: TimeAmount
    /// From ``UpstreamPool/send(_:method:to:onFreshConnection:)`` to the response's end; for each try.
    public var total: TimeAmount

    /// Timeouts of which every one can be left at its default: those of the clients, which wait 600 s for an answer.
    public init(
        connect: TimeAmount = .seconds(5),
        firstByte: TimeAmount = .seconds(600),
        betweenBytes: TimeAmount = .seconds(60),
        total: TimeAmount = .seconds(1800)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.betweenBytes = betweenBytes
        self.total = total
    }
}

/// A secret field of requests to one upstream. It is written to the upstream and nowhere else: every way to show it
/// shows `<redacted>`.
public struct UpstreamSecret: Hashable, Sendable {
    private enum Field: Hashable, Sendable {
        case bearer, apiKey
    }

    private let field: Field
    private let value: String

    /// `Authorization: Bearer <token>` (RFC 6750 §2.1).
    public static func bearer(_ token: String) -> UpstreamSecret { UpstreamSecret(field: .bearer, value: token) }

    /// `x-api-key: <key>`, as Anthropic's API has it.
    public static func apiKey(_ key: String) -> UpstreamSecret { UpstreamSecret(field: .apiKey, value: key) }

    /// Writes the field line into a request's head.
    public func write(to head: inout WireText) {
        switch self.field {
        case .bearer: HeadWriter.field("authorization", "Bearer \(self.value)" as String, to: &head)
        case .apiKey: HeadWriter.field("x-api-key", self.value, to: &head)
        }
    }
}

extension UpstreamSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// Shows no property to `dump` and its like.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
