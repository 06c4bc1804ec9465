import SluiceTesting
import Testing

@testable import ChatWire

@Suite("An event's pattern")
struct EventPatternTests {
    private static let names = OutwardNames(model: "outward")

    /// Events with a text in them, by the shape of their stream.
    private static let events: [(shape: ModelCall.AnswerShape, start: String, end: String)] = [
        (
            .choices, #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":""#,
            #""},"finish_reason":null}]}"#
        ),
        (.choices, #"{"choices":[{"delta":{"role":"assistant","refusal":""#, #""}}],"usage":null}"#),
        (.choices, #"{"model":"m","choices":[{"text":""#, #"","index":0}]}"#),
        (.message, #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""#, #""}}"#),
    ]
    private static let bytes = Array("\"\\{}[]:,u0d \n\u{1}aé".utf8)
    private static let texts = [
        "a", " sluice", "é😀", #"\n\"quoted\" \u00e9"#, #"\ud83d\ude00"#,
        #"{"choices":[]}"#.replacing("\"", with: #"\""#),
        String(repeating: "long ", count: 40),
    ]

    /// What is read of an event by itself.
    private func read(_ data: [UInt8], _ shape: ModelCall.AnswerShape) -> (facts: AnswerFacts, edits: AnswerEdits) {
        var scan = AnswerScan()
        let facts = scan.facts(of: data.span, shape: shape)
        let hasNames = facts.isJSON && !facts.places.isEmpty
        return (facts, hasNames ? AnswerEdits(facts.places, in: data.span, Self.names) : AnswerEdits())
    }

    private func pattern(_ data: [UInt8], _ shape: ModelCall.AnswerShape) -> EventPattern? {
        var scan = AnswerScan()
        let facts = scan.facts(of: data.span, shape: shape)
        return EventPattern(data.span, content: scan.content, facts, self.read(data, shape).edits)
    }

    private func isDescribed(_ data: [UInt8], by pattern: EventPattern) -> Bool { pattern.describes(data.span) }

    @Test("describes the same event with any other text in it", arguments: events.indices)
    func others(place: Int) throws {
        let event = Self.events[place]
        for text in Self.texts {
            let pattern = try #require(self.pattern(Array((event.start + text + event.end).utf8), event.shape))
            for other in Self.texts {
                let data = Array((event.start + other + event.end).utf8)
                #expect(self.isDescribed(data, by: pattern))
                let (facts, edits) = self.read(data, event.shape)
                #expect(facts == pattern.facts && edits == pattern.edits)
            }
        }
    }

    @Test("describes nothing that would be read in another way", arguments: seeds(40))
    func mutated(seed: UInt64) throws {
        var generator = TestRandom(seed: seed)
        var described = 0
        for event in Self.events {
            let texts = Self.texts.map { Array((event.start + $0 + event.end).utf8) }
            let pattern = try #require(self.pattern(texts[0], event.shape))
            for _ in 0..<250 {
                var data = texts[generator.below(texts.count)]
                for _ in 0...generator.below(2) {
                    let place = generator.below(data.count)
                    let byte = Self.bytes[generator.below(Self.bytes.count)]
                    switch generator.below(3) {
                    case 0: data[place] = byte
                    case 1: data.insert(byte, at: place)
                    default: data.remove(at: place)
                    }
                }
                guard self.isDescribed(data, by: pattern) else { continue }
                described += 1
                let (facts, edits) = self.read(data, event.shape)
                #expect(facts == pattern.facts && edits == pattern.edits, "\(String(decoding: data, as: UTF8.self))")
            }
        }
        #expect(described > 0)
    }

    @Test("is of no event without text, with an empty one, with names behind it, or that is not JSON")
    func none() {
        let chunk = #"{"choices":[{"delta":{"content":"#
        for text in [
            chunk + #"""}}]}"#, chunk + "null}}]}", chunk + #""a"}}]"#, chunk + #""a"}}],"model":"m"}"#,
            #"{"choices":[{"delta":{"role":"assistant"}}]}"#, #"{"usage":{"prompt_tokens":1}}"#,
        ] {
            #expect(self.pattern(Array(text.utf8), .choices) == nil, "\(text)")
        }
    }
}
