import ChatWire
import NIOCore
import Testing

@Suite("A stream in pieces")
struct EventSplittingTests {
    /// Everything at once: comments, fields, all line ends, data in several lines, a byte order mark, four-byte text.
    private static let mixed =
        "\u{FEFF}data: \(Streams.openAI[0])\n\n: keep-alive\r\rid: 7\r\ndata:\(Streams.openAI[1])\r\n\r\n"
        + "event: x\rdata: \(Streams.openAI[2])\r\r"
        + "data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"x\"},\r\n"
        + "data:\"finish_reason\":\"length\"}]}\n\n\n\r\n\r"
        + "data: {\"choices\":[],\rdata: \"usage\":{\"prompt_tokens\":11,\n"
        + "data: \"completion_tokens\":3}}\r\n\r\ndata: [DONE]\r\n\r\n"

    @Test("says the same wherever it is cut in two", arguments: ["\n", "\r", "\r\n", "mixed"], [false, true])
    func twoPieces(kind: String, hidesUsage: Bool) {
        let text = kind == "mixed" ? Self.mixed : Streams.events(Streams.openAI, lineEnd: kind)
        let bytes = Array(text.utf8)
        let whole = Streams.run([bytes], hidesUsage: hidesUsage)
        #expect(whole.end.usage == Usage(input: 11, output: 3))
        #expect(whole.end.sawEndMark)
        for cut in 0...bytes.count {
            let pieces = Streams.run([Array(bytes[..<cut]), Array(bytes[cut...])], hidesUsage: hidesUsage)
            #expect(pieces.passed == whole.passed, "cut at \(cut)")
            #expect(pieces.end == whole.end, "cut at \(cut)")
        }
    }

    @Test("says the same byte by byte", arguments: ["\n", "\r", "\r\n", "mixed"], [false, true])
    func singleBytes(kind: String, hidesUsage: Bool) {
        let text = kind == "mixed" ? Self.mixed : Streams.events(Streams.openAI, lineEnd: kind)
        let bytes = Array(text.utf8)
        let whole = Streams.run([bytes], hidesUsage: hidesUsage)
        let pieces = Streams.run(bytes.map { [$0] }, hidesUsage: hidesUsage)
        #expect(pieces.passed == whole.passed)
        #expect(pieces.end == whole.end)
    }

    @Test("says the same in any pieces, for both APIs", arguments: 0..<40 as Range<UInt64>)
    func randomPieces(seed: UInt64) {
        var random = TestRandom(seed: 0x5711 &+ seed)
        let cases: [(String, ModelCall)] = [
            (Self.mixed, .chatCompletions), (Streams.anthropic, .messages),
            (Streams.anthropic.replacing("\n", with: "\r\n"), .messages),
        ]
        for (text, call) in cases {
            let bytes = Array(text.utf8)
            let whole = Streams.run([bytes], call: call, hidesUsage: true)
            var pieces: [[UInt8]] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + random.below(60))
                pieces.append(Array(bytes[start..<end]))
                start = end
            }
            let result = Streams.run(pieces, call: call, hidesUsage: true)
            #expect(result.passed == whole.passed, "seed \(seed)")
            #expect(result.end == whole.end, "seed \(seed)")
        }
    }

    /// What came through, and what was given back at the end.
    private static func all(_ run: (passed: [UInt8], end: StreamEnd)) -> [UInt8] {
        run.passed + (run.end.held.map { Array($0.readableBytesView) } ?? [])
    }

    @Test("cannot be damaged so that bytes are lost", arguments: 0..<40 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = TestRandom(seed: 0xDA3A &+ seed)
        for _ in 0..<50 {
            // Without a model's name, which would be another's afterwards.
            var bytes = Array(Self.mixed.replacing("\"model\"", with: "\"muddle\"").utf8)
            for _ in 0...random.below(6) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            let cut = random.below(bytes.count)
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            // Nothing is hidden from Anthropic's clients: all comes through, or is given back at the end.
            #expect(Self.all(Streams.run(pieces, call: .messages, hidesUsage: false)) == bytes, "seed \(seed)")
            // From OpenAI's, whole events are: so what is left is never more, and the same however it was cut.
            let hidden = Self.all(Streams.run(pieces, hidesUsage: true))
            #expect(hidden.count <= bytes.count, "seed \(seed)")
            #expect(hidden == Self.all(Streams.run([bytes], hidesUsage: true)), "seed \(seed)")
        }
    }

    @Test("lets an event of more than a mebibyte through without keeping it", arguments: [500, 7777, 65_536])
    func oversized(pieceSize: Int) {
        let size = 3 * 1024 * 1024
        let large =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1},\"x\":\""
            + "\(String(repeating: "x", count: size))\"}\n\n"
        let bytes = Array((large + Streams.events(Streams.openAI)).utf8)
        var meter = StreamMeter(call: .chatCompletions, hidesUsage: true, names: OutwardNames(model: "m"))
        var passed = 0
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + pieceSize)
            passed += meter.receive(ByteBuffer(bytes: bytes[start..<end]))?.readableBytes ?? 0
            start = end
            #expect(end - passed <= 1024 * 1024 + 512)
        }
        let result = meter.finish()
        #expect(passed == bytes.count - Streams.events([Streams.usageChunk]).utf8.count)
        #expect(result.usage == Usage(input: 11, output: 3))
        #expect(result.contentEvents == 3)
    }
}
