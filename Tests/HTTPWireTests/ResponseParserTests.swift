import HTTPWire
import NIOCore
import Testing

@Suite("A response parser")
struct ResponseParserTests {
    @Test("reads or refuses as the clause says", arguments: ResponseCase.all)
    func clause(_ response: ResponseCase) {
        #expect(ResponseTranscript.of(response, pieces: [response.bytes[...]]) == Self.flat(response))
    }

    @Test("does the same however the bytes are split", arguments: ResponseCase.all)
    func splits(_ response: ResponseCase) {
        let bytes = response.bytes
        let step = bytes.count > 2000 ? 997 : 1
        let odd = stride(from: 0, through: bytes.count, by: step).filter { split in
            ResponseTranscript.of(response, pieces: [bytes[..<split], bytes[split...]]) != Self.flat(response)
        }
        #expect(odd == [], "these splits change what is read")
        let single = bytes.indices.map { bytes[$0...$0] }
        #expect(ResponseTranscript.of(response, pieces: single) == Self.flat(response), "byte by byte")
    }

    private static func flat(_ response: ResponseCase) -> String { response.expected }

    @Test("is tried by at least 60 responses that it refuses")
    func enough() {
        #expect(ResponseCase.all.count { $0.expected.contains("!") } >= 60)
        let names = ResponseCase.all.map { "\($0.clause) \($0.name)" }
        #expect(Set(names).count == names.count, "two cases have the same name")
        let tried = ResponseCase.all.map(\.expected)
        for reason in ResponseFault.Reason.allCases where reason != .unsolicited {
            #expect(tried.contains { $0.hasSuffix("!\(reason.rawValue)") }, "no case tries \(reason)")
            #expect(ResponseFault(reason).clause.hasPrefix("RFC "))
        }
    }

    @Test("answers one request after the other on one connection")
    func reuse() throws {
        var parser = ResponseParser()
        #expect(parser.isIdle)
        for number in 0..<3 {
            parser.begin(method: .get)
            #expect(!parser.isIdle)
            #expect(parser.awaitsFirstByte)
            parser.append(ByteBuffer(string: ResponseCase.ok("Content-Length: 1", "\(number)")))
            #expect(!parser.awaitsFirstByte)
            guard case .head(let head) = try parser.next() else { return #expect(Bool(false), "expected a head") }
            #expect(head.reusable)
            #expect(head.string(.contentLength) == "1")
            guard case .body(let body) = try parser.next() else { return #expect(Bool(false), "expected a body") }
            #expect(String(buffer: body) == "\(number)")
            #expect(!parser.isIdle)
            guard case .end = try parser.next() else { return #expect(Bool(false), "expected the end") }
            #expect(parser.isIdle)
            #expect(try parser.next() == nil)
        }
    }

    @Test("does not take what came before a request for its answer")
    func unsolicited() throws {
        var parser = ResponseParser()
        parser.append(ByteBuffer(string: ResponseCase.ok("Content-Length: 0")))
        #expect(try parser.next() == nil)
        #expect(!parser.isIdle)
        parser.begin(method: .get)
        #expect(throws: ResponseFault(.unsolicited)) { try parser.next() }
        #expect(throws: ResponseFault(.unsolicited)) { try parser.next() }
    }

    @Test("is content with a close between two requests")
    func idleClose() throws {
        var parser = ResponseParser()
        #expect(try parser.close() == nil)
        parser.begin(method: .get)
        parser.append(ByteBuffer(string: ResponseCase.ok("Content-Length: 0")))
        guard case .head = try parser.next() else { return #expect(Bool(false), "expected a head") }
        guard case .end = try parser.close() else { return #expect(Bool(false), "expected the end") }
        #expect(try parser.close() == nil)
    }

    @Test("refuses a second request before the end of the first one's answer")
    func overlapping() async {
        await #expect(processExitsWith: .failure) {
            var parser = ResponseParser()
            parser.begin(method: .get)
            parser.begin(method: .get)
        }
    }

    @Test("reads mutated responses the same however they are split", arguments: 0..<20 as Range<UInt64>)
    func mutated(seed: UInt64) {
        var random = Seeded(seed: seed)
        let corpus = ResponseCase.all.filter { $0.bytes.count < 2000 }
        for round in 0..<500 {
            var response = corpus[random.below(corpus.count)]
            response.bytes = random.mutate(response.bytes, with: corpus[random.below(corpus.count)].bytes)
            let whole = ResponseTranscript.of(response, pieces: [response.bytes[...]])
            let pieces = ResponseTranscript.of(response, pieces: random.pieces(response.bytes))
            guard whole == pieces, !whole.contains("part after a fault") else {
                Issue.record("seed \(seed), round \(round): \(whole) and in pieces \(pieces), of \(response.bytes)")
                return
            }
        }
    }
}
