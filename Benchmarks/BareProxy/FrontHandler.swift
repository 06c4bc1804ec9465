import NIOCore

/// A client's connection: collects one whole request, sends it on in one write, and passes the answer back as it comes.
final class FrontHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    /// Bytes that are not sent on yet: the beginning of a request, or the next one while an answer is under way.
    private var waiting: ByteBuffer?
    private var upstream: UpstreamHandler?
    private var isAnswering = false

    init(pool: UpstreamPool) {
        self.pool = pool
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if self.waiting == nil {
            self.waiting = bytes
        } else {
            self.waiting?.writeBuffer(&bytes)
        }
        if !self.isAnswering { self.forwardNext() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        // A client that leaves ends the upstream's work too: its connection cannot be used for another request.
        self.upstream?.abandon()
        self.upstream = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Whether somebody is still there to be answered.
    var isOpen: Bool { self.context != nil }

    /// The connection that now works for this client.
    func attach(_ upstream: UpstreamHandler) {
        self.upstream = upstream
    }

    /// A part of the answer.
    func send(_ bytes: ByteBuffer) {
        guard let context = self.context else { return }
        context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    }

    /// The answer is complete; the next request may begin.
    func answered() {
        self.upstream = nil
        self.isAnswering = false
        self.forwardNext()
    }

    /// The answer cannot be completed. What has been sent cannot be taken back, so the connection ends.
    func upstreamFailed() {
        self.upstream = nil
        self.context?.close(promise: nil)
    }

    private func forwardNext() {
        guard var bytes = self.waiting, let context = self.context else { return }
        switch MessageLength.measure(bytes.readableBytesUInt8Span) {
        case .unknown:
            break
        case .unsupported:
            context.close(promise: nil)
        case .known(let length):
            guard let request = bytes.readSlice(length: length) else { return }
            self.waiting = bytes.readableBytes > 0 ? bytes : nil
            self.isAnswering = true
            self.pool.forward(request, for: self)
        }
    }
}
