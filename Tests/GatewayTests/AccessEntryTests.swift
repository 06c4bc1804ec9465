import NIOCore
import ReleaseModel
import StrictJSON
import Testing

@testable import Gateway

@Suite("An entry of the access log")
struct AccessEntryTests {
    private func facts(isUnlogged: Bool) -> ExchangeFacts {
        ExchangeFacts(
            request: "req_01jd0000000000000000000000", route: .messages,
            admittedAt: Timestamp(milliseconds: 1_795_254_834_567), grant: "grt_01jd0000000000000000000000",
            key: "aBcD1234", model: "aurora", version: "ver_01jd0000000000000000000000", isStream: true,
            reservedTokens: 512, isUnlogged: isUnlogged)
    }

    private func result(finish: String?) -> ExchangeResult {
        ExchangeResult(
            at: Timestamp(milliseconds: 1_795_254_835_000), outcome: .truncated, status: 200, inputTokens: 3,
            outputTokens: 40, finish: finish)
    }

    @Test("is canonical JSON as it is written", arguments: [true, false], [nil, "end_turn", "a\"b", "\u{2028}"])
    func canonical(isUnlogged: Bool, finish: String?) throws {
        let (facts, result) = (self.facts(isUnlogged: isUnlogged), self.result(finish: finish))
        var buffers = [ByteBuffer(), ByteBuffer()]
        if isUnlogged {
            AccessEntry.counted(facts, to: &buffers[0])
            AccessEntry.countedTokens(facts, result, to: &buffers[1])
        } else {
            AccessEntry.admitted(facts, to: &buffers[0])
            AccessEntry.completed(facts, result, to: &buffers[1])
        }
        for buffer in buffers {
            let bytes = Array(buffer.readableBytesView)
            #expect(try JSONValue(parsing: bytes).canonical == bytes)
        }
    }

    @Test("says of an unlogged request which grant and which hour, and nothing else")
    func unlogged() throws {
        var (admission, outcome) = (ByteBuffer(), ByteBuffer())
        AccessEntry.counted(self.facts(isUnlogged: true), to: &admission)
        AccessEntry.countedTokens(self.facts(isUnlogged: true), self.result(finish: "stop"), to: &outcome)
        let first = try JSONValue(parsing: Array(admission.readableBytesView)).objectValue
        let second = try JSONValue(parsing: Array(outcome.readableBytesView)).objectValue
        #expect(Set(first?.keys.map { $0 } ?? []) == ["at", "grant", "kind", "v"])
        #expect(Set(second?.keys.map { $0 } ?? []) == ["at", "grant", "input", "kind", "output", "v"])
        #expect((first?["at"]?.integerValue ?? 1) % 3_600_000 == 0)
    }

    @Test("leaves a finish reason out that is not a word")
    func foreignText() throws {
        var entry = ByteBuffer()
        AccessEntry.completed(self.facts(isUnlogged: false), self.result(finish: "x\",\"kind\":\"y"), to: &entry)
        #expect(try JSONValue(parsing: Array(entry.readableBytesView))["finish"] == nil)
    }
}
