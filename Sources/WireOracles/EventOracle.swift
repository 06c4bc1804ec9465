import ChatWire
import NIOCore

/// See ``Oracle/events``.
enum EventOracle {
    private static let calls = [ModelCall.chatCompletions, .messages, .responses]

    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let (call, hidesUsage) = (Self.calls[Int(first & 3) % 3], first & 4 != 0)
        let stream = Array(bytes.dropFirst())
        let whole = Reading(of: [stream[...]], call, hidesUsage: hidesUsage)
        // An event of several lines in which a name changes is written as one line, so there only its data must agree.
        let hasNames = stream.contains(UInt8(ascii: "\\")) || Self.names("model", in: stream)
        for pieces in Cutting.ways(stream) {
            let cut = Reading(of: pieces, call, hidesUsage: hidesUsage)
            let same =
                hasNames
                ? cut.end == whole.end && Self.data(of: cut.passed) == Self.data(of: whole.passed) : cut == whole
            guard same else {
                return "in \(pieces.count) pieces, the first of \(pieces[0].count): \(cut), not \(whole)"
            }
        }
        if call == .messages, !hasNames, whole.passed + whole.held != stream {
            return "changed or lost bytes: \(whole)"
        }
        guard call == .chatCompletions else { return nil }
        let hasMark = Self.data(of: stream).contains { $0.starts(with: Array("[DONE]".utf8)) }
        if whole.end.sawEndMark != hasMark { return "saw the end: \(whole.end.sawEndMark), not \(hasMark)" }
        if !hasNames, whole.passed.count + whole.held.count > stream.count { return "more bytes than came" }
        return nil
    }

    /// Whether the bytes of a name stand anywhere in a stream.
    private static func names(_ name: String, in stream: [UInt8]) -> Bool {
        stream.indices.contains { stream[$0...].starts(with: name.utf8) }
    }

    private struct Reading: Equatable {
        var passed: [UInt8] = []
        var end: StreamEnd

        init(of pieces: [ArraySlice<UInt8>], _ call: ModelCall, hidesUsage: Bool) {
            var meter = StreamMeter(call: call, hidesUsage: hidesUsage, names: OutwardNames(model: "outward"))
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
