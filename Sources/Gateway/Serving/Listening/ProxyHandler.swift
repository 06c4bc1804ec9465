import HTTPWire
import NIOCore
import Telemetry

/// Reads what a named proxy says of a connection before its own bytes, counts it as its client's, and leaves.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let shared: SharedParts
    private var bytes = ByteBuffer()
    private var isRead = false

    init(_ shared: SharedParts) {
        self.shared = shared
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isRead else { return context.fireChannelRead(data) }
        self.bytes.writeImmutableBuffer(self.unwrapInboundIn(data))
        do {
            guard let header = try ProxyHeader.read(self.bytes) else { return }
            self.isRead = true
            self.bytes.moveReaderIndex(forwardBy: header.length)
            if let client = header.client { try self.shared.count(client, of: context.channel) }
        } catch {
            if error is ProxyHeader.Fault { self.shared.metrics.connectionsCut[.proxyHeader].increment() }
            self.isRead = true
            self.bytes = ByteBuffer()
            return context.close(promise: nil)
        }
        let rest = self.bytes
        self.bytes = ByteBuffer()
        if rest.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(rest)) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
