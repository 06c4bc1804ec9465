import HTTPWire
import NIOCore

/// See ``Oracle/chunks``.
enum ChunkOracle {
    private static let limit = 1000
    private static let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func contradiction(over bytes: [UInt8]) -> String? {
        let expected = Self.slowly(bytes)
        for pieces in [[bytes[...]]] + Cutting.ways(bytes) {
            let read = Self.parsed(pieces)
            if read != expected { return "in \(pieces.count) pieces: \(read), and at once \(expected)" }
        }
        return nil
    }

    /// How a body was read: its bytes, and how it ended.
    private struct Reading: Equatable {
        enum End: Equatable { case waits, refused, whole }

        var body: [UInt8] = []
        var end = End.waits
    }

    private static func parsed(_ pieces: [ArraySlice<UInt8>]) -> Reading {
        var parser = RequestParser(limits: HTTPLimits(bodyBytes: Self.limit))
        parser.append(ByteBuffer(string: Self.head))
        var reading = Reading()
        do throws(RequestFault) {
            for piece in pieces {
                parser.append(ByteBuffer(bytes: piece))
                while let part = try parser.next() {
                    if case .body(let bytes) = part { reading.body += Array(bytes.readableBytesView) }
                    if case .end = part {
                        reading.end = .whole
                        return reading
                    }
                }
            }
        } catch {
            reading.end = .refused
        }
        return reading
    }

    /// RFC 9112 §7.1 without extensions and trailers, read from an array that is all there.
    private static func slowly(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        var rest = bytes[...]
        while true {
            var size = 0
            var digits = 0
            while let digit = rest.first.flatMap({ Character(UnicodeScalar($0)).hexDigitValue }) {
                size = size * 16 + digit
                digits += 1
                rest = rest.dropFirst()
                if digits > 16 || size > Self.limit - reading.body.count {
                    reading.end = .refused
                    return reading
                }
            }
            if rest.isEmpty { return reading }
            guard digits > 0, Self.takeLineEnd(&rest, &reading) else {
                if digits == 0 { reading.end = .refused }
                return reading
            }
            if size > 0 {
                reading.body += rest.prefix(size)
                if rest.count <= size { return reading }
                rest = rest.dropFirst(size)
            }
            guard Self.takeLineEnd(&rest, &reading) else { return reading }
            if size == 0 {
                reading.end = .whole
                return reading
            }
        }
    }

    /// Whether CR LF stands here; if not, the reading is refused, or waits if the bytes are used up.
    private static func takeLineEnd(_ rest: inout ArraySlice<UInt8>, _ reading: inout Reading) -> Bool {
        for expected: UInt8 in [0x0D, 0x0A] {
            guard let byte = rest.popFirst() else { return false }
            guard byte == expected else {
                reading.end = .refused
                return false
            }
        }
        return true
    }
}
