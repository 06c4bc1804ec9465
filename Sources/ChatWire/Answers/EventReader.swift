/// Splits a stream of server-sent events into its events, however the bytes are packed (WHATWG HTML §9.2.6).
///
/// Lines end with CR, LF or CRLF. An event ends with an empty line; its `data` lines are joined by LF; comments, other
/// fields and a byte order mark at the start are passed over. An event of more than ``maximumBytes`` is let go without
/// its data, so that an upstream cannot fill the memory.
struct EventReader {
    static let maximumBytes = 1024 * 1024

    /// What one event says, and where it ends.
    struct Event {
        enum Data {
            /// Nothing but comments, such as a keep-alive.
            case none
            /// Fields, but no data: clients of OpenAI's API crash on it.
            case dataless
            /// In the bytes at hand, where most events lie whole.
            case inPlace(Range<Int>)
            case copied([UInt8])
            /// There was more than is kept.
            case oversized
        }

        var data: Data
        /// The place behind the event's last byte in the bytes at hand.
        var end: Int
    }

    /// The data of the current event, from bytes that are no longer at hand or from several lines.
    private var data: [UInt8] = []
    private var hasData = false
    /// Whether the current event has any field, so that it is more than comments.
    private var hasField = false
    /// Where the current event's only data line stands in the bytes at hand.
    private var inPlace: Range<Int>?
    /// The beginning of a line whose end has not come.
    private var line: [UInt8] = []
    private var lineHasBytes = false
    private var isFirstLine = true
    private var eventBytes = 0
    private var place = 0
    /// Whether the last byte read was a CR, so that a LF belongs to it.
    private(set) var followsCarriageReturn = false

    /// Whether the event that has begun is too large to be kept.
    var isOversized: Bool { self.eventBytes > Self.maximumBytes }
    /// Whether an event has begun and not ended.
    var isInsideEvent: Bool { self.eventBytes > 0 }
    /// Whether the next byte is an event's first.
    var isBetweenEvents: Bool { self.eventBytes == 0 && !self.followsCarriageReturn }

    /// Turns to the stream's next bytes.
    mutating func begin() { self.place = 0 }

    /// The next event that ends in the bytes at hand; nil once they are used up.
    mutating func next(in bytes: Span<UInt8>) -> Event? {
        if self.followsCarriageReturn && self.place < bytes.count {
            self.followsCarriageReturn = false
            if bytes[self.place] == UInt8(ascii: "\n") { self.place += 1 }
        }
        while self.place < bytes.count {
            let start = self.place
            let end = Self.endOfLine(in: bytes, from: start)
            self.eventBytes += end - start
            guard end < bytes.count else {
                self.place = end
                self.keepLine(bytes, start..<end)
                break
            }
            self.eventBytes += 1
            self.place = end + 1
            if bytes[end] == UInt8(ascii: "\r") {
                if self.place == bytes.count {
                    self.followsCarriageReturn = true
                } else if bytes[self.place] == UInt8(ascii: "\n") {
                    self.place += 1
                }
            }
            if end == start && !self.lineHasBytes { return self.endEvent() }
            self.endLine(bytes, start..<end)
        }
        self.copyInPlace(bytes)
        return nil
    }

    /// Goes on behind an event that somebody else has found.
    mutating func pass(_ event: Event) { self.place = event.end }

    /// The data of the event that the end of the stream cut off, its last line taken as whole.
    mutating func unfinishedData() -> [UInt8]? {
        let rest = self.line
        self.line = []
        if !rest.isEmpty && !self.isOversized { self.readLine(rest.span, 0..<rest.count, isAtHand: false) }
        return self.hasData && !self.isOversized ? self.data : nil
    }

    private mutating func endEvent() -> Event {
        let data: Event.Data
        if self.isOversized {
            data = .oversized
        } else if let range = self.inPlace {
            data = .inPlace(range)
        } else {
            data = self.hasData ? .copied(self.data) : self.hasField ? .dataless : .none
        }
        self.data = []
        self.hasData = false
        self.hasField = false
        self.inPlace = nil
        self.eventBytes = 0
        return Event(data: data, end: self.place)
    }

    private mutating func keepLine(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self.lineHasBytes = self.lineHasBytes || !range.isEmpty
        if self.isOversized {
            self.line = []
            self.data = []
        } else {
            for index in range { self.line.append(bytes[index]) }
        }
    }

    private mutating func endLine(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        defer { self.lineHasBytes = false }
        if self.isOversized {
            self.line = []
        } else if self.line.isEmpty {
            self.readLine(bytes, range, isAtHand: true)
        } else {
            var whole = self.line
            self.line = []
            for index in range { whole.append(bytes[index]) }
            self.readLine(whole.span, 0..<whole.count, isAtHand: false)
        }
    }

    /// Takes in one line: of all fields only `data` matters here.
    private mutating func readLine(_ bytes: Span<UInt8>, _ range: Range<Int>, isAtHand: Bool) {
        var start = range.lowerBound
        let end = range.upperBound
        if self.isFirstLine {
            self.isFirstLine = false
            if Self.bytes(Self.byteOrderMark, standIn: bytes, at: start, before: end) { start += 3 }
        }
        if start < end && bytes[start] != UInt8(ascii: ":") { self.hasField = true }
        guard Self.bytes(Self.dataField, standIn: bytes, at: start, before: end) else { return }
        start += 4
        if start < end {
            guard bytes[start] == UInt8(ascii: ":") else { return }
            start += 1
            if start < end && bytes[start] == UInt8(ascii: " ") { start += 1 }
        }
        if isAtHand && !self.hasData {
            self.inPlace = start..<end
        } else {
            // A line that is not at hand is the first of these bytes, so nothing is in place yet.
            if isAtHand { self.copyInPlace(bytes) }
            if self.hasData { self.data.append(UInt8(ascii: "\n")) }
            for index in start..<end { self.data.append(bytes[index]) }
        }
        self.hasData = true
    }

    private mutating func copyInPlace(_ bytes: Span<UInt8>) {
        guard let range = self.inPlace else { return }
        for index in range { self.data.append(bytes[index]) }
        self.inPlace = nil
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let dataField = Array("data".utf8)

    private static func bytes(
        _ expected: [UInt8], standIn bytes: Span<UInt8>, at start: Int, before end: Int
    ) -> Bool {
        guard start + expected.count <= end else { return false }
        for index in expected.indices where bytes[start + index] != expected[index] { return false }
        return true
    }

    /// The place of the next CR or LF, or the end of the bytes.
    ///
    /// Eight bytes at a time are asked for one that is below those two's end; JSON has no other in its strings.
    private static func endOfLine(in bytes: Span<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Marked unsafe for elements with padding; a byte has none.
        let raw = unsafe bytes.bytes
        var index = start
        while index &+ 8 <= bytes.count {
            // In bounds by the line above; any eight bytes are a valid UInt64.
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let marks = (word &- ones &* 0x0E) & ~word & (ones &* 0x80)
            if marks == 0 {
                index &+= 8
                continue
            }
            // The lowest marked byte is exact.
            index &+= marks.trailingZeroBitCount &>> 3
            if bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r") { return index }
            index &+= 1
        }
        while index < bytes.count && bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
            index += 1
        }
        return index
    }
}
