import HTTPWire
import NIOCore
import Testing

/// What an upstream sent, and what must become of it; named by the clause that it tries.
struct ResponseCase: Sendable, CustomTestStringConvertible {
    var clause: String
    var name: String
    var method: HTTPMethod
    var bytes: [UInt8]
    /// Whether the upstream then closes.
    var closes: Bool
    /// What ``ResponseTranscript`` writes about it.
    var expected: String

    var testDescription: String { "\(self.clause): \(self.name)" }

    init(
        _ clause: String, _ name: String, _ text: String, _ expected: String, method: HTTPMethod = .post,
        closes: Bool = false
    ) {
        self.clause = clause
        self.name = name
        self.method = method
        // A case can hold bytes above 0x7F: each scalar below U+0100 stands for that byte.
        self.bytes = text.unicodeScalars.map { UInt8($0.value) }
        self.closes = closes
        self.expected = expected
    }

    /// A response that is refused.
    static func bad(
        _ clause: String, _ name: String, _ text: String, _ reason: ResponseFault.Reason, closes: Bool = false
    ) -> ResponseCase {
        ResponseCase(clause, name, text, "!\(reason.rawValue)", closes: closes)
    }

    /// A response whose head is read and which is refused then.
    static func broken(
        _ clause: String, _ name: String, _ text: String, _ reason: ResponseFault.Reason, closes: Bool = false
    ) -> ResponseCase {
        ResponseCase(clause, name, text, "200 | !\(reason.rawValue)", closes: closes)
    }

    static func ok(_ fields: String, _ body: String = "") -> String { "HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n\(body)" }
}

/// What a parser made of one response: `status`, then `<body>` and `reuse` or `close` when it ended; `!` and the reason
/// if it was refused; `+` if bytes were left over.
struct ResponseTranscript {
    private(set) var parts: [String] = []
    private var parser = ResponseParser()
    private var body = ""
    private var reusable = false
    private var isOver = false

    init(method: HTTPMethod) {
        self.parser.begin(method: method)
    }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        self.parser.append(ByteBuffer(bytes: bytes))
        do throws(ResponseFault) {
            while let part = try self.parser.next() { self.take(part) }
        } catch {
            self.fail(error)
        }
    }

    mutating func close() {
        do throws(ResponseFault) {
            if let part = try self.parser.close() { self.take(part) }
        } catch {
            self.fail(error)
        }
    }

    private mutating func fail(_ fault: ResponseFault) {
        if !self.isOver { self.parts.append("!\(fault.reason.rawValue)") }
        self.isOver = true
    }

    private mutating func take(_ part: ResponsePart) {
        if self.isOver { self.parts.append("part after a fault") }
        switch part {
        case .head(let head):
            self.parts.append("\(head.status)")
            self.reusable = head.reusable
        case .body(let bytes): self.body += String(buffer: bytes)
        case .end:
            self.parts.append("<\(self.body)> \(self.reusable ? "reuse" : "close")")
            if !self.parser.isIdle { self.parts.append("+") }
        }
    }

    static func of(_ response: ResponseCase, pieces: [ArraySlice<UInt8>]) -> String {
        var transcript = ResponseTranscript(method: response.method)
        for piece in pieces { transcript.append(piece) }
        if response.closes { transcript.close() }
        // Bytes that come after the end show themselves when they come, so they are counted once, at the end.
        var line = transcript.parts.filter { $0 != "+" }.joined(separator: " | ")
        if !transcript.isOver, !transcript.parser.isIdle {
            line += transcript.parts.contains { $0.hasPrefix("<") } ? " | +" : " | …"
        }
        return line
    }
}
