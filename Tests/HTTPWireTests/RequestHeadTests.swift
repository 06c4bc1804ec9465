import HTTPWire
import NIOCore
import Testing

@Suite("A request's head")
struct RequestHeadTests {
    private func head(_ text: String) throws -> RequestHead {
        var parser = RequestParser()
        parser.append(ByteBuffer(string: text))
        guard case .head(let head) = try parser.next() else { throw Missing() }
        return head
    }

    private struct Missing: Error {}

    @Test("knows each field by its name in any case", arguments: KnownField.allCases)
    func known(_ field: KnownField) throws {
        // These four decide the message itself and are tried by the framing cases.
        if [.host, .contentLength, .transferEncoding, .expect].contains(field) { return }
        for name in [field.name.description, field.name.description.uppercased()] {
            let head = try self.head(FramingCase.get("\(name):  v\(field.rawValue)  "))
            #expect(head.string(field) == "v\(field.rawValue)")
            #expect(head.value(field).map { String(buffer: ByteBuffer($0)) } == "v\(field.rawValue)")
            #expect(head.fields.contains(field))
            #expect(Array(head.fields).last?.known == field)
        }
    }

    @Test("does not take a name that is nearly another for it", arguments: KnownField.allCases)
    func nearly(_ field: KnownField) throws {
        let name = field.name.description
        for other in [name + "x", String(name.dropLast()), "x" + name, String(name.dropLast()) + "~"] {
            let head = try self.head("GET / HTTP/1.1\r\nHost: a\r\n\(other): b\r\n\r\n")
            #expect(head.fields.count == 2)
            #expect(Array(head.fields)[1].known != field, "\(other)")
        }
    }

    @Test("takes no byte of a name for another, unless it is the same letter", arguments: KnownField.allCases)
    func everyBit(_ field: KnownField) throws {
        let name = Array(field.name.description.utf8)
        for place in name.indices {
            for bit in 0..<8 {
                var other = name
                other[place] ^= 1 << UInt8(bit)
                let line = Array("GET / HTTP/1.1\r\nHost: a\r\n".utf8) + other + Array(": b\r\n\r\n".utf8)
                var parser = RequestParser()
                parser.append(ByteBuffer(bytes: line))
                // Most are no names at all, and refused.
                guard case .head(let head)? = try? parser.next(), head.fields.count == 2 else { continue }
                let isSameLetter = bit == 5 && UInt8(ascii: "a")...UInt8(ascii: "z") ~= name[place]
                #expect(
                    (Array(head.fields)[1].known == field) == isSameLetter, "\(String(decoding: other, as: UTF8.self))")
            }
        }
    }

    @Test("gives its fields in order and as they were sent")
    func order() throws {
        let head = try self.head("GET / HTTP/1.1\r\nX-B: 1\r\nhOsT: a\r\nX-A:\r\nX-B: 2\r\n\r\n")
        let fields = head.fields.map { (String(buffer: ByteBuffer($0.name)), String(buffer: ByteBuffer($0.value))) }
        #expect(fields.map(\.0) == ["X-B", "hOsT", "X-A", "X-B"])
        #expect(fields.map(\.1) == ["1", "a", "", "2"])
        #expect(head.fields.value(named: "x-a").map { $0.count } == 0)
        #expect(head.fields.value(named: "x-c") == nil)
        #expect(head.fields.withOnlyValue(named: "x-a") { $0.count } == 0)
        #expect(head.fields.withOnlyValue(named: "host") { $0.count } == 1)
        #expect(head.fields.withOnlyValue(named: "x-b") { $0.count } == nil, "of two lines nobody knows which is meant")
        #expect(head.fields.withOnlyValue(named: "x-c") { $0.count } == nil)
        #expect(head.fields.has(.host, "a"))
        #expect(!head.fields.has(.host, "b"))
        #expect(head.fields.withValue(.host) { $0.count } == 1)
        #expect(head.fields.withValue(.cookie) { $0.count } == nil)
    }

    @Test(
        "takes its target apart",
        arguments: [
            ("/", "/", nil), ("/v1/models?a=b", "/v1/models", "a=b"), ("/?", "/", ""), ("/a?b?c", "/a", "b?c"),
            ("http://a.example/v1?b", "/v1", "b"), ("http://a.example?b", "/", "b"), ("http://a.example", "/", nil),
        ] as [(String, String, String?)])
    func target(target: String, path: String, query: String?) throws {
        let head = try self.head(FramingCase.get("A: b", target: target))
        #expect(String(buffer: ByteBuffer(head.target)) == target)
        #expect(head.path == path)
        #expect(head.query == query)
    }

    @Test("compares its path byte for byte")
    func path() throws {
        let head = try self.head(FramingCase.get("A: b", target: "/v1/models/org%2Fm-4.1?x"))
        #expect(head.hasPathPrefix("/v1/models/"))
        #expect(!head.hasPathPrefix("/v1/models/x"))
        #expect(!head.hasPathPrefix("/v1/Models/"))
        #expect(!head.pathEquals("/v1/models/"))
        #expect(head.pathEquals("/v1/models/org%2Fm-4.1"))
        #expect(head.pathSuffix(after: "/v1/models/") == "org/m-4.1")
        #expect(head.pathSuffix(after: "/v2/") == nil)
        let root = try self.head(FramingCase.get("A: b", target: "http://a.example"))
        #expect(root.pathEquals("/"))
        let invalid = try self.head(FramingCase.get("A: b", target: "/v1/models/%ff"))
        #expect(invalid.pathSuffix(after: "/v1/models/") == nil)
        let everything = try self.head("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(everything.path == "*")
    }
}
