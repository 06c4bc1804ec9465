import HTTPWire
import NIOCore
import Testing

@Suite("A head writer")
struct HeadWriterTests {
    private func written(_ write: (inout WireText) -> Void) -> String {
        var text = WireText()
        write(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test("writes a response that a response parser reads")
    func response() throws {
        var head = WireText()
        HeadWriter.status(429, to: &head)
        HeadWriter.field("content-type", "application/json", to: &head)
        HeadWriter.field("transfer-encoding", "chunked", to: &head)
        HeadWriter.field("x-count", 12_345, to: &head)
        HeadWriter.endOfHead(to: &head)
        var buffer = ByteBuffer(head)
        for size in [1, 15, 16, 255, 256, 4096, 65_537] {
            ChunkWriter.chunk(ByteBuffer(repeating: 0x61, count: size), to: &buffer)
        }
        ChunkWriter.chunk(ByteBuffer(), to: &buffer)
        ChunkWriter.last(to: &buffer)
        var parser = ResponseParser()
        parser.begin(method: .post)
        parser.append(buffer)
        var bodyBytes = 0
        while let part = try parser.next() {
            switch part {
            case .head(let head):
                #expect(head.status == 429)
                #expect(head.fields.value(named: "x-count").map { String(buffer: ByteBuffer($0)) } == "12345")
            case .body(let body): bodyBytes += body.readableBytes
            case .end: break
            }
        }
        #expect(parser.isIdle)
        #expect(bodyBytes == 1 + 15 + 16 + 255 + 256 + 4096 + 65_537)
    }

    @Test("writes a request that a request parser reads", arguments: HTTPMethod.allCases)
    func request(method: HTTPMethod) throws {
        var text = WireText()
        HeadWriter.request(method, target: "/v1/models?a=b", to: &text)
        HeadWriter.field("host", "a.example:80", to: &text)
        HeadWriter.field("authorization", "Bearer x", to: &text)
        HeadWriter.endOfHead(to: &text)
        var parser = RequestParser()
        parser.append(ByteBuffer(text))
        guard case .head(let head) = try parser.next() else { return #expect(Bool(false), "expected a head") }
        #expect(head.method == method)
        #expect(head.pathEquals("/v1/models"))
        // A field that was read is written on as it is, if it is wanted.
        let copy = self.written { HeadWriter.fields(of: head.fields, where: { $0 == .host }, to: &$0) }
        #expect(copy == "host: a.example:80\r\n")
    }

    @Test("lets no value end its line")
    func injection() {
        let text = self.written { HeadWriter.field("a", "b\r\nc: d\0\u{7F}\te\u{E9}" as String, to: &$0) }
        #expect(text == "a: b  c: d  \te\u{E9}\r\n")
        let bytes = ByteBufferView(ByteBuffer(string: "x\ny"))
        #expect(self.written { HeadWriter.field("a", bytes, to: &$0) } == "a: x y\r\n")
        #expect(
            self.written { HeadWriter.request(.get, target: "/a b\r\nc#d", to: &$0) } == "GET /a_b__c_d HTTP/1.1\r\n")
    }

    @Test("writes numbers", arguments: [0, 1, 9, 10, 99, 100, 200, 65_535, Int.max, -1, Int.min])
    func decimal(_ number: Int) {
        #expect(self.written { $0.decimal(number) } == "\(number)")
    }

    @Test("writes every status with its three digits")
    func statuses() {
        for code in 200...599 {
            #expect(self.written { HeadWriter.status(code, to: &$0) }.hasPrefix("HTTP/1.1 \(code) "))
        }
        #expect(self.written { HeadWriter.status(503, to: &$0) } == "HTTP/1.1 503 Service Unavailable\r\n")
    }
}
