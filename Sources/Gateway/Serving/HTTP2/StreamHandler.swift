import ChatWire
import HTTPWire
import NIOCore
import NIOHPACK
import NIOHTTP2
import ReleaseModel
import Telemetry

/// One stream of an HTTP/2 connection: reads its one request, and lets an ``Exchange`` answer it.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    let worker: Worker
    private let connection: HTTP2Connection
    private(set) var context: ChannelHandlerContext?
    private var pending: PendingRequest?
    private var exchange: Exchange?
    private var hasHead = false
    /// Whether only the head of an answer is asked for.
    private(set) var isHead = false
    /// Whether the client has sent its whole request.
    private(set) var isRead = false
    /// Whether nothing is taken in any more: the answer is given, or nobody is there to get it.
    private var isDone = false
    /// What was taken of an answer that comes in pieces, and is not sent yet.
    var outbound = ByteBuffer()
    private var reading = Deadline()
    /// Until when the client has to take what it was sent.
    private var writing = Deadline()

    init(_ connection: HTTP2Connection) {
        self.connection = connection
        self.worker = connection.worker
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let id = try? context.channel.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        self.connection.add(self, id ?? .rootStream)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isDone else { return }
        switch self.unwrapInboundIn(data) {
        case .headers(let head) where !self.hasHead: self.begin(head.headers, endsStream: head.endStream)
        case .headers: self.refuse(RequestFault(.trailersRefused))
        case .data(let content):
            guard case .byteBuffer(let bytes) = content.data else { return }
            self.receive(bytes, endsStream: content.endStream)
        default: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard !self.isDone else { return }
        if context.channel.isWritable {
            self.writing.clear()
        } else {
            self.writing.set(seconds: self.worker.configuration.writeSeconds)
        }
        self.exchange?.clientWritability(isWritable: context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
        self.context = nil
    }

    /// The library has reset the stream, or its client has; its end follows.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    /// The stream is over, or its connection.
    func end() {
        self.isDone = true
        self.connection.remove(self)
        self.exchange?.clientLeft()
        self.exchange = nil
        if let place = self.pending?.place { self.worker.hasRead(place) }
        self.pending = nil
    }

    // MARK: Reading

    private func begin(_ headers: HPACKHeaders, endsStream: Bool) {
        (self.hasHead, self.isRead) = (true, endsStream)
        let head: RequestHead
        do throws(HTTP2HeadFault) {
            head = try RequestHead(
                lines: headers.lazy.map { (name: $0.name, value: $0.value) }, endsStream: endsStream,
                limits: self.worker.configuration.limits)
        } catch {
            switch error {
            case .refused(let fault): return self.refuse(fault)
            case .malformed: return self.reset(.protocolError)
            }
        }
        self.isHead = head.method == .head
        if case .length(let bytes) = head.framing, bytes > self.worker.configuration.limits.bodyBytes {
            return self.refuse(RequestFault(.bodyTooLarge), format: Route.format(of: head))
        }
        var pending = PendingRequest(head, worker: self.worker, keys: &self.connection.keys)
        let entry = pending.enter(isThere: endsStream, worker: self.worker)
        let place = pending.place
        self.pending = consume pending
        switch entry {
        case .comesAtOnce: return self.finishReading()
        case .tooLarge: return self.finishReading()
        case .waits(let bytes):
            self.reading.set(seconds: self.worker.configuration.bodySeconds, forBytes: bytes)
            if let place { self.worker.reading(place, .stream(self)) }
            guard self.makeRoom() else { return }
        }
        if head.expectsContinue { self.write(.headers(.init(headers: [":status": "100"])), flush: true) }
    }

    private func receive(_ bytes: ByteBuffer, endsStream: Bool) {
        if endsStream { self.isRead = true }
        guard var pending = self.pending.take() else { return }
        let isTooLarge = bytes.readableBytes > 0 && !pending.append(bytes)
        if let place = pending.place { self.worker.received(bytes.readableBytes, at: place) }
        let count = pending.body.readableBytes
        let format = pending.format
        self.pending = consume pending
        guard count <= self.worker.configuration.limits.bodyBytes else {
            return self.refuse(RequestFault(.bodyTooLarge), format: format)
        }
        if isTooLarge || endsStream { self.finishReading() } else { _ = self.makeRoom() }
    }

    /// Whether there is room for the body, after others have given way if need be.
    private func makeRoom() -> Bool {
        self.worker.makeRoom({ PendingRequest.takeRoom(in: &self.pending) }, orElse: { self.giveWay() })
    }

    private func finishReading() {
        guard let pending = self.pending.take() else { return }
        if let place = pending.place { self.worker.hasRead(place) }
        self.reading.clear()
        let exchange = Exchange(consume pending, worker: self.worker, front: .stream(self))
        self.exchange = exchange
        exchange.start()
    }

    private func refuse(_ fault: RequestFault, format: WireFormat? = nil) {
        self.worker.shared.metrics.refusals[fault.reason.rawValue].increment()
        self.refuse(WireError(fault), format: format)
    }

    /// Answers what never becomes an exchange.
    private func refuse(_ error: WireError, format: WireFormat? = nil) {
        let format = format ?? self.pending?.format ?? .openAI
        if let place = self.pending?.place { self.worker.hasRead(place) }
        self.pending = nil
        let answer = self.worker.answer(error, format: format)
        self.answer(answer.body) { answer.head(self.worker, to: &$0) }
    }

    /// Another body needs the room.
    func giveWay() {
        self.refuse(self.worker.overloaded())
    }

    // MARK: Writing

    func write(_ frame: HTTP2Frame.FramePayload, flush: Bool, promise: EventLoopPromise<Void>? = nil) {
        guard let context else { return }
        if flush {
            context.writeAndFlush(self.wrapOutboundOut(frame), promise: promise)
        } else {
            context.write(self.wrapOutboundOut(frame), promise: promise)
        }
    }

    func reset(_ code: HTTP2ErrorCode) {
        self.isDone = true
        self.write(.rstStream(code), flush: true)
    }

    /// The whole answer is written; the client has so much time to take it.
    func exchangeEnded(bytes: Int) {
        self.exchange = nil
        self.isDone = true
        self.reading.clear()
        self.writing.set(seconds: self.worker.configuration.writeSeconds, forBytes: bytes)
    }

    func checkDeadline(at now: UInt64) {
        self.exchange?.keepAlive(at: now)
        if self.writing.isOver(at: now) {
            self.worker.shared.metrics.connectionsCut[.slowReader].increment()
            self.reset(.cancel)
            return self.end()
        }
        guard self.reading.isOver(at: now) else { return }
        self.reading.clear()
        self.refuse(self.worker.timedOut())
    }
}
