import ChatWire
import HTTPWire
import NIOCore
import NIOHPACK
import NIOHTTP2

/// How HTTP/2 writes answers: a head as HTTP/1.1 has it is read again, line by line, and a flush is a frame of content.
extension StreamHandler {
    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    func answer(_ body: ByteBuffer, _ edits: AnswerEdits = AnswerEdits(), _ head: (inout WireText) -> Void) {
        // An answer to HEAD has the fields of one to GET, and no content (RFC 9110 §9.3.2).
        let (body, edits) = self.isHead ? (ByteBuffer(), AnswerEdits()) : (body, edits)
        self.begin(head, endsStream: body.readableBytes == 0)
        guard !edits.isEmpty else { return self.finish(body) }
        var edited = ByteBuffer()
        edited.reserveCapacity(body.readableBytes + edits.growth)
        edits.write(body, to: &edited)
        self.finish(edited)
    }

    func begin(_ head: (inout WireText) -> Void) {
        self.begin(head, endsStream: false)
    }

    func send(_ piece: ByteBuffer) {
        self.outbound.writeImmutableBuffer(piece)
    }

    func flush() {
        let bytes = self.outbound
        self.outbound = ByteBuffer()
        if bytes.readableBytes > 0 { self.write(.data(.init(data: .byteBuffer(bytes))), flush: false) }
        self.context?.flush()
    }

    func endAnswer() {
        let bytes = self.outbound
        self.outbound = ByteBuffer()
        self.finish(bytes, isStream: true)
    }

    private func begin(_ head: (inout WireText) -> Void, endsStream: Bool) {
        let headers = self.worker.withText(head) { HPACKHeaders(answer: $0) }
        self.write(.headers(.init(headers: headers, endStream: endsStream)), flush: false)
    }

    /// Writes the last frame. What the client has not sent of its request is not wanted any more, and once it has the
    /// answer it is told so, without calling that a fault (RFC 9113 §8.1).
    private func finish(_ body: ByteBuffer, isStream: Bool = false) {
        var promise: EventLoopPromise<Void>?
        if !self.isRead, let context {
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { self.reset(.noError) }
            promise = written
        }
        if isStream || body.readableBytes > 0 {
            self.write(.data(.init(data: .byteBuffer(body), endStream: true)), flush: true, promise: promise)
        } else {
            self.context?.flush()
            promise?.succeed()
        }
        self.exchangeEnded(bytes: body.readableBytes)
    }
}

extension HPACKHeaders {
    /// The fields of an answer's head that was written for HTTP/1.1, with its status in front.
    init(answer head: WireText) {
        self.init()
        head.forEachLine { name, value in self.add(name: name, value: value) }
    }
}
