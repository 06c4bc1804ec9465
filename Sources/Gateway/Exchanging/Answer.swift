import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel

/// An answer that the gateway itself gives: an error, a list, a word.
struct Answer {
    var status: Int
    var contentType: StaticString = "application/json"
    var body: ByteBuffer
    var requestID: String
    var keepsAlive: Bool
    /// Fields beyond the usual ones, such as `allow`.
    var fields: [(name: String, value: String)] = []
    /// The limits of the caller's grant, once they are known, as the caller's SDK reads them.
    var rate: (fields: RateLimitFields, format: WireFormat)?

    init(status: Int, body: ByteBuffer, requestID: String, keepsAlive: Bool) {
        self.status = status
        self.body = body
        self.requestID = requestID
        self.keepsAlive = keepsAlive
    }

    init(_ error: WireError, format: WireFormat, requestID: String, keepsAlive: Bool) {
        self.init(
            status: error.status, body: error.body(format: format, requestID: requestID), requestID: requestID,
            keepsAlive: keepsAlive)
    }

    /// The whole answer in one buffer, for one write.
    func bytes(_ worker: Worker) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(512 + self.body.readableBytes)
        AnswerHead.begin(self.status, requestID: self.requestID, worker: worker, at: worker.now(), to: &buffer)
        HeadWriter.field("content-type", self.contentType, to: &buffer)
        HeadWriter.field("content-length", self.body.readableBytes, to: &buffer)
        for field in self.fields { AnswerHead.field(field, to: &buffer) }
        if let rate = self.rate { AnswerHead.rate(rate.fields, rate.format, at: worker.now(), to: &buffer) }
        AnswerHead.end(keepsAlive: self.keepsAlive, to: &buffer)
        buffer.writeImmutableBuffer(self.body)
        return buffer
    }
}

/// What every answer's head has in common.
enum AnswerHead {
    /// The status line, the date, and the request's identifier under both SDKs' names.
    static func begin(
        _ status: Int, requestID: String, worker: Worker, at now: Timestamp, to buffer: inout ByteBuffer
    ) {
        if status == 200 {
            buffer.writeImmutableBuffer(worker.startOfOK(at: now))
        } else {
            HeadWriter.status(status, to: &buffer)
            HeadWriter.field("date", worker.dateText(at: now), to: &buffer)
        }
        buffer.writeStaticString("x-request-id: ")
        buffer.writeString(requestID)
        buffer.writeStaticString("\r\nrequest-id: ")
        buffer.writeString(requestID)
        buffer.writeStaticString("\r\n")
    }

    /// A field whose name is ours.
    static func field(_ field: (name: String, value: String), to buffer: inout ByteBuffer) {
        buffer.writeString(field.name)
        buffer.writeStaticString(": ")
        buffer.writeString(field.value)
        buffer.writeStaticString("\r\n")
    }

    /// The limits as an SDK of this format reads them.
    static func rate(
        _ fields: RateLimitFields, _ format: WireFormat, at now: Timestamp, to buffer: inout ByteBuffer
    ) {
        fields.forEach(format: format, nowUnixNanoseconds: now.milliseconds * 1_000_000) { name, value in
            switch value {
            case .number(let number): HeadWriter.field(name, number, to: &buffer)
            case .text(let text): HeadWriter.field(name, text, to: &buffer)
            }
        }
    }

    /// How the connection goes on, and the head's end.
    static func end(keepsAlive: Bool, to buffer: inout ByteBuffer) {
        if !keepsAlive { HeadWriter.field("connection", "close", to: &buffer) }
        HeadWriter.endOfHead(to: &buffer)
    }

    /// What an upstream says of its body, passed on; everything else that it says is its own affair.
    static func passOn(_ fields: FieldSection, to buffer: inout ByteBuffer) {
        for field in fields {
            switch field.known {
            case .contentType, .contentEncoding, .cacheControl:
                HeadWriter.field(field, to: &buffer)
            default:
                continue
            }
        }
    }
}
