import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// An upstream on a free loopback port whose misbehaviour is chosen by the path of each request.
final class ScriptedServer: Sendable {
    /// What is done with one request.
    enum Act: Sendable {
        /// Write these bytes.
        case send(String)
        /// Write this many bytes of `x` as fast as the reader takes them.
        case flood(Int)
        /// Write these bytes every so many milliseconds until the connection closes.
        case drip(String, milliseconds: Int64)
        /// Close the connection in order.
        case close
        /// Reset the connection.
        case reset
    }

    struct Counts: Sendable {
        var connections = 0
        var open = 0
        var requests = 0
        var requestsByConnection: [Int] = []
    }

    let counts = Shared(Counts())
    let port: Int
    private let channel: any Channel

    init(on group: any EventLoopGroup, _ script: @escaping @Sendable (_ path: String, _ number: Int) -> [Act])
        async throws
    {
        let counts = self.counts
        self.channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(counts: counts, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    func close() async throws {
        try await self.channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let counts: Shared<Counts>
        private let script: @Sendable (String, Int) -> [Act]
        private var received = ""
        private var place = 0
        private var isOpen = true

        init(counts: Shared<Counts>, script: @escaping @Sendable (String, Int) -> [Act]) {
            self.counts = counts
            self.script = script
        }

        func channelActive(context: ChannelHandlerContext) {
            self.place = self.counts.withLockedValue {
                $0.connections += 1
                $0.open += 1
                $0.requestsByConnection.append(0)
                return $0.requestsByConnection.count - 1
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.isOpen = false
            self.counts.withLockedValue { $0.open -= 1 }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received += String(buffer: self.unwrapInboundIn(data))
            while self.received.utf8.count >= 4, let end = self.received.firstRange(of: "\r\n\r\n") {
                let path = String(self.received.split(separator: " ")[1])
                self.received = String(self.received[end.upperBound...])
                let place = self.place
                let number = self.counts.withLockedValue {
                    $0.requests += 1
                    $0.requestsByConnection[place] += 1
                    return $0.requestsByConnection[place]
                }
                for act in self.script(path, number) { self.perform(act, context) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func perform(_ act: Act, _ context: ChannelHandlerContext) {
            guard self.isOpen else { return }
            switch act {
            case .send(let text):
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .flood(let bytes):
                context.writeAndFlush(
                    self.wrapOutboundOut(ByteBuffer(repeating: UInt8(ascii: "x"), count: bytes)), promise: nil)
            case .drip(let text, let milliseconds):
                self.perform(.send(text), context)
                let again = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
                    again.value.0.perform(act, again.value.1)
                }
            case .close:
                context.close(promise: nil)
            case .reset:
                // With a linger of no time, closing sends a reset.
                let context = NIOLoopBound(context, eventLoop: context.eventLoop)
                guard let options = context.value.channel as? any SocketOptionProvider else { return }
                options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated()
                    .whenComplete { _ in context.value.close(promise: nil) }
            }
        }
    }
}

extension String {
    fileprivate func firstRange(of other: String) -> Range<Index>? {
        let bytes = Array(self.utf8)
        let wanted = Array(other.utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: wanted) }) else { return nil }
        let lower = self.utf8.index(self.utf8.startIndex, offsetBy: start)
        return lower..<self.utf8.index(lower, offsetBy: wanted.count)
    }
}
