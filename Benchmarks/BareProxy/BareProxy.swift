import NIOCore
import NIOPosix

/// The floor that the gateway is measured against: a reverse proxy that does nothing but move bytes.
///
/// It is no proxy to use. It checks nothing, limits nothing, has no deadline and no back-pressure, and understands only
/// messages whose end is given by `Content-Length`; anything else ends both connections. What it costs per request is
/// what event loop, sockets and kernel cost, so the rest of the gateway's figure is what the gateway itself costs.
@main
struct BareProxy {
    static func main() {
        guard let (listen, upstream) = Self.ports(CommandLine.arguments) else {
            return Self.stop("usage: bare-proxy LISTEN_PORT UPSTREAM_PORT   (both on 127.0.0.1, 1 to 65535)", status: 2)
        }
        do {
            try Self.serve(listen: listen, upstream: upstream)
        } catch {
            Self.stop("bare-proxy: \(error)", status: 1)
        }
    }

    /// Runs until the process is ended. One event loop, as one nginx worker is one thread.
    static func serve(listen: Int, upstream: Int) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let pool = NIOLoopBoundBox.makeBoxSendingValue(UpstreamPool(port: upstream, loop: loop), eventLoop: loop)
        let server = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            // One read per wake-up: a second would nearly always find nothing and cost a system call.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrontHandler(pool: pool.value))
                }
            }
            .bind(host: "127.0.0.1", port: listen).wait()
        try server.closeFuture.wait()
    }

    /// The two ports of the command line, or nothing where it is not two ports.
    static func ports(_ arguments: [String]) -> (listen: Int, upstream: Int)? {
        guard arguments.count == 3, let listen = UInt16(arguments[1]), let upstream = UInt16(arguments[2]),
            listen > 0, upstream > 0
        else { return nil }
        return (Int(listen), Int(upstream))
    }
}
