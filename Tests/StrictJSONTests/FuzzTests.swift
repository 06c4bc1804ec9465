import StrictJSON
import Testing

@Suite("A JSON scan of damaged text")
struct FuzzTests {
    @Test("answers or refuses, and what it accepts reads back", arguments: 0..<32 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = TestRandom(seed: 0xF022 &+ seed)
        for _ in 0..<400 {
            var bytes = Array(random.spelling(of: random.value()).utf8)
            for _ in 0...random.below(4) { random.damage(&bytes) }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect(try JSONValue(parsing: value.canonical) == value, "seed \(seed): \(bytes)")
        }
    }

    @Test("does not depend on where tokens fall among eight bytes", arguments: 0..<16 as Range<UInt64>)
    func alignment(seed: UInt64) throws {
        var random = TestRandom(seed: 0xA119 &+ seed)
        for _ in 0..<60 {
            let value = random.value()
            let bytes = Array(random.spelling(of: value).utf8)
            for shift in 0..<8 {
                let shifted = Array(repeating: UInt8(ascii: " "), count: shift) + bytes
                #expect(try JSONValue(parsing: shifted) == value, "seed \(seed)")
            }
        }
    }

    @Test("agrees with a slow reader about every byte of a string")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for length in 0..<18 {
                let text =
                    [0x22] + [UInt8](repeating: 0x61, count: length) + [byte] + [UInt8](repeating: 0x62, count: 9) + [
                        0x22
                    ]
                let isPlain = byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
                // An escaped b is an escape.
                #expect(
                    ((try? JSONValue(parsing: text)) != nil) == (isPlain || byte == 0x5C), "byte \(byte) at \(length)")
            }
        }
    }
}

extension TestRandom {
    /// One change of the kind that breaks parsers: a bit, a byte of the grammar, a cut, a repeat.
    fileprivate mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = self.below(bytes.count)
        let grammar = Array("{}[]\",:\\u0019eE+-.tfn \n\u{1}\u{80}\u{D7FF}".utf8)
        switch self.below(6) {
        case 0: bytes[place] ^= 1 << UInt8(self.below(8))
        case 1: bytes[place] = grammar[self.below(grammar.count)]
        case 2: bytes.insert(grammar[self.below(grammar.count)], at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeSubrange(place...)
        default:
            let end = min(bytes.count, place + 1 + self.below(8))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: self.below(bytes.count))
        }
    }
}
