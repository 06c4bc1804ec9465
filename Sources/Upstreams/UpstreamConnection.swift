import HTTPWire
import NIOCore
import NIOSSL
import NIOTLS

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The bytes of a request: its beginning, and a long rest that is in another's memory.
struct RequestBytes {
    let start: ByteBuffer
    let rest: ByteBuffer
}

/// One connection to an upstream: the shell around a ``ResponseParser``. It carries one exchange at a time.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    private var parser = ResponseParser()
    private var exchange: UpstreamExchange?
    /// The request, until the connection stands.
    private var unsent: RequestBytes?
    /// Whether the connection stands only when TLS has been agreed on.
    private let awaitsTLS: Bool
    private var isConnected = false
    /// The socket, once it is connected; to be looked at only while the channel is open.
    private var socket: NIOBSDSocket.Handle?
    private var isReusable = false
    private var hasServed = false
    private var sawError = false
    private var isClosing = false
    /// Whether ``UpstreamPool/send(_:method:to:onFreshConnection:)`` has not returned yet: what fails at once is told
    /// later, since the caller does not have the exchange that it is told of.
    private var isBeingSent = true
    private var holdsRead = false
    private var readSize = ReadSize.answer
    private(set) var idleSince = NIODeadline.now()
    /// Where the pool keeps it; the pool's alone.
    var place = 0

    /// A connection that will send `request` as soon as it stands.
    init(pool: UpstreamPool, request: RequestBytes, exchange: UpstreamExchange) {
        self.pool = pool
        self.awaitsTLS = pool.address.scheme == .https
        self.unsent = request
        self.exchange = exchange
        exchange.attach(to: self)
    }

    // MARK: Exchanges

    /// Sends another request on a connection that stands and is idle.
    func start(_ request: RequestBytes, _ exchange: UpstreamExchange) {
        self.exchange = exchange
        exchange.attach(to: self)
        self.hasServed = true
        self.isBeingSent = true
        self.write(request, exchange)
        self.isBeingSent = false
    }

    /// Whether nothing has come, neither bytes nor an end, that the loop has not read yet.
    var isQuiet: Bool {
        guard self.context?.channel.isActive == true else { return false }
        guard let socket = self.socket else { return true }
        var byte: UInt8 = 0
        let flags = CInt(MSG_PEEK) | CInt(MSG_DONTWAIT)
        return unsafe recv(socket, &byte, 1, flags) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
    }

    /// Connecting has begun.
    func didBegin() {
        self.isBeingSent = false
    }

    private func write(_ request: RequestBytes, _ exchange: UpstreamExchange) {
        self.isReusable = false
        self.parser.begin(method: exchange.method)
        exchange.hasProgressed = true
        if request.rest.readableBytes > 0 {
            self.context?.write(self.wrapOutboundOut(request.start), promise: nil)
            self.context?.writeAndFlush(self.wrapOutboundOut(request.rest), promise: nil)
        } else {
            self.context?.writeAndFlush(self.wrapOutboundOut(request.start), promise: nil)
        }
    }

    /// The exchange was cancelled: nobody is told, and the upstream sees a close.
    func abandon() {
        self.exchange = nil
        self.close()
    }

    /// No connection came about.
    func connectFailed(_ fault: UpstreamFault) {
        self.isClosing = true
        self.pool.forget(self)
        self.fail(fault)
    }

    private func finishExchange() {
        let finished = self.exchange
        let delegate = finished?.finish(.served)
        self.exchange = nil
        // Bytes that are left over belong to no answer; and a request that is still being written would delay the next.
        if self.isReusable, self.parser.isIdle, self.context?.channel.isWritable == true, self.pool.keepsIdle {
            self.idleSince = .now()
            self.pool.park(self)
            self.readIfHeld()
        } else {
            self.close()
        }
        if let finished { delegate?.upstreamDidEnd(finished) }
    }

    private func fail(_ fault: UpstreamFault) {
        let failed = self.exchange
        self.exchange = nil
        self.close()
        guard let failed else { return }
        if self.isBeingSent {
            self.pool.failLater(failed, fault)
        } else {
            failed.finish(fault.result)?.upstream(failed, didFail: fault)
        }
    }

    func close() {
        guard !self.isClosing else { return }
        self.isClosing = true
        self.pool.forget(self)
        self.context?.close(promise: nil)
    }

    /// Closes what waits too long. The clock is read once a tick, for all connections.
    func check(at now: NIODeadline) {
        guard let exchange = self.exchange else {
            if now - self.idleSince >= UpstreamPool.idleTime { self.close() }
            return
        }
        let timeouts = self.pool.upstream.timeouts
        exchange.noteProgress(at: now)
        if now - exchange.started >= timeouts.total {
            self.fail(.totalTimedOut)
        } else if self.unsent != nil {
            // The bootstrap bounds the time that TCP takes, and this what TLS takes too.
            if now - exchange.started >= timeouts.connect { self.fail(.connectTimedOut) }
        } else if !exchange.hasHead {
            if now - exchange.lastProgress >= timeouts.firstByte { self.fail(.firstByteTimedOut) }
        } else if !exchange.isPaused, now - exchange.lastProgress >= timeouts.betweenBytes {
            self.fail(.stalled)
        }
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // Given up while the name was being resolved.
        if self.isClosing { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.isConnected = true
        self.socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        if !self.awaitsTLS { self.stands(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            if self.pool.isProven(by: try? context.pipeline.syncOperations.nioSSL_peerCertificate()) {
                self.stands(context)
            } else {
                self.fail(.tlsFailed("the certificate is not for the name that was asked for"))
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func stands(_ context: ChannelHandlerContext) {
        guard !self.isClosing, let exchange = self.exchange, let request = self.unsent else {
            context.close(promise: nil)
            return
        }
        self.unsent = nil
        self.write(request, exchange)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange = self.exchange else {
            // Nothing was asked for: whatever it is, it must not be taken for a later answer (RFC 9112 §6.3).
            self.close()
            return
        }
        self.parser.append(self.unwrapInboundIn(data))
        if exchange.hasHead { exchange.hasProgressed = true }
        self.tellParts(of: exchange)
    }

    /// A delegate may cancel or pause at every call, so it is looked again each time whether the exchange is still on.
    private func tellParts(of exchange: UpstreamExchange) {
        while self.exchange === exchange {
            let part: ResponsePart?
            do throws(ResponseFault) {
                part = try self.parser.next()
            } catch {
                return self.fail(.badResponse(error))
            }
            switch part {
            case .head(let head):
                self.isReusable = head.reusable
                exchange.noteHead(status: head.status)
                exchange.delegate?.upstream(exchange, didReceive: head)
            case .body(let body):
                exchange.delegate?.upstream(exchange, didReceive: body)
            case .end:
                return self.finishExchange()
            case nil:
                return
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if let exchange = self.exchange { exchange.delegate?.upstreamDidCompleteRead(exchange) }
    }

    /// Holds the read back while the exchange is paused: the socket's buffer fills and the upstream waits.
    func read(context: ChannelHandlerContext) {
        if self.exchange?.isPaused == true {
            self.holdsRead = true
        } else {
            context.read()
        }
    }

    /// Reads pieces of this size from here on. Connections carry much of one kind, so that it seldom changes.
    func read(_ size: ReadSize) {
        guard size != self.readSize else { return }
        self.readSize = size
        try? self.context?.channel.syncOptions?.setOption(.recvAllocator, value: size.allocator)
    }

    func readIfHeld() {
        guard self.holdsRead else { return }
        self.holdsRead = false
        self.context?.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.sawError = true
        if self.isConnected, self.unsent != nil { self.fail(.tlsFailed("\(error)")) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isClosing = true
        self.pool.forget(self)
        guard self.exchange != nil else { return }
        guard self.unsent == nil else {
            // Before it was connected, the connect future tells why.
            if self.isConnected { self.fail(.tlsFailed("the connection was closed within the handshake")) }
            return
        }
        let isUntouched = self.parser.awaitsFirstByte
        do throws(ResponseFault) {
            let part = try self.parser.close()
            // A body that ends by the close ends well only if the close was orderly.
            if case .end? = part, !self.sawError { return self.finishExchange() }
            self.fail(.truncated)
        } catch {
            switch error.reason {
            case .closedBeforeHead where isUntouched && self.hasServed: self.fail(.staleConnection)
            case .closedBeforeHead: self.fail(.closedBeforeHead)
            default: self.fail(.truncated)
            }
        }
    }
}

@available(*, unavailable)
extension UpstreamConnection: Sendable {}
