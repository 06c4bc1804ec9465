import ChatWire
import NIOCore

/// See ``Oracle/events``.
enum EventOracle {
    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let format = first & 1 == 0 ? WireFormat.openAI : .anthropic
        let hidesUsage = first & 2 != 0
        let stream = Array(bytes.dropFirst())
        let whole = Reading(of: [stream[...]], format, hidesUsage: hidesUsage)
        for pieces in Cutting.ways(stream) {
            let cut = Reading(of: pieces, format, hidesUsage: hidesUsage)
            guard cut == whole else {
                return "in \(pieces.count) pieces, the first of \(pieces[0].count): \(cut), not \(whole)"
            }
        }
        switch format {
        case .anthropic:
            if whole.passed + whole.held != stream { return "changed or lost bytes: \(whole)" }
        case .openAI:
            let hasMark = Self.data(of: stream).contains { $0.starts(with: Array("[DONE]".utf8)) }
            if whole.end.sawEndMark != hasMark { return "saw the end: \(whole.end.sawEndMark), not \(hasMark)" }
            if whole.passed.count + whole.held.count > stream.count { return "more bytes than came" }
        }
        return nil
    }

    private struct Reading: Equatable {
        var passed: [UInt8] = []
        var end: StreamEnd

        init(of pieces: [ArraySlice<UInt8>], _ format: WireFormat, hidesUsage: Bool) {
            var meter = StreamMeter(format: format, hidesUsage: hidesUsage)
            for piece in pieces {
                if let bytes = meter.receive(ByteBuffer(bytes: piece)) { self.passed += Array(bytes.readableBytesView) }
            }
            self.end = meter.finish()
        }

        var held: [UInt8] { self.end.held.map { Array($0.readableBytesView) } ?? [] }
    }

    /// The data of all events (WHATWG HTML §9.2.6), and of one that the end cuts off, read line by line.
    private static func data(of stream: [UInt8]) -> [[UInt8]] {
        var lines = Self.lines(of: stream)
        if lines[0].starts(with: [0xEF, 0xBB, 0xBF]) { lines[0].removeFirst(3) }
        var events: [[UInt8]] = []
        var data: [[UInt8]] = []
        for line in lines + [[]] {
            if line.isEmpty {
                if !data.isEmpty { events.append(Array(data.joined(separator: [0x0A]))) }
                data = []
            } else if line == Array("data".utf8) {
                data.append([])
            } else if line.starts(with: Array("data:".utf8)) {
                data.append(Array(line.dropFirst(line.starts(with: Array("data: ".utf8)) ? 6 : 5)))
            }
        }
        return events
    }

    private static func lines(of stream: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var previous: UInt8 = 0
        for byte in stream {
            if byte == 0x0D || (byte == 0x0A && previous != 0x0D) {
                lines.append([])
            } else if byte != 0x0A {
                lines[lines.count - 1].append(byte)
            }
            previous = byte
        }
        return lines
    }
}
