import ChatWire
import HTTPWire
import NIOCore
import NIOHTTP2
import Telemetry

/// One client connection that speaks HTTP/2: what is bounded and ended for all of its streams together.
///
/// It stands between the socket, or TLS, and the library that reads frames, so it sees every byte of both directions.
/// The library answers each fault as RFC 9113 asks; this closes the connection after a GOAWAY that says so, bounds what
/// the library does not, and knows the streams. Each of them lets an ``Exchange`` answer its request.
final class HTTP2Connection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Phase {
        case open
        /// The client was told that it must open no more streams, and is told in a moment which was the last
        /// (RFC 9113 §6.8).
        case draining(hasNamedLast: Bool)
        /// Nothing is read any more.
        case closing
    }

    let worker: Worker
    var keys = KeyMemory()
    private var context: ChannelHandlerContext?
    private var streams: [ObjectIdentifier: StreamHandler] = [:]
    private var lastStream = HTTP2StreamID.rootStream
    private var meter = FrameMeter()
    private var phase = Phase.open
    /// Until when a frame that was begun has to be whole.
    private var reading: Deadline
    private var framesRead: UInt64 = 0
    /// Until when a connection without streams may rest.
    private var resting = Deadline()
    /// Until when the client has to take what waits for it.
    private var writing = Deadline()

    private init(worker: Worker) {
        self.worker = worker
        self.reading = Deadline(seconds: worker.configuration.headSeconds)
        self.resting.set(seconds: worker.configuration.idleSeconds)
    }

    /// Lays HTTP/2's handlers behind `handler`, which leaves the pipeline then.
    static func take(over context: ChannelHandlerContext, from handler: ConnectionHandler, worker: Worker) throws {
        let options = context.channel.syncOptions
        // Here many streams wait behind one socket, and each has bounds of its own.
        try options?.setOption(.writeBufferWaterMark, value: .init(low: 32 << 10, high: 64 << 10))
        // What is read at once is worked through at once. A kilobyte of frames can be a hundred requests, and other
        // connections of the loop shall not wait for thousands.
        try options?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 8_192))
        let connection = HTTP2Connection(worker: worker)
        let bound = NIOLoopBound(connection, eventLoop: worker.loop)
        let frames = NIOHTTP2Handler(
            mode: .server, eventLoop: context.eventLoop, connectionConfiguration: Self.settings(worker.configuration),
            streamConfiguration: Self.streamSettings
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(StreamHandler(bound.value))
            }
        }
        try context.pipeline.syncOperations.addHandlers([connection, frames], position: .after(handler))
    }

    private static func settings(_ configuration: GatewayConfiguration) -> NIOHTTP2Handler.ConnectionConfiguration {
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: configuration.maximumStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: configuration.limits.headBytes),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 0),
        ]
        settings.maximumBufferedControlFrames = 1_000
        settings.targetWindowSize = 1 << 20
        return settings
    }

    private static let streamSettings: NIOHTTP2Handler.StreamConfiguration = {
        var settings = NIOHTTP2Handler.StreamConfiguration()
        // As a socket's: a stream pauses its upstream where HTTP/1.1 would.
        settings.outboundBufferSizeHighWatermark = 64 << 10
        settings.outboundBufferSizeLowWatermark = 32 << 10
        return settings
    }()

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.worker.add(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = self.phase { return }
        let bytes = self.unwrapInboundIn(data)
        guard self.meter.received(bytes, at: self.worker.uptime()) else {
            self.worker.shared.metrics.connectionsCut[.frames].increment()
            return self.giveUp(.enhanceYourCalm)
        }
        if !self.meter.isInsideFrame {
            self.reading.clear()
        } else if self.meter.framesRead != self.framesRead {
            self.reading.set(seconds: self.worker.configuration.headSeconds)
        }
        self.framesRead = self.meter.framesRead
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var isGivenUp = false
        if case .byteBuffer(let bytes) = self.unwrapOutboundIn(data) { isGivenUp = self.meter.sent(bytes) }
        context.write(data, promise: promise)
        if isGivenUp { self.closeAfterWrites() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            self.writing.clear()
        } else {
            self.writing.set(seconds: self.worker.configuration.writeSeconds)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
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
        context.close(promise: nil)
    }

    private func end() {
        self.phase = .closing
        self.worker.remove(self)
        for stream in self.streams.values { stream.end() }
        self.streams = [:]
    }

    // MARK: Streams

    func add(_ stream: StreamHandler, _ id: HTTP2StreamID) {
        self.streams[ObjectIdentifier(stream)] = stream
        self.lastStream = max(self.lastStream, id)
        self.resting.clear()
    }

    func remove(_ stream: StreamHandler) {
        guard self.streams.removeValue(forKey: ObjectIdentifier(stream)) != nil, self.streams.isEmpty else { return }
        self.resting.set(seconds: self.worker.configuration.idleSeconds)
    }

    // MARK: The end

    private func say(goAway code: HTTP2ErrorCode, last: HTTP2StreamID) {
        let frame = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: last, errorCode: code, opaqueData: nil))
        self.context?.channel.writeAndFlush(frame, promise: nil)
    }

    /// Says why, and closes; what streams are under way end at once.
    private func giveUp(_ code: HTTP2ErrorCode) {
        self.say(goAway: code, last: self.lastStream)
        self.closeAfterWrites()
    }

    /// Sends our end first and waits a moment for the client's, so that what we said arrives.
    private func closeAfterWrites() {
        if case .closing = self.phase { return }
        self.phase = .closing
        self.reading.set(seconds: 2)
        for stream in self.streams.values { stream.end() }
        guard let context else { return }
        // Not from here: the bytes that say why are still on their way to the socket.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.close(mode: .output, promise: nil) }
    }
}

extension HTTP2Connection: ServedConnection {
    func checkDeadline(at now: UInt64) {
        if self.writing.isOver(at: now) {
            self.worker.shared.metrics.connectionsCut[.slowReader].increment()
            self.phase = .closing
            self.context?.channel.reset()
            return
        }
        if self.reading.isOver(at: now) {
            if case .closing = self.phase { return self.close() }
            self.worker.shared.metrics.connectionsCut[.slowSender].increment()
            return self.giveUp(.enhanceYourCalm)
        }
        for stream in self.streams.values { stream.checkDeadline(at: now) }
        switch self.phase {
        case .draining(let hasNamedLast):
            if !hasNamedLast {
                self.say(goAway: .noError, last: self.lastStream)
                self.phase = .draining(hasNamedLast: true)
            }
            if self.streams.isEmpty { self.closeAfterWrites() }
        case .open:
            if self.resting.isOver(at: now) { self.giveUp(.noError) }
        case .closing: break
        }
    }

    func drain() {
        guard case .open = self.phase else { return }
        self.phase = .draining(hasNamedLast: false)
        self.say(goAway: .noError, last: .maxID)
    }

    func close() {
        self.phase = .closing
        self.context?.close(promise: nil)
    }
}
