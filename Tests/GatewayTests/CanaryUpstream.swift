import NIOCore
import NIOPosix
import SluiceTesting

#if canImport(Glibc)
    import Glibc
#endif

/// What the upstream does with one request; it follows from the seed and the request's number, so both sides know it.
enum Misdeed: CaseIterable {
    case none, fails, extraBytes, secondAnswer, halfAnswerAfter, closesAfter, closesBefore
    case resetsBefore, cutsHead, cutsBody, cutsChunk, lengthTooShort, lengthTwice, garbage, longerThanSaid, upgrade

    /// Two of three requests are answered honestly, so that connections are kept and others come to stand on them.
    init(of number: UInt64, seed: UInt64) {
        var generator = SeededGenerator(seed: seed &* 0x1_0000_0001 &+ number)
        guard generator.oneIn(3) else {
            self = .none
            return
        }
        self = Misdeed.allCases.dropFirst().randomElement(using: &generator) ?? .none
    }

    /// Whether the caller gets the answer whole.
    var isAnswered: Bool {
        switch self {
        case .none, .extraBytes, .secondAnswer, .halfAnswerAfter, .closesAfter: true
        default: false
        }
    }
}

/// The mark of one request: nobody but who sent it may ever see it.
enum Canary {
    static let length = 23

    static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return "canary_" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Every mark in some bytes, as numbers.
    static func all(in bytes: ByteBufferView) -> [UInt64] {
        var found: [UInt64] = []
        var place = bytes.startIndex
        while let start = bytes[place...].firstIndex(of: UInt8(ascii: "c")) {
            place = bytes.index(after: start)
            let mark = bytes[start...].prefix(Self.length)
            guard mark.count == Self.length, mark.starts(with: "canary_".utf8) else { continue }
            if let number = UInt64(String(decoding: mark.dropFirst(7), as: UTF8.self), radix: 16) {
                found.append(number)
            }
        }
        return found
    }
}

/// An inference server that repeats the mark of each request in whatever it sends for it, and does a misdeed to every
/// third.
final class CanaryUpstream: Sendable {
    let port: Int
    private let channel: any Channel

    init(seed: UInt64, on group: any EventLoopGroup) async throws {
        self.channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CanaryAnswers(seed: seed))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    func close() async throws { try await self.channel.close() }
}

private final class CanaryAnswers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let seed: UInt64
    private var received = ByteBuffer()
    private var isOpen = true

    init(seed: UInt64) {
        self.seed = seed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = self.unwrapInboundIn(data)
        self.received.writeBuffer(&data)
        // A request's mark is near its end, and the mark's end is followed by the end of its JSON.
        guard let number = Canary.all(in: self.received.readableBytesView).first,
            self.received.readableBytesView.suffix(2) == ByteBuffer(string: "]}").readableBytesView
        else { return }
        let isStream = self.received.readableBytesView.firstRange(of: #""stream":true"#) != nil
        self.received.clear()
        self.answer(number, isStream: isStream, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isOpen = false
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ number: UInt64, isStream: Bool, _ context: ChannelHandlerContext) {
        let whole = isStream ? Self.stream(number) : Self.plain(number)
        switch Misdeed(of: number, seed: self.seed) {
        case .none: self.send(whole, context)
        case .fails: self.send(Self.plain(number, status: "500 Broken", shape: Self.error(number)), context)
        case .extraBytes: self.send(whole + Canary.text(number), context)
        case .secondAnswer: self.send(whole + Self.plain(number), context)
        case .halfAnswerAfter: self.send(whole + Self.plain(number).prefix(120), context)
        case .closesAfter: self.send(whole, context, closes: true)
        case .closesBefore: context.close(promise: nil)
        case .resetsBefore: self.reset(context)
        case .cutsHead: self.send("HTTP/1.1 200 OK\r\nX-Mark: \(Canary.text(number))", context, closes: true)
        case .cutsBody: self.send(String(Self.plain(number).dropLast(5)), context, closes: true)
        case .cutsChunk: self.send(String(Self.stream(number).dropLast(20)), context, closes: true)
        case .lengthTooShort: self.send(Self.plain(number, lengthOff: -7), context)
        case .longerThanSaid: self.send(Self.plain(number, lengthOff: 7), context, closes: true)
        case .lengthTwice:
            self.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 23\r\n\r\n\(Canary.text(number))", context)
        case .garbage: self.send("\(Canary.text(number))\r\n\r\n", context)
        case .upgrade: self.send("HTTP/1.1 101 Other\r\nUpgrade: x\r\n\r\n\(Canary.text(number))", context)
        }
    }

    private func send(_ text: String, _ context: ChannelHandlerContext, closes: Bool = false) {
        guard self.isOpen else { return }
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        if closes { context.close(promise: nil) }
    }

    private func reset(_ context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated()
            .whenComplete { _ in bound.value.close(promise: nil) }
    }

    private static func answerShape(_ number: UInt64) -> String {
        #"{"id":"a","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"#
            + #""assistant","content":"\#(Canary.text(number))"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"#
            + #""completion_tokens":1,"total_tokens":2}}"#
    }

    private static func error(_ number: UInt64) -> String {
        #"{"error":{"message":"\#(Canary.text(number))","type":"server_error","param":null,"code":"broken"}}"#
    }

    private static func plain(
        _ number: UInt64, status: String = "200 OK", shape: String? = nil, lengthOff: Int = 0
    ) -> String {
        let body = shape ?? Self.answerShape(number)
        return "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: "
            + "\(body.utf8.count + lengthOff)\r\n\r\n\(body)"
    }

    private static func stream(_ number: UInt64) -> String {
        func chunk(_ delta: String, _ finish: String) -> String {
            let event =
                #"data: {"id":"a","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"#
                + #""delta":\#(delta),"finish_reason":\#(finish)}]}"# + "\n\n"
            return String(event.utf8.count, radix: 16) + "\r\n\(event)\r\n"
        }
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunk(#"{"content":"\#(Canary.text(number))"}"#, "null") + chunk("{}", #""stop""#)
            + "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
    }
}

extension ByteBufferView {
    /// The first place of a text.
    func firstRange(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var place = self.startIndex
        while let start = self[place...].firstIndex(of: wanted[0]) {
            if self[start...].starts(with: wanted) { return start..<(start + wanted.count) }
            place = start + 1
        }
        return nil
    }
}
