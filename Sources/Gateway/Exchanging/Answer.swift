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
    /// Fields beyond the usual ones, such as `allow`.
    var fields: [(name: String, value: String)] = []
    /// The limits of the caller's grant, once they are known, as the caller's SDK reads them.
    var rate: (fields: RateLimitFields, format: WireFormat)?

    init(status: Int, body: ByteBuffer, requestID: String) {
        self.status = status
        self.body = body
        self.requestID = requestID
    }

    init(_ error: WireError, format: WireFormat, requestID: String) {
        self.init(
            status: error.status, body: error.body(format: format, requestID: requestID), requestID: requestID)
    }

    /// Writes the head, up to what the front adds.
    func head(_ worker: Worker, to head: inout WireText) {
        AnswerHead.begin(self.status, requestID: self.requestID, worker: worker, at: worker.now(), to: &head)
        HeadWriter.field("content-type", self.contentType, to: &head)
        HeadWriter.field("content-length", self.body.readableBytes, to: &head)
        for field in self.fields { AnswerHead.field(field, to: &head) }
        if let rate = self.rate { AnswerHead.rate(rate.fields, rate.format, at: worker.now(), to: &head) }
    }
}

extension Front {
    /// Sends an answer of the gateway itself. The exchange is over.
    func answer(_ answer: Answer, _ worker: Worker) {
        self.answer(answer.body) { answer.head(worker, to: &$0) }
    }
}

/// What every answer's head has in common.
enum AnswerHead {
    /// The status line, the date, and the request's identifier under both SDKs' names.
    static func begin(
        _ status: Int, requestID: String, worker: Worker, at now: Timestamp, to head: inout WireText
    ) {
        if status == 200 {
            head.append(worker.startOfOK(at: now))
        } else {
            HeadWriter.status(status, to: &head)
            HeadWriter.field("date", worker.dateText(at: now), to: &head)
        }
        head.literal("x-request-id: ")
        head.text(requestID)
        head.literal("\r\nrequest-id: ")
        head.text(requestID)
        head.literal("\r\n")
    }

    /// A field whose name is ours.
    static func field(_ field: (name: String, value: String), to head: inout WireText) {
        head.text(field.name)
        head.literal(": ")
        head.text(field.value)
        head.literal("\r\n")
    }

    /// The limits as an SDK of this format reads them.
    static func rate(
        _ fields: RateLimitFields, _ format: WireFormat, at now: Timestamp, to head: inout WireText
    ) {
        fields.forEach(format: format, nowUnixNanoseconds: now.milliseconds * 1_000_000) { name, value in
            switch value {
            case .number(let number): HeadWriter.field(name, number, to: &head)
            case .text(let text): HeadWriter.field(name, text, to: &head)
            }
        }
    }

    /// What an upstream says of its body, passed on; everything else that it says is its own affair.
    static func passOn(_ fields: FieldSection, to head: inout WireText) {
        HeadWriter.fields(
            of: fields, where: { $0 == .contentType || $0 == .cacheControl }, to: &head)
    }
}
