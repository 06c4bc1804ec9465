import HTTPWire
import NIOCore
import NIOPosix
import NIOSSL
import Telemetry

/// Takes connections in: counts them, and lays what each begins with.
struct Listener: Sendable {
    let crew: Crew
    let shared: SharedParts
    /// What is agreed on with clients first; `nil` without TLS.
    let tls: NIOSSLContext?

    /// TCP_NOTSENT_LOWAT of Linux: so much that was not sent yet the kernel keeps for a client that does not read. It
    /// would keep megabytes; what is under way to a client that reads is not bounded by it.
    private static let mostUnsent = NIOBSDSocket.Option(rawValue: 25)

    private var configuration: GatewayConfiguration { self.shared.configuration }

    func listen(on group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(Self.mostUnsent), value: 32 << 10)
            // What the kernel does not take waits here, and the upstream is paused after one read of it.
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 2 << 10, high: 4 << 10))
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.take(channel) } }
            .bind(host: self.configuration.host, port: self.configuration.port).get()
    }

    /// Throws where there is no place; the connection is closed then.
    private func take(_ channel: any Channel) throws {
        do throws(ConnectionCount.Fault) {
            try self.shared.connections.enter()
        } catch {
            self.shared.metrics.connectionsCut[.tooMany].increment()
            throw error
        }
        channel.closeFuture.whenComplete { [connections = self.shared.connections] _ in connections.leave() }
        let pipeline = channel.pipeline.syncOperations
        let address = channel.remoteAddress.flatMap(ClientAddress.init)
        if let address, self.configuration.proxies.contains(where: { $0.contains(address) }) {
            if self.configuration.proxyProtocol { try pipeline.addHandler(ProxyHandler(self.shared)) }
        } else if let address {
            try self.shared.count(address, of: channel)
        }
        if let tls = self.tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let worker = self.crew.worker(of: channel.eventLoop)
        try pipeline.addHandler(ConnectionHandler(worker: worker, isTLS: self.tls != nil))
    }
}

extension SharedParts {
    /// Counts a connection of an address as long as it is open.
    func count(_ address: ClientAddress, of channel: any Channel) throws(ConnectionCount.Fault) {
        let address = address.site
        do throws(ConnectionCount.Fault) {
            try self.connections.enter(address)
        } catch {
            self.metrics.connectionsCut[.tooManyOfAddress].increment()
            throw error
        }
        channel.closeFuture.whenComplete { [connections = self.connections] _ in connections.leave(address) }
    }
}

extension ClientAddress {
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(text)
    }
}
