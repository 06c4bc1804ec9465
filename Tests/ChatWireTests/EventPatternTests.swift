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

    private func pattern(_ data: [UInt8], _ shape: ModelCall.AnswerShape) -> EventPattern {
        var scan = AnswerScan()
        let facts = scan.facts(of: data.span, shape: shape)
        return EventPattern(
            data.span, data: data.indices, content: scan.content, facts, self.read(data, shape).edits)
    }

    /// The pattern of an event with lines around its data, of which the first are the same for all of them.
    private func pattern(_ event: [UInt8], dataAt data: Range<Int>, _ shape: ModelCall.AnswerShape) -> EventPattern {
        var scan = AnswerScan()
        let text = Array(event[data])
        let facts = scan.facts(of: text.span, shape: shape)
        return EventPattern(event.span, data: data, content: scan.content, facts, self.read(text, shape).edits)
    }

    private func isDescribed(_ data: [UInt8], by pattern: EventPattern) -> Bool { pattern.describes(data.span) }

    @Test("describes the same event with any other text in it", arguments: events.indices)
    func others(place: Int) throws {
        let event = Self.events[place]
        for text in Self.texts {
            let pattern = self.pattern(Array((event.start + text + event.end).utf8), event.shape)
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
            let pattern = self.pattern(texts[0], event.shape)
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
            let data = Array(text.utf8)
            #expect(!self.isDescribed(data, by: self.pattern(data, .choices)), "\(text)")
        }
    }

    /// What stands around the data, by whether an event that ends so tells where the next one begins.
    private static let frames: [(before: String, after: String, isWhole: Bool)] = [
        ("data: ", "\n\n", true), ("data:", "\r\n\r\n", true), ("event: message\ndata: ", "\n\n", true),
        (": thinking\r\nid: 7\ndata: ", "\nretry: 5\n\n", true), ("data: ", "\r\r", false),
    ]
    private static let lines = Array("\n\r:dat\"\\ {}a".utf8)

    @Test("finds whole events where a reader of lines finds them, with the same data, or none", arguments: seeds(40))
    func whole(seed: UInt64) throws {
        var generator = TestRandom(seed: seed)
        var (found, lost) = (0, 0)
        for event in Self.events {
            for frame in Self.frames {
                func bytes(_ text: String) -> [UInt8] {
                    Array((frame.before + event.start + text + event.end + frame.after).utf8)
                }
                let first = bytes(Self.texts[0])
                let data = frame.before.utf8.count..<first.count - frame.after.utf8.count
                let pattern = self.pattern(first, dataAt: data, event.shape)
                for _ in 0..<60 {
                    var stream = Array(Self.texts.shuffled(using: &generator).map(bytes).joined())
                    for _ in 0..<generator.below(3) {
                        let place = generator.below(stream.count)
                        let byte = Self.lines[generator.below(Self.lines.count)]
                        switch generator.below(3) {
                        case 0: stream[place] = byte
                        case 1: stream.insert(byte, at: place)
                        default: stream.removeSubrange(place..<min(stream.count, place + 1 + generator.below(40)))
                        }
                    }
                    let here = Self.compare(pattern, stream)
                    #expect(here.differences == [], "\(String(decoding: stream, as: UTF8.self))")
                    #expect(frame.isWhole || here.found == 0)
                    (found, lost) = (found + here.found, lost + here.lost)
                }
            }
        }
        #expect(found > 100 && lost > 100)
    }

    /// Asks the pattern wherever a reader is between two events.
    private static func compare(
        _ pattern: EventPattern, _ stream: [UInt8]
    ) -> (found: Int, lost: Int, differences: [Int]) {
        var (reader, start) = (EventReader(), 0)
        var (found, lost, differences) = (0, 0, [Int]())
        // The first line may have a mark before it, which no later one has.
        guard reader.next(in: [UInt8]("\n".utf8).span) != nil else { return (0, 0, [0]) }
        reader.begin()
        while true {
            let isBetween = reader.isBetweenEvents
            let event = isBetween ? pattern.event(in: stream.span, from: start) : nil
            guard let expected = reader.next(in: stream.span) else {
                if event != nil { differences.append(start) }
                return (found, lost, differences)
            }
            if let event {
                found += 1
                guard case .inPlace(let one) = event.data, case .inPlace(let other) = expected.data, one == other,
                    event.end == expected.end
                else {
                    differences.append(start)
                    return (found, lost, differences)
                }
            } else {
                lost += 1
            }
            start = expected.end
        }
    }
}
