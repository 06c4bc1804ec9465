import ChatWire
import HTTPWire
import NIOCore

/// How HTTP/1.1 writes answers: each whole one, and each flush of the others, is one buffer and one write.
extension ConnectionHandler {
    func answer(_ body: ByteBuffer, _ edits: AnswerEdits = AnswerEdits(), _ head: (inout WireText) -> Void) {
        let keepsAlive = self.keepsAlive && !self.worker.isDraining
        // An answer to HEAD has the fields of one to GET, and no content (RFC 9110 §9.3.2).
        let (body, edits) = self.isHead ? (ByteBuffer(), AnswerEdits()) : (body, edits)
        var message = self.worker.message(room: body.readableBytes + edits.growth) { text in
            head(&text)
            Self.endHead(keepsAlive: keepsAlive, to: &text)
        }
        edits.write(body, to: &message)
        self.write(message)
        self.exchangeEnded(keepsAlive: keepsAlive)
    }

    func begin(_ head: (inout WireText) -> Void) {
        self.keepsAlive = self.keepsAlive && !self.worker.isDraining
        self.outbound = self.worker.message { text in
            head(&text)
            if self.isChunked { HeadWriter.field("transfer-encoding", "chunked", to: &text) }
            Self.endHead(keepsAlive: self.keepsAlive, to: &text)
        }
    }

    /// HTTP/1.0 has no chunks: there the connection's end is the stream's.
    func send(_ piece: ByteBuffer) {
        if self.isChunked {
            ChunkWriter.chunk(piece, to: &self.outbound)
        } else {
            self.outbound.writeImmutableBuffer(piece)
        }
    }

    func flush() {
        guard self.outbound.readableBytes > 0 else { return }
        let bytes = self.outbound
        self.outbound = ByteBuffer()
        self.write(bytes)
    }

    func endAnswer() {
        if self.isChunked { ChunkWriter.last(to: &self.outbound) }
        self.flush()
        self.exchangeEnded(keepsAlive: self.keepsAlive && self.isChunked)
    }

    private static func endHead(keepsAlive: Bool, to head: inout WireText) {
        if !keepsAlive { HeadWriter.field("connection", "close", to: &head) }
        HeadWriter.endOfHead(to: &head)
    }
}
