public import HTTPWire
public import ReleaseModel
public import Upstreams

/// What a gateway is told at its start. Upstreams come from here and from nowhere else: no request can name one.
public struct GatewayConfiguration: Sendable {
    /// The address to listen at.
    public var host: String
    /// The port to listen at; 0 is any free one.
    public var port: Int
    /// Event loops; one a core if 0.
    public var loops: Int
    /// The region that this gateway is in, as grants name it.
    public var region: Name?
    /// Bounds on what a client may send.
    public var limits: HTTPLimits
    /// Whether HTTP/2 is spoken beside HTTP/1.1: where TLS settles on it, and in clear text where a client begins so.
    public var http2 = true
    /// The most requests under way on one connection of HTTP/2; more are refused as they come.
    public var maximumStreams = 100
    /// The most open connections; more are closed as they come.
    public var maximumConnections: Int
    /// The most open connections of one client address; more are closed as they come. Named proxies have no such bound.
    public var maximumConnectionsOfAddress = 1_000
    /// The most memory that request bodies may take in all, while they are read and until they are answered, in bytes.
    public var maximumBufferedBytes = 1 << 30
    /// How long a client may take to read what it was sent, in seconds, for each started 256 KiB of it.
    public var writeSeconds: Int64 = 30
    /// The proxies in front, which have no bound of connections.
    public var proxies: [AddressRange] = []
    /// Whether each connection of such a proxy begins with what the proxy says of it (the PROXY protocol).
    public var proxyProtocol = false
    /// How long a client may take for a request's head, and how long a kept connection may rest, in seconds.
    public var headSeconds: Int64
    /// How long a connection may rest between requests, in seconds.
    public var idleSeconds: Int64
    /// How long a client may take for a request's body, in seconds, for each started 256 KiB of it.
    public var bodySeconds: Int64
    /// How long requests in flight may go on after a stop was asked for, in seconds.
    public var drainSeconds: Int64
    /// What is reserved for an answer if neither the request nor the grant bounds it, in tokens.
    public var defaultOutputTokens: Int
    /// The most tokens that one request may reserve, its prompt and all that is written for it.
    public var maximumRequestTokens: Int
    /// How long a client that waits for a stream may hear nothing, in seconds; then it is told that somebody is there.
    public var keepAliveSeconds: Int64
    /// The largest plain answer that is passed on, in bytes.
    public var maximumAnswerBytes: Int
    /// The upstreams by the names that versions call them.
    public var upstreams: [Name: Upstream]

    /// A configuration; what is left out has the documented default.
    public init(
        host: String = "127.0.0.1", port: Int = 7080, loops: Int = 0, region: Name? = nil,
        limits: HTTPLimits = HTTPLimits(), maximumConnections: Int = 10_000, headSeconds: Int64 = 10,
        idleSeconds: Int64 = 75, bodySeconds: Int64 = 30, drainSeconds: Int64 = 30, defaultOutputTokens: Int = 4_096,
        maximumRequestTokens: Int = 16 << 20, keepAliveSeconds: Int64 = 10,
        maximumAnswerBytes: Int = 64 << 20, upstreams: [Name: Upstream] = [:]
    ) {
        self.host = host
        self.port = port
        self.loops = loops
        self.region = region
        self.limits = limits
        self.maximumConnections = maximumConnections
        self.headSeconds = headSeconds
        self.idleSeconds = idleSeconds
        self.bodySeconds = bodySeconds
        self.drainSeconds = drainSeconds
        self.defaultOutputTokens = defaultOutputTokens
        self.maximumRequestTokens = maximumRequestTokens
        self.keepAliveSeconds = keepAliveSeconds
        self.maximumAnswerBytes = maximumAnswerBytes
        self.upstreams = upstreams
    }
}
