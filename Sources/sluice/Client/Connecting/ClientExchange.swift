import HTTPWire
import NIOCore

/// One request and its answer on a connection of their own: the shell around a ``ResponseParser``.
final class ClientExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How the answer did not come whole.
    enum Fault: Error, Hashable {
        case cut
        case notHTTP(ResponseFault)
        case tooLarge(bytes: Int)
        /// The server did not prove who it is, so nothing was sent.
        case unproven(String)
    }

    /// The largest answer that is taken; a page of a list is far below.
    static let maximumBodyBytes = 64 << 20

    private let request: ByteBuffer
    private let method: HTTPMethod
    private let promise: EventLoopPromise<ControlAnswer>
    private var parser = ResponseParser()
    private var hasBegun = false
    private var answer = ControlAnswer(status: 0, mediaType: "", body: [])

    init(_ request: ByteBuffer, method: HTTPMethod, promise: EventLoopPromise<ControlAnswer>) {
        self.request = request
        self.method = method
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        self.hasBegun = true
        self.parser.begin(method: self.method)
        context.writeAndFlush(self.wrapOutboundOut(self.request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.parser.append(self.unwrapInboundIn(data))
        self.advance()
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard self.hasBegun else {
            return self.promise.fail(Fault.unproven("the connection was closed within the handshake"))
        }
        do throws(ResponseFault) {
            if case .end? = try self.parser.close() { self.promise.succeed(self.answer) }
            self.promise.fail(Fault.cut)
        } catch {
            self.fail(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !self.hasBegun { self.promise.fail(Fault.unproven("\(error)")) }
        // A reset is an end like another; what came before it may be whole.
        context.close(promise: nil)
    }

    private func advance() {
        do throws(ResponseFault) {
            while let part = try self.parser.next() {
                switch part {
                case .head(let head):
                    self.answer.status = head.status
                    let type = head.string(.contentType) ?? ""
                    self.answer.mediaType = type.prefix { $0 != ";" && $0 != " " }.lowercased()
                case .body(let bytes):
                    guard self.answer.body.count + bytes.readableBytes <= Self.maximumBodyBytes else {
                        return self.promise.fail(Fault.tooLarge(bytes: Self.maximumBodyBytes))
                    }
                    self.answer.body += bytes.readableBytesView
                case .end: self.promise.succeed(self.answer)
                }
            }
        } catch {
            self.fail(error)
        }
    }

    private func fail(_ fault: ResponseFault) {
        switch fault.reason {
        case .closedBeforeHead, .truncatedHead, .truncatedBody: self.promise.fail(Fault.cut)
        default: self.promise.fail(Fault.notHTTP(fault))
        }
    }
}
