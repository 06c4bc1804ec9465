import HTTPWire
import NIOCore
import Testing

/// One message, or several, and what must become of it; named by the clause that it tries.
struct FramingCase: Sendable, CustomTestStringConvertible {
    var clause: String
    var name: String
    var bytes: [UInt8]
    /// What ``Transcript`` writes about it.
    var expected: String

    var testDescription: String { "\(self.clause): \(self.name)" }

    init(_ clause: String, _ name: String, _ text: String, _ expected: String) {
        self.clause = clause
        self.name = name
        // A case can hold bytes above 0x7F: each scalar below U+0100 stands for that byte.
        self.bytes = text.unicodeScalars.map { UInt8($0.value) }
        self.expected = expected
    }

    /// A request that is refused.
    static func bad(
        _ clause: String, _ name: String, _ text: String, _ reason: RequestFault.Reason
    ) -> FramingCase {
        FramingCase(clause, name, text, "!\(reason.rawValue)")
    }

    /// A GET with Host and the given further lines, each with its CRLF but the last.
    static func get(_ fields: String, target: String = "/", version: String = "HTTP/1.1") -> String {
        "GET \(target) \(version)\r\nHost: a.example\r\n\(fields)\r\n\r\n"
    }

    /// A POST with Host and the given further lines and bytes after the head.
    static func post(_ fields: String, _ body: String = "", version: String = "HTTP/1.1") -> String {
        "POST /v1 \(version)\r\nHost: a.example\r\n\(fields)\r\n\r\n\(body)"
    }
}

/// What a parser made of some bytes, as one line of text: each request as `METHOD target <body> keep`, then `…` if it
/// waits for more, or `!` and the reason if it refused.
struct Transcript {
    private(set) var text = ""
    private(set) var isOver = false
    private var parser: RequestParser
    private var open: (line: String, body: String)?

    init(limits: HTTPLimits = .init()) {
        self.parser = RequestParser(limits: limits)
    }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        self.parser.append(ByteBuffer(bytes: bytes))
        do throws(RequestFault) {
            while let part = try self.parser.next() { self.take(part) }
        } catch {
            if !self.isOver { self.write("!\(error.reason.rawValue)") }
            self.isOver = true
        }
    }

    private mutating func take(_ part: RequestPart) {
        switch part {
        case .head(let head):
            let target = String(buffer: ByteBuffer(head.target))
            let mark = head.expectsContinue ? " continue" : ""
            self.open = ("\(head.method.rawValue) \(target)", head.keepsAlive ? "keep\(mark)" : "close\(mark)")
            self.body = ""
        case .body(let bytes):
            if self.isOver { self.write("part after a fault") }
            self.body += String(buffer: bytes)
        case .end:
            guard let open = self.open else { return self.write("end without head") }
            self.write("\(open.line) <\(self.body)> \(open.body)")
            self.open = nil
        }
    }

    private var body = ""

    private mutating func write(_ line: String) {
        self.text += self.text.isEmpty ? line : " | \(line)"
    }

    /// The whole line, with `…` if the parser waits in the middle of a request.
    var line: String {
        if self.isOver || self.parser.isIdle { return self.text }
        return self.text.isEmpty ? "…" : "\(self.text) | …"
    }

    static func of(_ bytes: [UInt8], limits: HTTPLimits = .init()) -> String {
        var transcript = Transcript(limits: limits)
        transcript.append(bytes)
        return transcript.line
    }

    static func of(_ bytes: [UInt8], splitAt split: Int, limits: HTTPLimits = .init()) -> String {
        var transcript = Transcript(limits: limits)
        transcript.append(bytes[..<split])
        transcript.append(bytes[split...])
        return transcript.line
    }

    static func ofSingleBytes(_ bytes: [UInt8], limits: HTTPLimits = .init()) -> String {
        var transcript = Transcript(limits: limits)
        for byte in bytes { transcript.append([byte]) }
        return transcript.line
    }
}
