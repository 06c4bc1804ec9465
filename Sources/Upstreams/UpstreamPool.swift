public import HTTPWire
public import NIOCore
import NIOPosix
import NIOSSL

/// The connections of one event loop to one endpoint of an upstream.
///
/// It is made, used and shut down on its loop, so it needs no lock, and a request crosses no thread. Connections that
/// are free are used again, the youngest first, so that those that are not needed grow old and are closed.
public final class UpstreamPool {
    /// How long a free connection is kept.
    public static let idleTime = TimeAmount.seconds(60)
    /// How often timeouts are looked at: one task for the whole pool instead of one for each request.
    public static let tick = TimeAmount.milliseconds(100)

    /// The upstream that the connections go to.
    public let upstream: Upstream
    /// The loop that everything happens on.
    public let eventLoop: any EventLoop

    let address: UpstreamAddress
    private let socketAddress: SocketAddress?
    private let lookup: GuardedResolver.Lookup
    private var connections: [UpstreamConnection] = []
    private var idle = IdleConnections()
    private var isTicking = false
    private(set) var keepsIdle = true

    /// A pool without connections. Call it on the loop.
    public convenience init(to upstream: Upstream, endpoint: Int = 0, on eventLoop: any EventLoop) {
        self.init(to: upstream, endpoint: endpoint, on: eventLoop, lookup: GuardedResolver.system)
    }

    init(
        to upstream: Upstream, endpoint: Int = 0, on eventLoop: any EventLoop,
        lookup: @escaping GuardedResolver.Lookup
    ) {
        eventLoop.preconditionInEventLoop()
        self.upstream = upstream
        self.eventLoop = eventLoop
        self.address = upstream.endpoints[endpoint].address
        self.lookup = lookup
        // An address needs no resolver; a name is resolved at every connect, so that a change is followed.
        self.socketAddress = self.address.literal
    }

    /// How many connections there are, with those that are being made.
    public var connectionCount: Int { self.connections.count }
    /// How many of them are free.
    public var idleCount: Int { self.idle.count }

    /// Sends a request, on a free connection if there is one.
    ///
    /// - Parameters:
    ///   - request: The request, head and body.
    ///   - rest: What of the body is not among these bytes, and is sent behind them as it lies.
    ///   - method: Its method, which says whether the response has a body.
    ///   - delegate: Is told of the response, never before this call has returned, and kept until the exchange is over.
    ///   - onFreshConnection: Whether to make a new connection though others are free: for the one repetition after
    ///     ``UpstreamFault/staleConnection``.
    public func send(
        _ request: ByteBuffer, followedBy rest: ByteBuffer = ByteBuffer(), method: HTTPMethod,
        to delegate: any UpstreamExchangeDelegate, onFreshConnection: Bool = false
    ) -> UpstreamExchange {
        self.send(
            request, followedBy: rest, method: method, to: delegate, onFreshConnection: onFreshConnection,
            counting: nil)
    }

    /// - Parameter counting: As which try the board of several endpoints counts it.
    func send(
        _ request: ByteBuffer, followedBy rest: ByteBuffer, method: HTTPMethod,
        to delegate: any UpstreamExchangeDelegate, onFreshConnection: Bool, counting boardTry: BoardTry?
    ) -> UpstreamExchange {
        self.eventLoop.assertInEventLoop()
        let exchange = UpstreamExchange(method: method, delegate: delegate, now: .now(), counting: boardTry)
        let request = RequestBytes(start: request, rest: rest)
        if !onFreshConnection, let connection = self.takeRested(at: exchange.started) {
            connection.start(request, exchange)
        } else if self.makesRoom() {
            self.connect(UpstreamConnection(pool: self, request: request, exchange: exchange))
        } else {
            self.failLater(exchange, .poolExhausted)
        }
        return exchange
    }

    /// Tells of a failure when the caller has the exchange, unless it was cancelled by then.
    func failLater(_ exchange: UpstreamExchange, _ fault: UpstreamFault) {
        self.eventLoop.assumeIsolated().execute {
            exchange.finish(fault.result)?.upstream(exchange, didFail: fault)
        }
    }

    /// The youngest free connection that has rested and on which nothing waits to be read.
    private func takeRested(at now: NIODeadline) -> UpstreamConnection? {
        while let connection = self.idle.takeRested(at: now) {
            if connection.isQuiet { return connection }
            connection.close()
        }
        return nil
    }

    /// Closes the free connections, and from now on each other one when its exchange is over.
    public func shutDown() {
        self.eventLoop.preconditionInEventLoop()
        self.keepsIdle = false
        while let connection = self.idle.takeOldest() { connection.close() }
    }

    /// Whether one more connection may be made; the oldest free one gives way if it must.
    private func makesRoom() -> Bool {
        if self.connections.count < self.upstream.maximumConnectionsPerLoop { return true }
        guard let oldest = self.idle.takeOldest() else { return false }
        oldest.close()
        return true
    }

    // MARK: Connections

    private func connect(_ connection: UpstreamConnection) {
        connection.place = self.connections.count
        self.connections.append(connection)
        self.startTicking()
        let bound = NIOLoopBound(connection, eventLoop: self.eventLoop)
        let address = self.address
        let tls = address.scheme == .https ? self.upstream.tls : nil
        let resolver = GuardedResolver(
            rule: address.egress(allowsLocal: self.upstream.allowsLocalAddresses), eventLoop: self.eventLoop,
            lookup: self.lookup)
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .resolver(resolver)
            .connectTimeout(self.upstream.timeouts.connect)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls.handler(to: address)) }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        let connecting =
            self.socketAddress.map(bootstrap.connect(to:))
            ?? bootstrap.connect(host: address.host, port: address.port)
        connecting.assumeIsolated().whenFailure { error in
            connection.connectFailed(Self.fault(of: error))
        }
        connection.didBegin()
    }

    private static func fault(of error: any Error) -> UpstreamFault {
        let connection = error as? NIOConnectionError
        let causes = connection?.connectionErrors.map(\.error) ?? [error]
        for case ChannelError.connectTimeout in causes { return .connectTimedOut }
        for case let refused as EgressFault in [connection?.dnsAError, connection?.dnsAAAAError] {
            return .addressRefused("\(refused)")
        }
        return .connectFailed("\(error)")
    }

    /// Whether a certificate is the endpoint's own.
    func isProven(by certificate: NIOSSLCertificate?) -> Bool {
        self.upstream.tls?.proves(self.address, certificate) ?? false
    }

    /// The connection is free.
    func park(_ connection: UpstreamConnection) {
        self.idle.add(connection)
    }

    /// The connection is closed or closing. Says nothing of an exchange that it still has.
    func forget(_ connection: UpstreamConnection) {
        guard connection.place < self.connections.count, self.connections[connection.place] === connection else {
            return
        }
        if let last = self.connections.popLast(), last !== connection {
            last.place = connection.place
            self.connections[last.place] = last
        }
        self.idle.remove(connection)
    }

    // MARK: Time

    private func startTicking() {
        guard !self.isTicking else { return }
        self.isTicking = true
        self.scheduleTick()
    }

    private func scheduleTick() {
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.tick) {
            let now = NIODeadline.now()
            // A check may close connections and its delegate may send again, so a copy is walked.
            for connection in self.connections { connection.check(at: now) }
            if self.connections.isEmpty {
                self.isTicking = false
            } else {
                self.scheduleTick()
            }
        }
    }
}

@available(*, unavailable)
extension UpstreamPool: Sendable {}
