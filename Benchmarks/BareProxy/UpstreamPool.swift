import NIOCore
import NIOPosix

/// Connections to the upstream that wait for the next request, all on one event loop.
final class UpstreamPool {
    private let port: Int
    private let loop: any EventLoop
    private var idle: [UpstreamHandler] = []

    init(port: Int, loop: any EventLoop) {
        self.port = port
        self.loop = loop
    }

    /// Gives the request to a waiting connection, or opens one for it. The answer comes to `front`.
    func forward(_ request: ByteBuffer, for front: FrontHandler) {
        while let handler = self.idle.popLast() {
            if handler.begin(request, for: front) { return }
        }
        self.connect().assumeIsolated().whenComplete { result in
            switch result {
            case .success(let handler):
                if !handler.begin(request, for: front) { front.upstreamFailed() }
            case .failure:
                front.upstreamFailed()
            }
        }
    }

    /// Takes back a connection whose answer is complete.
    func giveBack(_ handler: UpstreamHandler) {
        self.idle.append(handler)
    }

    /// Forgets a connection that has ended.
    func remove(_ handler: UpstreamHandler) {
        self.idle.removeAll { $0 === handler }
    }

    private func connect() -> EventLoopFuture<UpstreamHandler> {
        let pool = NIOLoopBound(self, eventLoop: self.loop)
        return ClientBootstrap(group: self.loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UpstreamHandler(pool: pool.value))
                }
            }
            .connect(host: "127.0.0.1", port: self.port)
            .flatMapThrowing { try $0.pipeline.syncOperations.handler(type: UpstreamHandler.self) }
    }
}
