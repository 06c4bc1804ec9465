import HTTPWire
import NIOCore
import Testing

@Suite("A request parser under random bytes")
struct RequestFuzzTests {
    private static let corpus = FramingCase.requests.map(\.bytes)

    @Test("reads mutated requests the same however they are split", arguments: 0..<40 as Range<UInt64>)
    func mutated(seed: UInt64) {
        var random = Seeded(seed: seed)
        for round in 0..<500 {
            let one = Self.corpus[random.below(Self.corpus.count)]
            let other = Self.corpus[random.below(Self.corpus.count)]
            let bytes = random.mutate(one, with: other)
            let whole = Transcript.of(bytes)
            var pieces = Transcript()
            for piece in random.pieces(bytes) { pieces.append(piece) }
            guard pieces.line == whole, !whole.contains("part after a fault"), !whole.contains("end without head")
            else {
                Issue.record("seed \(seed), round \(round): \(whole) and in pieces \(pieces.line), of \(bytes)")
                return
            }
        }
    }

    @Test("reads random bytes to a fault or waits", arguments: 0..<20 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = Seeded(seed: seed)
        for _ in 0..<100 {
            let bytes = (0..<random.below(200)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let line = Transcript.of(bytes)
            #expect(line.isEmpty || line == "…" || line.hasPrefix("!"), "seed \(seed)")
        }
    }

    @Test("lets no head through that two readers could read in two ways", arguments: 0..<20 as Range<UInt64>)
    func invariants(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        let good = FramingCase.requests.filter { !$0.expected.contains("!") }.map(\.bytes)
        var accepted = 0
        for _ in 0..<500 {
            let one = good[random.below(good.count)]
            let bytes = random.mutate(one, with: Self.corpus[random.below(Self.corpus.count)])
            var parser = RequestParser()
            parser.append(ByteBuffer(bytes: bytes))
            while let part = try? parser.next() {
                guard case .head(let head) = part else { continue }
                accepted += 1
                Self.check(head, "seed \(seed)")
            }
        }
        #expect(accepted > 40, "seed \(seed)")
    }

    /// The obvious, slow reading of an accepted head, over strings.
    private static func check(_ head: RequestHead, _ comment: Comment) {
        let fields = head.fields.map {
            (
                name: $0.name.map { String(UnicodeScalar($0)) }.joined().lowercased(),
                value: $0.value.map { String(UnicodeScalar($0)) }.joined()
            )
        }
        func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
        #expect(values("host").count == 1 || (head.version == .http10 && values("host").isEmpty), comment)
        #expect(fields.allSatisfy { !$0.name.contains("_") && !$0.name.isEmpty }, comment)
        #expect(fields.allSatisfy { !$0.value.contains { "\r\n\0".contains($0) } }, comment)
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        #expect(lengths.count + codings.count <= 1, comment)
        switch head.framing {
        case .chunked: #expect(codings.map { $0.lowercased() } == ["chunked"], comment)
        case .length(let length): #expect(lengths == ["\(length)"] && length > 0, comment)
        case .none: #expect(codings.isEmpty && (lengths.isEmpty || lengths == ["0"]), comment)
        case .untilClose: Issue.record(comment)
        }
        #expect(values("authorization").count <= 1 && values("x-api-key").count <= 1, comment)
        let target = String(buffer: ByteBuffer(head.target))
        #expect(!target.contains("#") && !target.contains("\\") && !target.contains(" "), comment)
        #expect(!head.path.split(separator: "/").contains(".."), comment)
    }

    @Test("keeps pipelined requests apart", arguments: 0..<20 as Range<UInt64>)
    func pipelined(seed: UInt64) {
        var random = Seeded(seed: seed)
        var bytes: [UInt8] = []
        var lines: [String] = []
        for number in 0..<50 {
            let body =
                String(repeating: "\r\n", count: random.below(4)) + String(repeating: "GET ", count: random.below(9))
            switch random.below(3) {
            case 0:
                bytes += Array("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                lines.append("GET /\(number) <> keep")
            case 1:
                bytes += Array(
                    "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
                lines.append("POST /\(number) <\(body)> keep")
            default:
                let chunk = body.isEmpty ? "" : "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
                bytes += Array(
                    "PUT /\(number) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n"
                        .utf8)
                lines.append("PUT /\(number) <\(body)\(body)> keep")
            }
        }
        var transcript = Transcript()
        for piece in random.pieces(bytes) { transcript.append(piece) }
        #expect(transcript.line == lines.joined(separator: " | "), "seed \(seed)")
        #expect(Transcript.of(bytes) == transcript.line, "seed \(seed)")
    }
}
