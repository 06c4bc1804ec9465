import HTTPWire
import NIOCore
import Testing

@Suite("A request parser")
struct RequestParserTests {
    @Test("reads or refuses as the clause says", arguments: FramingCase.requests)
    func clause(_ framing: FramingCase) {
        #expect(Transcript.of(framing.bytes) == framing.expected)
    }

    @Test("does the same however the bytes are split", arguments: FramingCase.requests)
    func splits(_ framing: FramingCase) {
        let whole = Transcript.of(framing.bytes)
        let odd = (0...framing.bytes.count).filter { Transcript.of(framing.bytes, splitAt: $0) != whole }
        #expect(odd == [], "these splits change what is read")
        #expect(Transcript.ofSingleBytes(framing.bytes) == whole, "byte by byte")
    }

    @Test("is tried by at least 340 cases, each named by its clause")
    func enough() {
        #expect(FramingCase.requests.count >= 340)
        let clause = /RFC \d{4} §\d+(\.\d+)*/
        let nameless = FramingCase.requests.filter { $0.clause.wholeMatch(of: clause) == nil }
        #expect(nameless.map(\.name) == [], "these do not say what they try")
        let names = FramingCase.requests.map { "\($0.clause) \($0.name)" }
        #expect(Set(names).count == names.count, "two cases have the same name")
    }

    @Test("gives every reason a clause, a status and words")
    func reasons() {
        for reason in RequestFault.Reason.allCases {
            let fault = RequestFault(reason)
            #expect(fault.clause.hasPrefix("RFC "), "\(reason)")
            #expect([400, 405, 413, 414, 417, 431, 501, 505].contains(fault.status), "\(reason)")
            #expect(fault.message.count > 10, "\(reason)")
        }
        let tried = Set(FramingCase.requests.map(\.expected))
        let limits: Set<RequestFault.Reason> = [.requestLineTooLong, .fieldTooLong, .fieldsTooMany, .headTooLong]
        for reason in RequestFault.Reason.allCases where !limits.contains(reason) {
            #expect(tried.contains("!\(reason.rawValue)"), "no case tries \(reason)")
        }
    }

    @Test("refuses what is over a limit and takes what is at it")
    func limits() {
        let limits = HTTPLimits(requestLineBytes: 40, headBytes: 200, fieldBytes: 60, fieldCount: 4, bodyBytes: 10)
        func line(_ text: String) -> String {
            let bytes = Array(text.utf8)
            let whole = Transcript.of(bytes, limits: limits)
            for split in 0...bytes.count {
                #expect(Transcript.of(bytes, splitAt: split, limits: limits) == whole, "split at byte \(split)")
            }
            return whole
        }
        func get(_ target: Int, _ fields: [String]) -> String {
            "GET /\(String(repeating: "a", count: target - 1)) HTTP/1.1\r\nHost: a\r\n"
                + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        }
        func field(_ length: Int) -> String { "A: " + String(repeating: "b", count: length - 3) }
        // 4 for the method and its space, 9 for a space and the version.
        #expect(line(get(27, [])).hasPrefix("GET"))
        #expect(line(get(28, [])) == "!request_line_too_long")
        #expect(line(get(90, [])) == "!request_line_too_long")
        #expect(line(get(1, [field(60)])).hasPrefix("GET"))
        #expect(line(get(1, [field(61)])) == "!field_too_long")
        #expect(line(get(1, [String(repeating: "n", count: 90) + ": b"])) == "!field_too_long")
        #expect(line(get(1, ["A: b", "A: b", "A: b"])).hasPrefix("GET"))
        #expect(line(get(1, ["A: b", "A: b", "A: b", "A: b"])) == "!fields_too_many")
        // 16 for the request line, 9 for Host, 2 for the empty line.
        #expect(line(get(1, [field(60), field(60), field(47)])).hasPrefix("GET"))
        #expect(line(get(1, [field(60), field(60), field(48)])) == "!head_too_long")
        #expect(
            line("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789") == "POST / <0123456789> keep")
        #expect(line("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n") == "!body_too_large")
        let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(line(chunked + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n") == "POST / <0123456789> keep")
        #expect(line(chunked + "5\r\n01234\r\n6\r\n56789a\r\n0\r\n\r\n") == "!body_too_large")
        #expect(line(chunked + "b\r\n") == "!body_too_large")
    }

    @Test("refuses an endless head before it has read more than the limit allows")
    func endless() {
        var parser = RequestParser()
        parser.append(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n"))
        var given = 0
        var fault: RequestFault?
        while fault == nil, given < 1 << 20 {
            parser.append(ByteBuffer(string: "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"))
            given += 64
            do throws(RequestFault) { _ = try parser.next() } catch { fault = error }
        }
        #expect(fault?.status == 431)
        #expect(given <= 33 * 1024)
        #expect(parser.bufferedBytes == 0)
    }

    @Test("keeps the head of a request whose declared body is too large")
    func refusedHead() throws {
        var parser = RequestParser(limits: HTTPLimits(bodyBytes: 3))
        parser.append(ByteBuffer(string: FramingCase.post("Content-Length: 4")))
        #expect(throws: RequestFault(.bodyTooLarge)) { try parser.next() }
        #expect(parser.refusedHead?.pathEquals("/v1") == true)
    }

    @Test("says when a request has begun")
    func idle() throws {
        var parser = RequestParser()
        #expect(parser.isIdle)
        parser.append(ByteBuffer(string: "\r\n"))
        #expect(try parser.next() == nil)
        #expect(parser.isIdle)
        parser.append(ByteBuffer(string: "G"))
        #expect(!parser.isIdle)
        #expect(try parser.next() == nil)
        #expect(!parser.isIdle)
        #expect(parser.bufferedBytes == 3)
        parser.append(ByteBuffer(string: "ET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        guard case .head = try parser.next() else { return #expect(Bool(false), "expected a head") }
        #expect(!parser.isIdle)
        guard case .end = try parser.next() else { return #expect(Bool(false), "expected the end") }
        #expect(parser.isIdle)
        #expect(parser.bufferedBytes == 0)
    }

    @Test("hands out a body without copying it")
    func sharesStorage() throws {
        var parser = RequestParser()
        parser.append(ByteBuffer(string: FramingCase.post("Content-Length: 5", "hel")))
        var sizes: [Int] = []
        while let part = try parser.next() {
            if case .body(let bytes) = part { sizes.append(bytes.readableBytes) }
        }
        parser.append(ByteBuffer(string: "lo"))
        while let part = try parser.next() {
            if case .body(let bytes) = part { sizes.append(bytes.readableBytes) }
        }
        #expect(sizes == [3, 2])
    }
}
