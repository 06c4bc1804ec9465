import ChatWire
import HTTPWire
import Logging
import NIOCore
import ReleaseModel
import Telemetry

/// One client connection: reads requests one after the other, and lets an ``Exchange`` answer each.
///
/// Requests that come while one is answered wait in the parser. Everything happens on the connection's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The most bytes that may wait behind a request that is being answered.
    private static let maximumWaitingBytes = 1 << 20
    /// The largest body that is read from a caller without a valid key before the refusal.
    static let maximumBodyWithoutKey = 64 << 10

    let worker: Worker
    private var context: ChannelHandlerContext?
    private var parser: RequestParser
    private var keys = KeyMemory()
    private var pending: PendingRequest?
    private var exchange: Exchange?
    private var deadline: UInt64
    /// Seconds from the next look at deadlines on that are the next deadline: so reading costs no look at the clock.
    private var wait: Int64?
    private var isClosing = false

    init(worker: Worker) {
        self.worker = worker
        self.parser = RequestParser(limits: worker.configuration.limits)
        self.deadline = .max
        self.wait = worker.configuration.headSeconds
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.worker.add(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isClosing else { return }
        if self.parser.isIdle { self.setDeadline(seconds: self.worker.configuration.headSeconds) }
        self.parser.append(self.unwrapInboundIn(data))
        if self.exchange == nil {
            self.readRequests()
        } else if self.parser.bufferedBytes > Self.maximumWaitingBytes {
            self.close()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.exchange?.clientWritability(isWritable: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that sends its end while it waits has left, as far as an HTTP client can say so.
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
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
        // A reset by the client and the like: the connection is of no more use, and nobody is there to be told.
        context.close(promise: nil)
    }

    private func end() {
        self.isClosing = true
        self.worker.remove(self)
        self.exchange?.clientLeft()
        self.exchange = nil
        self.pending = nil
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
            self.refuse(error)
        }
    }

    private func begin(_ head: RequestHead) {
        let pending = PendingRequest(head, worker: self.worker, keys: &self.keys)
        let mayHaveLargeBody = pending.mayHaveLargeBody
        self.pending = consume pending
        switch head.framing {
        case .length(let bytes) where bytes > Self.maximumBodyWithoutKey && !mayHaveLargeBody:
            return self.answerEarly()
        case .length(let bytes) where bytes > self.parser.bufferedBytes: self.allowBodyTime(bytes: bytes)
        case .chunked: self.allowBodyTime(bytes: self.worker.configuration.limits.bodyBytes)
        case .length, .none, .untilClose: break
        }
        if head.expectsContinue {
            let interim = self.worker.message { head in
                HeadWriter.status(100, to: &head)
                HeadWriter.endOfHead(to: &head)
            }
            self.write(interim, flush: true)
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        guard var pending = self.pending.take() else { return }  // so that the buffer is not shared while it grows
        pending.append(bytes)
        let isTooLarge = !pending.mayHaveLargeBody && pending.body.readableBytes > Self.maximumBodyWithoutKey
        self.pending = consume pending
        if isTooLarge { self.answerEarly() }
    }

    /// Answers without reading the rest of the body, and closes.
    private func answerEarly() {
        self.pending?.keepsAlive = false
        self.finishReading()
    }

    private func finishReading() {
        guard let pending = self.pending.take() else { return }
        self.setNoDeadline()
        let exchange = Exchange(consume pending, worker: self.worker, front: self)
        self.exchange = exchange
        exchange.start()
    }

    private func refuse(_ fault: RequestFault) {
        self.worker.shared.metrics.refusals[fault.reason.rawValue].increment()
        let format = (self.parser.refusedHead ?? self.pending?.head).map(Route.format) ?? .openAI
        let id = self.worker.newRequestID(at: self.worker.now()).description
        let error = WireError(
            status: fault.status, code: fault.status == 413 ? "body_too_large" : fault.reason.rawValue,
            message: "\(fault.message) (\(fault.clause))")
        self.worker.shared.logger.debug(
            "refused", metadata: ["request": "\(id)", "code": "\(error.code)", "status": "\(error.status)"])
        self.isClosing = true
        self.write(Answer(error, format: format, requestID: id, keepsAlive: false).bytes(self.worker), flush: true)
        self.closeAfterWrites()
    }

    // MARK: What an exchange asks for

    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer, flush: Bool) {
        guard let context else { return }
        if flush {
            context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
        } else {
            context.write(self.wrapOutboundOut(bytes), promise: nil)
        }
    }

    /// The exchange has written its whole answer.
    func exchangeEnded(keepsAlive: Bool) {
        self.exchange = nil
        guard keepsAlive, !self.worker.isDraining else {
            self.isClosing = true
            return self.closeAfterWrites()
        }
        self.setDeadline(seconds: self.worker.configuration.idleSeconds)
        guard self.parser.bufferedBytes > 0 else { return }
        // Not from here: a client that sends a thousand requests at once would be answered a thousand calls deep.
        let bound = NIOLoopBound(self, eventLoop: self.worker.loop)
        self.worker.loop.execute { bound.value.readRequests() }
    }

    // MARK: Deadlines

    private func setDeadline(seconds: Int64) {
        self.wait = seconds
    }

    private func setNoDeadline() {
        (self.deadline, self.wait) = (.max, nil)
    }

    private func allowBodyTime(bytes: Int) {
        self.setDeadline(seconds: self.worker.configuration.bodySeconds * Int64(1 + bytes / (256 << 10)))
    }

    func checkDeadline(at now: UInt64) {
        self.exchange?.keepAlive(at: now)
        if let wait = self.wait.take() {
            self.deadline = now &+ UInt64(wait) * 1_000_000_000
        }
        guard now >= self.deadline else { return }
        if self.parser.isIdle || self.isClosing { return self.close() }
        self.setNoDeadline()
        self.isClosing = true
        let format = self.pending?.format ?? .openAI
        let error = WireError(
            status: 408, code: "request_timeout", message: "The request did not come in time. Send it again, faster.")
        let id = self.worker.newRequestID(at: self.worker.now()).description
        self.write(Answer(error, format: format, requestID: id, keepsAlive: false).bytes(self.worker), flush: true)
        self.closeAfterWrites()
    }

    func drain() {
        if self.exchange == nil, self.parser.isIdle { self.close() }
    }

    func close() {
        self.isClosing = true
        self.context?.close(promise: nil)
    }

    /// Sends our end first and waits a moment for the client's: a close with unread bytes would be a reset that can
    /// take the answer with it (RFC 9112 §9.6).
    private func closeAfterWrites() {
        guard let context else { return }
        self.setDeadline(seconds: 2)
        context.close(mode: .output, promise: nil)
    }
}
