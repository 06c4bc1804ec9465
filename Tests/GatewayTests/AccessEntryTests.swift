import Arms
import ChatWire
import HTTPWire
import ReleaseModel
import Signals
import SluiceTesting
import StageControl
import StrictJSON
import Telemetry
import Testing

@testable import Gateway

@Suite("An entry of the access log")
struct AccessEntryTests {
    private func facts(isUnlogged: Bool) -> ExchangeFacts {
        ExchangeFacts(
            request: "req_01jd0000000000000000000000", route: .call(.messages),
            admittedAt: Timestamp(milliseconds: 1_795_254_834_567), grant: "grt_01jd0000000000000000000000",
            key: "aBcD1234", model: "aurora", version: "ver_01jd0000000000000000000000", isStream: true,
            reservedTokens: 512, isUnlogged: isUnlogged, series: SluiceMetrics(version: "test").genAI.other)
    }

    private func result(finish: String?) -> ExchangeResult {
        ExchangeResult(
            at: Timestamp(milliseconds: 1_795_254_835_000), outcome: .truncated, status: 200, inputTokens: 3,
            outputTokens: 40, finish: finish)
    }

    @Test("is canonical JSON as it is written", arguments: [true, false], [nil, "end_turn", "a\"b", "\u{2028}"])
    func canonical(isUnlogged: Bool, finish: String?) throws {
        let (facts, result) = (self.facts(isUnlogged: isUnlogged), self.result(finish: finish))
        var entries = [WireText(), WireText()]
        if isUnlogged {
            AccessEntry.counted(facts, to: &entries[0])
            AccessEntry.countedTokens(facts, result, to: &entries[1])
        } else {
            AccessEntry.admitted(facts, to: &entries[0])
            AccessEntry.completed(facts, result, to: &entries[1])
        }
        for entry in entries {
            #expect(try JSONValue(parsing: entry.bytes).canonical == entry.bytes)
        }
    }

    @Test("notes that a request was sent again, and is canonical with it")
    func retry() throws {
        var facts = self.facts(isUnlogged: false)
        var entry = WireText()
        facts.retry = 2
        AccessEntry.admitted(facts, to: &entry)
        let value = try JSONValue(parsing: entry.bytes)
        #expect(value["retry"] == 2 && value.canonical == entry.bytes)
    }

    @Test("says of an unlogged request which grant and which hour, and nothing else")
    func unlogged() throws {
        var (admission, outcome) = (WireText(), WireText())
        AccessEntry.counted(self.facts(isUnlogged: true), to: &admission)
        AccessEntry.countedTokens(self.facts(isUnlogged: true), self.result(finish: "stop"), to: &outcome)
        let first = try JSONValue(parsing: admission.bytes).objectValue
        let second = try JSONValue(parsing: outcome.bytes).objectValue
        #expect(Set(first?.keys.map { $0 } ?? []) == ["at", "grant", "kind", "v"])
        #expect(Set(second?.keys.map { $0 } ?? []) == ["at", "grant", "input", "kind", "output", "v"])
        #expect((first?["at"]?.integerValue ?? 1) % 3_600_000 == 0)
    }

    @Test("says as what a request counts in a rollout, canonically, and is read back", arguments: seeds(40))
    func placement(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let key = SignalKey(
            epoch: .random(in: 1...9, using: &generator), stage: .random(in: 0...4, using: &generator),
            share: .random(in: 0...1_000_000, using: &generator), arm: generator.oneIn(2) ? .candidate : .baseline,
            isSettling: generator.oneIn(2), stratum: .random(in: 0...3, using: &generator),
            application: ApplicationID(bits: .random(in: 0...9, using: &generator)),
            account: generator.oneIn(3) ? nil : AccountTag(bits: generator.next()), slot: 0)
        let placement = LoggedPlacement(key, in: RolloutID(bits: 3))
        var (facts, entry, plain) = (self.facts(isUnlogged: false), WireText(), WireText())
        AccessEntry.admitted(facts, to: &plain)
        facts.placement = PlacementText(
            account: placement.account, rest: PlacementText.rest(of: placement))
        AccessEntry.admitted(facts, to: &entry)
        let read = try JSONValue(parsing: entry.bytes)
        #expect(read.canonical == entry.bytes)
        #expect(read["placement"].flatMap { LoggedPlacement($0) } == placement)
        #expect(read["placement"] == placement.document)
        #expect(entry.bytes.count <= plain.bytes.count + 183, "what a rollout adds to an entry is bounded")
        #expect(try JSONValue(parsing: plain.bytes)["placement"] == nil, "and nothing is added without one")
        // The blocks of exposure stand where canonical JSON has them.
        let block = ExposureLeaseID(gateway: try #require(Name("gateway-1x2y3z")), number: 12)
        facts.draws = [ExposureDraw(meter: .budget, block: block), ExposureDraw(meter: .day(stage: 3), block: block)]
        var drawn = WireText()
        AccessEntry.admitted(facts, to: &drawn)
        let document = try JSONValue(parsing: drawn.bytes)
        #expect(document.canonical == drawn.bytes)
        #expect(document["leases"] == ["budget": "gateway-1x2y3z/12", "day/3": "gateway-1x2y3z/12"])
        // What cannot be is no placement.
        var odd = placement.document.objectValue ?? [:]
        odd["account"] = "nobody"
        #expect(LoggedPlacement(.object(odd)) == nil)
        odd = placement.document.objectValue ?? [:]
        odd["arm"] = nil
        #expect(LoggedPlacement(.object(odd)) == nil)
    }

    @Test("says how often a request was sent where that was more than once")
    func tries() throws {
        var (once, thrice) = (WireText(), WireText())
        var result = self.result(finish: nil)
        AccessEntry.completed(self.facts(isUnlogged: false), result, to: &once)
        result.tries = 3
        AccessEntry.completed(self.facts(isUnlogged: false), result, to: &thrice)
        #expect(try JSONValue(parsing: once.bytes)["tries"] == nil)
        let read = try JSONValue(parsing: thrice.bytes)
        #expect(read["tries"]?.integerValue == 3)
        #expect(read.canonical == thrice.bytes)
    }

    @Test("leaves a finish reason out that is not a word")
    func foreignText() throws {
        var entry = WireText()
        AccessEntry.completed(self.facts(isUnlogged: false), self.result(finish: "x\",\"kind\":\"y"), to: &entry)
        #expect(try JSONValue(parsing: entry.bytes)["finish"] == nil)
    }
}
