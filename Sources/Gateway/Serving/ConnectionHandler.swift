import ChatWire
import HTTPWire
import Logging
import NIOCore
import NIOTLS
import ReleaseModel
import Telemetry

/// One client connection: reads requests one after the other, and lets an ``Exchange`` answer each.
///
/// Requests that come while one is answered wait in the parser. Everything happens on the connection's event loop. A
/// connection that turns out to speak HTTP/2 is handed over to an ``HTTP2Connection`` before anything of it is read.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The most bytes that may wait behind a request that is being answered.
    private static let maximumWaitingBytes = 1 << 20

    let worker: Worker
    private(set) var context: ChannelHandlerContext?
    private var parser: RequestParser
    private var keys = KeyMemory()
    private var pending: PendingRequest?
    private var exchange: Exchange?
    /// Whether the connection goes on after the answer, and whether an answer of unknown length comes in chunks.
    var (keepsAlive, isChunked) = (true, true)
    /// Whether only the head of an answer is asked for.
    private(set) var isHead = false
    /// What was taken of an answer that comes in pieces, and is not sent yet.
    var outbound = ByteBuffer()
    private var reading: Deadline
    /// Until when the client has to take what it was sent, and how much that was.
    private var writing = Deadline()
    private var writtenBytes = 0
    private var isClosing = false
    /// Whether what is read first may be HTTP/2's preface.
    private var mayBecomeHTTP2: Bool

    /// - Parameter isTLS: whether TLS says which version is spoken; else the first bytes do (RFC 9113 §3.3).
    init(worker: Worker, isTLS: Bool = false) {
        self.worker = worker
        self.parser = RequestParser(limits: worker.configuration.limits)
        self.reading = Deadline(seconds: worker.configuration.headSeconds)
        self.mayBecomeHTTP2 = worker.configuration.http2 && !isTLS
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.worker.add(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isClosing else { return }
        if self.parser.isIdle, self.outbound.readableBytes == 0 {
            self.reading.set(seconds: self.worker.configuration.headSeconds)
        }
        if self.mayBecomeHTTP2 { return self.readFirst(self.unwrapInboundIn(data), context) }
        self.parser.append(self.unwrapInboundIn(data))
        if self.exchange == nil {
            self.readRequests()
        } else if self.parser.bufferedBytes > Self.maximumWaitingBytes {
            self.close()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            // The last answer has its time as a whole.
            if !self.isClosing { self.writing.clear() }
        } else {
            self.writing.set(seconds: self.worker.configuration.writeSeconds, forBytes: self.writtenBytes)
        }
        self.exchange?.clientWritability(isWritable: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        // A client that sends its end while it waits has left, as far as an HTTP client can say so.
        case ChannelEvent.inputClosed: context.close(promise: nil)
        case TLSUserEvent.handshakeCompleted(negotiatedProtocol: "h2"): self.becomeHTTP2(ByteBuffer(), context)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset by the client, a failed handshake and the like: the connection is of no more use, and nobody is there
        // to be told.
        context.close(promise: nil)
    }

    private func end() {
        self.isClosing = true
        self.worker.remove(self)
        self.exchange?.clientLeft()
        self.exchange = nil
        if let place = self.pending?.place { self.worker.hasRead(place) }
        self.pending = nil
    }

    // MARK: The version

    /// Looks whether what came first is HTTP/2's preface, which no request of HTTP/1.1 begins like for two bytes.
    private func readFirst(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        self.outbound.writeImmutableBuffer(bytes)
        guard let isWhole = FrameMeter.isPreface(self.outbound) else {
            self.mayBecomeHTTP2 = false
            self.parser.append(self.outbound)
            self.outbound = ByteBuffer()
            return self.readRequests()
        }
        guard isWhole else { return }
        let first = self.outbound
        self.outbound = ByteBuffer()
        self.becomeHTTP2(first, context)
    }

    private func becomeHTTP2(_ first: ByteBuffer, _ context: ChannelHandlerContext) {
        do {
            try HTTP2Connection.take(over: context, from: self, worker: self.worker)
        } catch {
            return self.close()
        }
        if first.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(first)) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    // MARK: Reading

    private func readRequests() {
        do throws(RequestFault) {
            while self.exchange == nil, !self.isClosing, let part = try self.parser.next() {
                switch consume part {
                case .head(let head): self.begin(head)
                case .body(let bytes): self.receive(bytes)
                case .end: self.finishReading()
                }
            }
        } catch {
            self.worker.shared.metrics.refusals[error.reason.rawValue].increment()
            let head = self.parser.refusedHead ?? self.pending?.head
            self.isHead = self.parser.method == .head
            self.refuse(.init(error), format: head.map(Route.format))
        }
    }

    private func begin(_ head: RequestHead) {
        (self.keepsAlive, self.isChunked) = (head.keepsAlive, head.version == .http11)
        self.isHead = head.method == .head
        var pending = PendingRequest(head, worker: self.worker, keys: &self.keys)
        let isThere = if case .length(let bytes) = head.framing { bytes <= self.parser.bufferedBytes } else { false }
        let entry = pending.enter(isThere: isThere || head.framing == .none, worker: self.worker)
        let place = pending.place
        self.pending = consume pending
        switch entry {
        case .tooLarge: return self.answerEarly()
        case .waits(let bytes):
            self.reading.set(seconds: self.worker.configuration.bodySeconds, forBytes: bytes)
            if let place { self.worker.reading(place, .connection(self)) }
            guard self.makeRoom() else { return }
        case .comesAtOnce: break
        }
        if head.expectsContinue {
            let interim = self.worker.message { head in
                HeadWriter.status(100, to: &head)
                HeadWriter.endOfHead(to: &head)
            }
            self.write(interim)
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        guard var pending = self.pending.take() else { return }  // so that the buffer is not shared while it grows
        let isTooLarge = !pending.append(bytes)
        if let place = pending.place { self.worker.received(bytes.readableBytes, at: place) }
        self.pending = consume pending
        if isTooLarge { self.answerEarly() } else { _ = self.makeRoom() }
    }

    /// Whether there is room for the body, after others have given way if need be.
    private func makeRoom() -> Bool {
        self.worker.makeRoom({ PendingRequest.takeRoom(in: &self.pending) }, orElse: { self.giveWay() })
    }

    /// Answers without reading the rest of the body, and closes.
    private func answerEarly() {
        self.keepsAlive = false
        self.finishReading()
    }

    private func finishReading() {
        guard let pending = self.pending.take() else { return }
        if let place = pending.place { self.worker.hasRead(place) }
        self.reading.clear()
        let exchange = Exchange(consume pending, worker: self.worker, front: .connection(self))
        self.exchange = exchange
        exchange.start()
    }

    /// Answers what never becomes an exchange, and closes.
    private func refuse(_ error: WireError, format: WireFormat? = nil) {
        let format = format ?? self.pending?.format ?? .openAI
        if let place = self.pending?.place { self.worker.hasRead(place) }
        self.pending = nil
        self.isClosing = true
        self.keepsAlive = false
        let answer = self.worker.answer(error, format: format)
        self.answer(answer.body) { answer.head(self.worker, to: &$0) }
    }

    /// Another body needs the room.
    func giveWay() {
        self.refuse(self.worker.overloaded())
    }

    // MARK: Writing

    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        self.writtenBytes = bytes.readableBytes
        self.context?.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    }

    /// The exchange has written its whole answer.
    func exchangeEnded(keepsAlive: Bool) {
        self.exchange = nil
        guard keepsAlive, !self.isClosing, !self.worker.isDraining else {
            self.isClosing = true
            return self.closeAfterWrites()
        }
        self.reading.set(seconds: self.worker.configuration.idleSeconds)
        guard self.parser.bufferedBytes > 0 else { return }
        // Not from here: a client that sends a thousand requests at once would be answered a thousand calls deep.
        let bound = NIOLoopBound(self, eventLoop: self.worker.loop)
        self.worker.loop.execute { bound.value.readRequests() }
    }

    /// Sends our end first and waits a moment for the client's: a close with unread bytes would be a reset that can
    /// take the answer with it (RFC 9112 §9.6).
    private func closeAfterWrites() {
        guard let context else { return }
        self.reading.clear()
        self.writing.set(seconds: self.worker.configuration.writeSeconds, forBytes: self.writtenBytes)
        context.close(mode: .output).assumeIsolated().whenComplete { _ in
            self.writing.clear()
            self.reading.set(seconds: 2)
        }
    }

    func close() {
        self.isClosing = true
        self.context?.close(promise: nil)
    }
}

extension ConnectionHandler: ServedConnection {
    func checkDeadline(at now: UInt64) {
        self.exchange?.keepAlive(at: now)
        // Who takes an answer too slowly is cut without a word: a word would wait behind the answer.
        if self.writing.isOver(at: now) {
            self.worker.shared.metrics.connectionsCut[.slowReader].increment()
            self.isClosing = true
            self.context?.channel.reset()
            return
        }
        guard self.reading.isOver(at: now) else { return }
        if self.isClosing { return self.close() }
        guard self.parser.isIdle else {
            self.reading.clear()
            return self.refuse(self.worker.timedOut())
        }
        // A client that still reads an answer does not rest.
        if self.isWritable { self.close() } else { self.reading.set(seconds: self.worker.configuration.idleSeconds) }
    }

    func drain() {
        if self.exchange == nil, self.parser.isIdle { self.close() }
    }
}
