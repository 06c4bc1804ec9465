import HTTPWire
import NIOCore
import SluiceTesting
import Testing

@Suite("The head of a request over HTTP/2")
struct HTTP2HeadTests {
    typealias Line = (name: String, value: String)

    private static let whole: [Line] = [
        (":method", "POST"), (":scheme", "https"), (":authority", "gateway.example"),
        (":path", "/v1/chat/completions?beta=1"), ("authorization", "Bearer x"), ("content-type", "application/json"),
    ]

    private func head(_ lines: [Line], endsStream: Bool = false) throws(HTTP2HeadFault) -> RequestHead {
        try RequestHead(lines: lines, endsStream: endsStream, limits: HTTPLimits())
    }

    private func fault(_ lines: [Line], endsStream: Bool = false) -> HTTP2HeadFault? {
        do throws(HTTP2HeadFault) {
            _ = try self.head(lines, endsStream: endsStream)
            return nil
        } catch {
            return error
        }
    }

    /// The whole head, with the lines of one name replaced by others.
    private func changed(_ name: String, to lines: [Line]) -> [Line] {
        Self.whole.flatMap { $0.name == name ? lines : [$0] }
    }

    @Test("says what one over HTTP/1.1 with the same lines says")
    func agrees() throws {
        let head = try self.head(Self.whole + [("content-length", "12")])
        var parser = RequestParser()
        parser.append(
            ByteBuffer(
                string:
                    "POST /v1/chat/completions?beta=1 HTTP/1.1\r\nhost: gateway.example\r\nauthorization: Bearer x\r\n"
                    + "content-type: application/json\r\ncontent-length: 12\r\n\r\n"))
        guard case .head(let other)? = try parser.next() else {
            Issue.record("HTTP/1.1's head is whole")
            return
        }
        #expect(head.version == .http2)
        #expect(head.method == other.method)
        #expect(head.path == other.path && head.query == other.query)
        #expect(head.framing == other.framing && head.framing == .length(12))
        #expect(
            head.fields.map { String(decoding: $0.name, as: UTF8.self) }
                == other.fields.map { String(decoding: $0.name, as: UTF8.self) })
        #expect(head.string(.authorization) == "Bearer x")
        #expect(head.string(.host) == "gateway.example")
    }

    @Test("has a body of unknown length, or none, where its stream goes on, or ends")
    func framing() throws {
        #expect(try self.head(Self.whole).framing == .chunked)
        #expect(try self.head(Self.whole, endsStream: true).framing == .none)
        #expect(
            self.fault(Self.whole + [("content-length", "1")], endsStream: true) == .malformed(.lengthWithoutContent))
        #expect(self.fault(self.changed(":method", to: [(":method", "GET")])) == .refused(RequestFault(.bodyRefused)))
    }

    @Test("puts the crumbs of a cookie together")
    func cookies() throws {
        let head = try self.head(Self.whole + [("cookie", "a=1"), ("accept", "*/*"), ("cookie", "b=2")])
        #expect(head.string(.cookie) == "a=1; b=2")
    }

    @Test("takes its authority from the host where that is all there is")
    func host() throws {
        let lines = self.changed(":authority", to: []) + [("host", "gateway.example")]
        #expect(try self.head(lines).string(.host) == "gateway.example")
        #expect(try self.head(Self.whole + [("host", "GATEWAY.example")]).string(.host) == "gateway.example")
        #expect(self.fault(self.changed(":authority", to: [])) == .refused(RequestFault(.hostMissing)))
    }

    @Test(
        "is malformed where RFC 9113 says so",
        arguments: [
            ([(":path", "/again")], .pseudoHeaderMisplaced), ([("Accept", "*/*")], .nameInvalid),
            ([("", "x")], .nameInvalid),
            ([("a b", "x")], .nameInvalid), ([("accept", " x")], .valueInvalid), ([("accept", "x\t")], .valueInvalid),
            ([("accept", "x\r\nauthorization: Bearer y")], .valueInvalid), ([("accept", "x\0")], .valueInvalid),
            ([("accept", "x\ny")], .valueInvalid), ([("connection", "close")], .connectionField),
            ([("keep-alive", "5")], .connectionField), ([("proxy-connection", "close")], .connectionField),
            ([("transfer-encoding", "chunked")], .connectionField), ([("upgrade", "h2c")], .connectionField),
            ([("te", "gzip")], .connectionField), ([("host", "other.example")], .hostDiffers),
        ] as [([Line], HTTP2HeadFault.Malformation)])
    func malformed(lines: [Line], reason: HTTP2HeadFault.Malformation) {
        #expect(self.fault(Self.whole + lines) == .malformed(reason))
    }

    @Test(
        "needs each pseudo-header once, before all fields, and whole",
        arguments: [
            (":method", [], .pseudoHeaderMissing), (":scheme", [], .pseudoHeaderMissing),
            (":path", [], .pseudoHeaderMissing),
            (":path", [(":path", "/a"), (":path", "/a")], .pseudoHeaderRepeated),
            (":authority", [(":authority", "a"), (":authority", "a")], .pseudoHeaderRepeated),
            (":path", [(":path", "")], .pseudoHeaderInvalid), (":path", [(":path", "v1")], .pseudoHeaderInvalid),
            (":path", [(":path", "/a b")], .pseudoHeaderInvalid),
            (":path", [(":path", "/a HTTP/1.1\r\nx: y")], .valueInvalid),
            (":method", [(":method", "GET /")], .pseudoHeaderInvalid),
            (":scheme", [(":status", "200")], .pseudoHeaderUnknown),
            (":scheme", [(":protocol", "websocket")], .pseudoHeaderUnknown),
        ] as [(String, [Line], HTTP2HeadFault.Malformation)])
    func pseudoHeaders(name: String, lines: [Line], reason: HTTP2HeadFault.Malformation) {
        #expect(self.fault(self.changed(name, to: lines)) == .malformed(reason))
    }

    @Test(
        "is refused for what HTTP/1.1 is refused for",
        arguments: [
            ([(":path", "/v1/../healthz")], .targetDotSegment), ([(":path", "//evil")], .targetInvalid),
            ([(":path", "/%00")], .targetEncodedControl), ([(":method", "BREW")], .methodUnknown),
            ([(":method", "TRACE")], .methodRefused), ([(":authority", "user@a")], .hostInvalid),
            ([(":authority", "a:0")], .hostPortInvalid), ([(":scheme", "ftp")], .targetFormRefused),
            ([("authorization", "Bearer x"), ("authorization", "Bearer y")], .fieldRepeated),
            ([("authorization", "x"), ("x_api_key", "y")], .fieldNameUnderscore),
            ([("authorization", "x\u{1}y")], .fieldValueControl),
            ([("authorization", "x"), ("expect", "x")], .expectationFailed),
            ([("authorization", "x"), ("content-length", "+1")], .lengthInvalid),
            ([("authorization", String(repeating: "x", count: 20_000))], .fieldTooLong),
        ] as [([Line], RequestFault.Reason)])
    func refused(lines: [Line], reason: RequestFault.Reason) {
        #expect(self.fault(self.changed(lines[0].name, to: lines)) == .refused(RequestFault(reason)))
    }

    @Test("never has a line that none of its own lines was", arguments: 0..<300 as Range<UInt64>)
    func noSmuggling(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("ab:/ \r\n\t\0_-%.?#;,HTPé".unicodeScalars)
        func text() -> String {
            String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        alphabet.randomElement(using: &generator) ?? "a"
                    }))
        }
        var lines = Self.whole
        for index in lines.indices where Int.random(in: 0..<6, using: &generator) == 0 { lines[index].value += text() }
        for _ in 0..<2 { lines.append((text(), text())) }
        guard let head = try? self.head(lines) else { return }
        // `host` stands for `:authority`; the method, the scheme and the path are no fields.
        let names = Set(lines.map(\.name)).union(["host"])
        #expect(head.fields.allSatisfy { names.contains(String(decoding: $0.name, as: UTF8.self)) })
        #expect(head.fields.count == lines.count - 3)
        #expect(head.string(.authorization)?.contains("\r") == false)
    }
}
