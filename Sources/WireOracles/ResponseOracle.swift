import HTTPWire
import NIOCore

/// See ``Oracle/responses``.
enum ResponseOracle {
    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let method = [HTTPMethod.post, .get, .head, .post][Int(first & 3)]
        let closes = first & 4 != 0
        let message = Array(bytes.dropFirst())
        let whole = ResponseReading(of: [message[...]], method: method, closes: closes)
        for pieces in Cutting.ways(message) {
            let cut = ResponseReading(of: pieces, method: method, closes: closes)
            guard cut == whole else {
                return "in \(pieces.count) pieces, the first of \(pieces[0].count): \(cut), not \(whole)"
            }
        }
        guard whole.hasEnded else { return nil }
        let again = ResponseReading(of: [whole.written[...]], method: method, closes: whole.framing == .untilClose)
        var expected = whole
        expected.leavesBytes = false
        return again == expected ? nil : "read, written and read again: \(again), not \(expected)"
    }
}

/// All that a response parser says of the answer to one request.
struct ResponseReading: Equatable {
    var status = 0
    var version = HTTPVersion.http11
    var framing = BodyFraming.none
    var reusable = false
    var names: [[UInt8]] = []
    var values: [[UInt8]] = []
    var body: [UInt8] = []
    var hasEnded = false
    var leavesBytes = false
    var fault: String?

    init(of pieces: [ArraySlice<UInt8>], method: HTTPMethod, closes: Bool) {
        var parser = ResponseParser()
        parser.begin(method: method)
        do throws(ResponseFault) {
            for piece in pieces {
                parser.append(ByteBuffer(bytes: piece))
                while let part = try parser.next() { self.take(part) }
            }
            if closes, let part = try parser.close() { self.take(part) }
        } catch {
            self.fault = error.reason.rawValue
        }
        self.leavesBytes = self.hasEnded && !parser.isIdle
    }

    private mutating func take(_ part: ResponsePart) {
        switch part {
        case .head(let head):
            self.status = head.status
            self.version = head.version
            self.framing = head.framing
            self.reusable = head.reusable
            self.names = head.fields.map { Array($0.name) }
            self.values = head.fields.map { Array($0.value) }
        case .body(let bytes): self.body += Array(bytes.readableBytesView)
        case .end: self.hasEnded = true
        }
    }

    var written: [UInt8] {
        let version = self.version == .http11 ? "1.1" : "1.0"
        let line = Array("HTTP/\(version) \(self.status) \r\n".utf8)
        let fields = Written.fields(self.names, self.values)
        return line + fields + Written.body(self.body, isChunked: self.framing == .chunked)
    }
}
