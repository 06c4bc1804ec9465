import HTTPWire
import NIOCore
import Testing

@Suite("A head writer")
struct HeadWriterTests {
    private func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer()
        write(&buffer)
        return String(buffer: buffer)
    }

    @Test("writes a response that a response parser reads")
    func response() throws {
        var buffer = ByteBuffer()
        HeadWriter.status(429, to: &buffer)
        HeadWriter.field("content-type", "application/json", to: &buffer)
        HeadWriter.field("transfer-encoding", "chunked", to: &buffer)
        HeadWriter.field("x-count", 12_345, to: &buffer)
        HeadWriter.endOfHead(to: &buffer)
        for size in [1, 15, 16, 255, 256, 4096, 65_537] {
            HeadWriter.writeChunk(ByteBuffer(repeating: 0x61, count: size), to: &buffer)
        }
        HeadWriter.writeChunk(ByteBuffer(), to: &buffer)
        HeadWriter.writeLastChunk(to: &buffer)
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
        var buffer = ByteBuffer()
        HeadWriter.request(method, target: "/v1/models?a=b", to: &buffer)
        HeadWriter.field("host", "a.example:80", to: &buffer)
        HeadWriter.endOfHead(to: &buffer)
        var parser = RequestParser()
        parser.append(buffer)
        guard case .head(let head) = try parser.next() else { return #expect(Bool(false), "expected a head") }
        #expect(head.method == method)
        #expect(head.pathEquals("/v1/models"))
        // A field that was read is written on as it is.
        let copy = self.written { buffer in
            for field in head.fields { HeadWriter.field(field, to: &buffer) }
        }
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
        #expect(self.written { HeadWriter.decimal(number, to: &$0) } == "\(number)")
    }

    @Test("writes every status with its three digits")
    func statuses() {
        for code in 200...599 {
            #expect(self.written { HeadWriter.status(code, to: &$0) }.hasPrefix("HTTP/1.1 \(code) "))
        }
        #expect(self.written { HeadWriter.status(503, to: &$0) } == "HTTP/1.1 503 Service Unavailable\r\n")
    }
}
