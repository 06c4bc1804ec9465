import HTTPWire
import ReleaseModel
import StageControl

/// The entries of the access log, written as canonical JSON (RFC 8785) straight into bytes: the members stand in the
/// order of their names, and every text is of letters that need no escape.
///
/// They hold who, what and how much; never a request's or an answer's content.
enum AccessEntry {
    /// `request.admitted`: written and durable before a byte goes upstream.
    static func admitted(_ facts: ExchangeFacts, to entry: inout WireText) {
        entry.literal("{\"at\":")
        entry.decimal(Int(facts.admittedAt.milliseconds))
        entry.literal(",\"grant\":\"")
        entry.text(facts.grant)
        entry.literal("\",\"key\":\"")
        entry.text(facts.key)
        entry.literal("\",\"kind\":\"request.admitted\"")
        if !facts.draws.isEmpty { Self.drawn(facts.draws, to: &entry) }
        entry.literal(",\"model\":\"")
        entry.text(facts.model)
        entry.literal("\"")
        facts.placement?.write(to: &entry)
        entry.literal(",\"request\":\"")
        entry.text(facts.request)
        entry.literal("\",\"reserved\":")
        entry.decimal(facts.reservedTokens)
        if facts.retry > 0 {
            entry.literal(",\"retry\":")
            entry.decimal(facts.retry)
        }
        entry.literal(",\"route\":\"")
        entry.literal(facts.route.name)
        entry.literal(facts.isStream ? "\",\"stream\":true" : "\",\"stream\":false")
        entry.literal(",\"v\":1,\"version\":\"")
        entry.text(facts.version)
        entry.literal("\"}")
    }

    /// Of which blocks of exposure the request was taken, by budget; the budgets come in the order of their names.
    private static func drawn(_ draws: [ExposureDraw], to entry: inout WireText) {
        var start = ",\"leases\":{\""
        for draw in draws {
            entry.text(start)
            entry.text(draw.meter.description)
            entry.literal("\":\"")
            entry.text(draw.block.description)
            entry.literal("\"")
            start = ",\""
        }
        entry.literal("}")
    }

    /// `request.completed`: what became of an admitted request.
    static func completed(_ facts: ExchangeFacts, _ result: ExchangeResult, to entry: inout WireText) {
        entry.literal("{\"at\":")
        entry.decimal(Int(result.at.milliseconds))
        if let finish = result.finish, Self.isPlain(finish) {
            entry.literal(",\"finish\":\"")
            entry.text(finish)
            entry.literal("\"")
        }
        entry.literal(",\"grant\":\"")
        entry.text(facts.grant)
        entry.literal("\",\"input\":")
        entry.decimal(result.inputTokens)
        entry.literal(",\"kind\":\"request.completed\",\"milliseconds\":")
        entry.decimal(Int(result.at.since(facts.admittedAt)))
        entry.literal(",\"outcome\":\"")
        entry.text(result.outcome.rawValue)
        entry.literal("\",\"output\":")
        entry.decimal(result.outputTokens)
        entry.literal(",\"request\":\"")
        entry.text(facts.request)
        entry.literal("\",\"status\":")
        entry.decimal(result.status)
        if result.tries > 1 {
            entry.literal(",\"tries\":")
            entry.decimal(result.tries)
        }
        entry.literal(",\"v\":1}")
    }

    /// `request.counted`: all that an unlogged grant leaves of a request. The hour, not the moment.
    static func counted(_ facts: ExchangeFacts, to entry: inout WireText) {
        Self.hour(of: facts.admittedAt, grant: facts.grant, to: &entry)
        entry.literal("\",\"kind\":\"request.counted\",\"v\":1}")
    }

    /// `tokens.counted`: all that an unlogged grant leaves of an answer.
    static func countedTokens(_ facts: ExchangeFacts, _ result: ExchangeResult, to entry: inout WireText) {
        Self.hour(of: facts.admittedAt, grant: facts.grant, to: &entry)
        entry.literal("\",\"input\":")
        entry.decimal(result.inputTokens)
        entry.literal(",\"kind\":\"tokens.counted\",\"output\":")
        entry.decimal(result.outputTokens)
        entry.literal(",\"v\":1}")
    }

    private static func hour(of moment: Timestamp, grant: String, to entry: inout WireText) {
        let hour = moment.milliseconds - moment.milliseconds % 3_600_000
        entry.literal("{\"at\":")
        entry.decimal(Int(hour))
        entry.literal(",\"grant\":\"")
        entry.text(grant)
    }

    /// An upstream's finish reason is foreign text: it is recorded if it is a word, else left out.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 64
            && text.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || Base62.value(of: $0) != nil
            }
    }
}
