import NIOCore

/// A connection to the upstream: writes a request and counts the answer's bytes until it is complete.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case idle
        /// The answer's head is not complete; these bytes of it have come.
        case head(FrontHandler, ByteBuffer?)
        case body(FrontHandler, remaining: Int)
        case ended
    }

    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    private var state = State.idle

    init(pool: UpstreamPool) {
        self.pool = pool
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Sends a request and lets its answer go to `front`. False where this connection can no longer be used.
    func begin(_ request: ByteBuffer, for front: FrontHandler) -> Bool {
        guard case .idle = self.state, let context = self.context else { return false }
        guard front.isOpen else {
            self.pool.giveBack(self)
            return true
        }
        self.state = .head(front, nil)
        front.attach(self)
        context.writeAndFlush(self.wrapOutboundOut(request), promise: nil)
        return true
    }

    /// The client has gone: the rest of the answer is not wanted.
    func abandon() {
        self.state = .ended
        self.context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data)
        switch self.state {
        case .head(let front, var earlier):
            var head = bytes
            if earlier != nil {
                earlier?.writeImmutableBuffer(bytes)
                head = earlier ?? bytes
            }
            self.readHead(head, front)
        case .body(let front, let remaining):
            self.readBody(bytes, front, remaining: remaining)
        case .idle, .ended:
            // Bytes that nobody asked for: this connection cannot be trusted with another request.
            self.fail()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        self.fail()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail()
    }

    private func readHead(_ bytes: ByteBuffer, _ front: FrontHandler) {
        switch MessageLength.measure(bytes.readableBytesUInt8Span) {
        case .unknown:
            self.state = .head(front, bytes)
        case .unsupported:
            self.fail()
        case .known(let length):
            self.readBody(bytes, front, remaining: length)
        }
    }

    private func readBody(_ bytes: ByteBuffer, _ front: FrontHandler, remaining: Int) {
        let left = remaining - bytes.readableBytes
        guard left >= 0 else { return self.fail() }
        front.send(bytes)
        // Writing may have closed the client's connection, and with it this one.
        if case .ended = self.state { return }
        guard left == 0 else {
            self.state = .body(front, remaining: left)
            return
        }
        self.state = .idle
        self.pool.giveBack(self)
        front.answered()
    }

    /// Ends this connection, and the client's if an answer was under way.
    private func fail() {
        let state = self.state
        self.state = .ended
        switch state {
        case .head(let front, _), .body(let front, _): front.upstreamFailed()
        case .idle: self.pool.remove(self)
        case .ended: break
        }
        self.context?.close(promise: nil)
    }
}
