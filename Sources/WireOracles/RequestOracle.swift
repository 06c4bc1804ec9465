import HTTPWire
import NIOCore

/// See ``Oracle/requests``.
enum RequestOracle {
    static func contradiction(over bytes: [UInt8]) -> String? {
        let whole = RequestReading(of: [bytes[...]])
        for pieces in Cutting.ways(bytes) {
            let cut = RequestReading(of: pieces)
            guard cut == whole else {
                return "in \(pieces.count) pieces, the first of \(pieces[0].count): \(cut), not \(whole)"
            }
        }
        let written = whole.ended.flatMap(\.written)
        let again = RequestReading(of: [written[...]])
        guard again.ended == whole.ended, again.fault == nil, again.isIdle else {
            return "read, written and read again: \(again), not \(whole.ended)"
        }
        return nil
    }
}

/// All that a request parser says of some bytes.
struct RequestReading: Equatable {
    struct Request: Equatable {
        var method: HTTPMethod
        var target: [UInt8]
        var version: HTTPVersion
        var framing: BodyFraming
        var keepsAlive: Bool
        var expectsContinue: Bool
        var names: [[UInt8]]
        var values: [[UInt8]]
        var body: [UInt8] = []

        init(_ head: RequestHead) {
            self.method = head.method
            self.target = Array(head.target)
            self.version = head.version
            self.framing = head.framing
            self.keepsAlive = head.keepsAlive
            self.expectsContinue = head.expectsContinue
            self.names = head.fields.map { Array($0.name) }
            self.values = head.fields.map { Array($0.value) }
        }

        /// The request as a client would send it that has never heard of another spelling.
        var written: [UInt8] {
            var bytes = Array(self.method.rawValue.utf8) + [0x20] + self.target
            bytes += Array(self.version == .http11 ? " HTTP/1.1\r\n".utf8 : " HTTP/1.0\r\n".utf8)
            bytes += Written.fields(self.names, self.values)
            return bytes + Written.body(self.body, isChunked: self.framing == .chunked)
        }
    }

    /// The requests that were read to their end.
    var ended: [Request] = []
    /// The one that was begun.
    var open: Request?
    var fault: String?
    var isIdle = true

    init(of pieces: [ArraySlice<UInt8>]) {
        var parser = RequestParser()
        for piece in pieces {
            parser.append(ByteBuffer(bytes: piece))
            do throws(RequestFault) {
                while let part = try parser.next() {
                    switch part {
                    case .head(let head): self.open = Request(head)
                    case .body(let bytes): self.open?.body += Array(bytes.readableBytesView)
                    case .end:
                        if let open { self.ended.append(open) }
                        self.open = nil
                    }
                }
            } catch {
                self.fault = error.reason.rawValue
            }
        }
        self.isIdle = parser.isIdle
    }
}

/// Messages as bytes, by the simplest writer there is.
enum Written {
    private static let lineEnd = Array("\r\n".utf8)

    static func fields(_ names: [[UInt8]], _ values: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in zip(names, values) { bytes += name + Array(": ".utf8) + value + Self.lineEnd }
        return bytes + Self.lineEnd
    }

    static func body(_ body: [UInt8], isChunked: Bool) -> [UInt8] {
        guard isChunked else { return body }
        var buffer = ByteBuffer()
        ChunkWriter.chunk(ByteBuffer(bytes: body), to: &buffer)
        ChunkWriter.last(to: &buffer)
        return Array(buffer.readableBytesView)
    }
}
