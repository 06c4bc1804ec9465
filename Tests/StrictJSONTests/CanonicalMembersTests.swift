import SluiceTesting
import StrictJSON
import Testing

@Suite("The members of a canonical object")
struct CanonicalMembersTests {
    private func members(_ text: String) -> [[String]] {
        let bytes = Array(text.utf8)
        var (members, found) = (CanonicalMembers(), [[String]]())
        while members.next(in: bytes.span) {
            found.append([
                String(decoding: bytes[members.key], as: UTF8.self),
                String(decoding: bytes[members.value], as: UTF8.self), "\(members.kind)",
            ])
        }
        return found
    }

    @Test("are those that the strict scanner finds", arguments: seeds(200))
    func likeTheScanner(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        var object: [String: JSONValue] = [:]
        for _ in 0..<random.below(8) { object[random.text()] = random.value() }
        let text = JSONValue.object(object).canonicalText
        let bytes = Array(text.utf8)
        var (scanner, members) = (JSONScanner(), CanonicalMembers())
        var token = try scanner.next(in: bytes.span)
        try #require(token == .objectStart)
        while try scanner.next(in: bytes.span) == .key {
            let isThere = members.next(in: bytes.span)
            try #require(isThere)
            #expect(members.key == scanner.lowerBound..<scanner.upperBound)
            token = try scanner.next(in: bytes.span)
            let start = scanner.lowerBound
            switch token {
            case .string:
                #expect(members.kind == .string && members.value == start..<scanner.upperBound)
            case .number:
                let (number, expected) = (members.integer(in: bytes.span), scanner.integer(in: bytes.span))
                #expect(members.kind == .number && members.value == start..<scanner.upperBound)
                #expect(number == expected)
            default:
                try scanner.skip(token, in: bytes.span)
                #expect(members.kind == .other && members.value == start..<scanner.end)
            }
        }
        let hasMore = members.next(in: bytes.span)
        #expect(!hasMore, "none is left")
    }

    @Test("end where bytes are no such object, wherever they are cut or damaged", arguments: seeds(50))
    func damaged(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = #"{"at":12,"list":[1,{"a":"]"}],"text":"a\"b\\","word":true}"#
        for length in 0...text.utf8.count {
            #expect(self.members(String(text.prefix(length))).count <= 4)
        }
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1..<4, using: &generator) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        var (members, count) = (CanonicalMembers(), 0)
        while members.next(in: bytes.span) {
            count += 1
            _ = members.integer(in: bytes.span)
        }
        #expect(count <= bytes.count)
    }

    @Test("tell keys, texts and numbers apart")
    func compared() {
        let bytes = Array(#"{"kind":"request","n":-7,"m":9223372036854775808,"x":1.5}"#.utf8)
        var (members, keys, numbers, texts) = (CanonicalMembers(), [Bool](), [Int64?](), [Bool]())
        while members.next(in: bytes.span) {
            keys.append(members.isKey("kind", in: bytes.span) || members.isKey("n", in: bytes.span))
            texts.append(members.isText("request", in: bytes.span) || members.isText("requests", in: bytes.span))
            numbers.append(members.integer(in: bytes.span))
        }
        #expect(keys == [true, true, false, false])
        #expect(texts == [true, false, false, false])
        #expect(numbers == [nil, -7, nil, nil], "neither what is too large nor a fraction")
    }

    @Test(
        "have whole numbers as far as 64 bits go",
        arguments: [
            ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("9999999999999999999", nil), ("18446744073709551617", nil),
            ("1000000000000000000000000", nil), ("0", 0), ("-1", -1), ("12e2", nil),
        ])
    func numbers(text: String, number: Int64?) {
        let bytes = Array("{\"n\":\(text)}".utf8)
        var members = CanonicalMembers()
        let isThere = members.next(in: bytes.span)
        #expect(isThere)
        let read = members.integer(in: bytes.span)
        #expect(read == number)
    }
}
