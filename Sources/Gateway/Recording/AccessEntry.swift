import HTTPWire
import NIOCore
import ReleaseModel

/// The entries of the access log, written as canonical JSON (RFC 8785) straight into a buffer: the members stand in the
/// order of their names, and every text is of letters that need no escape.
///
/// They hold who, what and how much; never a request's or an answer's content.
enum AccessEntry {
    /// `request.admitted`: written and durable before a byte goes upstream.
    static func admitted(_ facts: ExchangeFacts, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"at\":")
        HeadWriter.decimal(Int(facts.admittedAt.milliseconds), to: &buffer)
        buffer.writeStaticString(",\"grant\":\"")
        buffer.writeString(facts.grant)
        buffer.writeStaticString("\",\"key\":\"")
        buffer.writeString(facts.key)
        buffer.writeStaticString("\",\"kind\":\"request.admitted\",\"model\":\"")
        buffer.writeString(facts.model)
        buffer.writeStaticString("\",\"request\":\"")
        buffer.writeString(facts.request)
        buffer.writeStaticString("\",\"reserved\":")
        HeadWriter.decimal(facts.reservedTokens, to: &buffer)
        buffer.writeStaticString(",\"route\":\"")
        buffer.writeStaticString(facts.route.name)
        buffer.writeStaticString(facts.isStream ? "\",\"stream\":true" : "\",\"stream\":false")
        buffer.writeStaticString(",\"v\":1,\"version\":\"")
        buffer.writeString(facts.version)
        buffer.writeStaticString("\"}")
    }

    /// `request.completed`: what became of an admitted request.
    static func completed(_ facts: ExchangeFacts, _ result: ExchangeResult, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"at\":")
        HeadWriter.decimal(Int(result.at.milliseconds), to: &buffer)
        if let finish = result.finish, Self.isPlain(finish) {
            buffer.writeStaticString(",\"finish\":\"")
            buffer.writeString(finish)
            buffer.writeStaticString("\"")
        }
        buffer.writeStaticString(",\"grant\":\"")
        buffer.writeString(facts.grant)
        buffer.writeStaticString("\",\"input\":")
        HeadWriter.decimal(result.inputTokens, to: &buffer)
        buffer.writeStaticString(",\"kind\":\"request.completed\",\"milliseconds\":")
        HeadWriter.decimal(Int(result.at.since(facts.admittedAt)), to: &buffer)
        buffer.writeStaticString(",\"outcome\":\"")
        buffer.writeString(result.outcome.rawValue)
        buffer.writeStaticString("\",\"output\":")
        HeadWriter.decimal(result.outputTokens, to: &buffer)
        buffer.writeStaticString(",\"request\":\"")
        buffer.writeString(facts.request)
        buffer.writeStaticString("\",\"status\":")
        HeadWriter.decimal(result.status, to: &buffer)
        buffer.writeStaticString(",\"v\":1}")
    }

    /// `request.counted`: all that an unlogged grant leaves of a request. The hour, not the moment.
    static func counted(_ facts: ExchangeFacts, to buffer: inout ByteBuffer) {
        Self.hour(of: facts.admittedAt, grant: facts.grant, to: &buffer)
        buffer.writeStaticString("\",\"kind\":\"request.counted\",\"v\":1}")
    }

    /// `tokens.counted`: all that an unlogged grant leaves of an answer.
    static func countedTokens(_ facts: ExchangeFacts, _ result: ExchangeResult, to buffer: inout ByteBuffer) {
        Self.hour(of: facts.admittedAt, grant: facts.grant, to: &buffer)
        buffer.writeStaticString("\",\"input\":")
        HeadWriter.decimal(result.inputTokens, to: &buffer)
        buffer.writeStaticString(",\"kind\":\"tokens.counted\",\"output\":")
        HeadWriter.decimal(result.outputTokens, to: &buffer)
        buffer.writeStaticString(",\"v\":1}")
    }

    private static func hour(of moment: Timestamp, grant: String, to buffer: inout ByteBuffer) {
        let hour = moment.milliseconds - moment.milliseconds % 3_600_000
        buffer.writeStaticString("{\"at\":")
        HeadWriter.decimal(Int(hour), to: &buffer)
        buffer.writeStaticString(",\"grant\":\"")
        buffer.writeString(grant)
    }

    /// An upstream's finish reason is foreign text: it is recorded if it is a word, else left out.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 64
            && text.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || Base62.value(of: $0) != nil
            }
    }
}
