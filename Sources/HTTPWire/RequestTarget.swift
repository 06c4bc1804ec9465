/// The parts of a request target (RFC 9112 §3.2). Ranges are offsets in the head.
struct RequestTarget: Hashable, Sendable {
    /// The authority of an absolute target; nil for the other forms.
    var authority: Range<Int>?
    /// The path; empty only for an absolute target without one, which means `/` (RFC 9110 §4.2.3).
    var path: Range<Int>
    /// What follows the first `?`, without it; nil if there is none.
    var query: Range<Int>?

    /// Takes the target of a request line apart and checks it.
    init(of line: RequestLineScanner, in bytes: Span<UInt8>) throws(RequestFault) {
        let target = line.target
        self.authority = nil
        self.path = target
        switch bytes[target.lowerBound] {
        case Octet.slash: break
        case Octet.asterisk:
            // RFC 9112 §3.2.4: the asterisk is a whole target, of OPTIONS only.
            guard target.count == 1, line.method == .options else { throw RequestFault(.targetFormRefused) }
            return
        default:
            let authority = try Self.authority(of: target, in: bytes)
            self.authority = authority
            self.path = authority.upperBound..<target.upperBound
        }
        if let mark = self.path.first(where: { bytes[$0] == Octet.question }) {
            self.query = mark + 1..<target.upperBound
            self.path = self.path.lowerBound..<mark
        }
        try self.check(line, bytes)
    }

    /// RFC 9112 §3.2.2: `http://authority` or `https://authority`, up to the path, the query or the end.
    private static func authority(
        of target: Range<Int>, in bytes: Span<UInt8>
    ) throws(RequestFault) -> Range<Int> {
        var start = target.lowerBound
        if target.count > 8, bytes.equalsFolded("https://", from: start, length: 8) {
            start += 8
        } else if target.count > 7, bytes.equalsFolded("http://", from: start, length: 7) {
            start += 7
        } else {
            throw RequestFault(.targetFormRefused)
        }
        var end = start
        while end < target.upperBound, bytes[end] != Octet.slash, bytes[end] != Octet.question { end += 1 }
        return start..<end
    }

    private func check(_ line: RequestLineScanner, _ bytes: Span<UInt8>) throws(RequestFault) {
        if line.targetHasBracket {
            for index in self.path.lowerBound..<line.target.upperBound
            where bytes[index] == Octet.leftBracket || bytes[index] == Octet.rightBracket {
                throw RequestFault(.targetInvalid)
            }
            guard self.authority != nil else { throw RequestFault(.targetInvalid) }
        }
        // RFC 3986 §3.3: a path without authority does not begin with two slashes; some readers take a host out of it.
        if self.path.count >= 2, bytes[self.path.lowerBound + 1] == Octet.slash {
            throw RequestFault(.targetInvalid)
        }
        if line.targetHasPercent { try Self.checkEncoding(line.target, bytes) }
        if line.targetHasPercent || line.targetHasDot { try self.checkSegments(bytes) }
    }

    /// RFC 3986 §2.1, and §7.3: nothing that a server would decode into a control byte or a backslash.
    private static func checkEncoding(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(RequestFault) {
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == Octet.percent else {
                index += 1
                continue
            }
            guard index + 2 < range.upperBound, let high = Octet.hexadecimal(bytes[index + 1]),
                let low = Octet.hexadecimal(bytes[index + 2])
            else { throw RequestFault(.targetEncodingInvalid) }
            let byte = high << 4 | low
            guard byte >= 0x20, byte != 0x7F, byte != Octet.backslash else {
                throw RequestFault(.targetEncodedControl)
            }
            index += 3
        }
    }

    /// RFC 3986 §5.2.4: no segment is `.` or `..`, with a dot written as it is or as `%2e`.
    ///
    /// An encoded slash separates too: a server behind may decode before it splits.
    private func checkSegments(_ bytes: Span<UInt8>) throws(RequestFault) {
        var dots = 0
        var others = 0
        var index = self.path.lowerBound
        while index < self.path.upperBound {
            var byte = bytes[index]
            index += 1
            if byte == Octet.percent, let high = Octet.hexadecimal(bytes[index]),
                let low = Octet.hexadecimal(bytes[index + 1])
            {
                byte = high << 4 | low
                index += 2
            }
            switch byte {
            case Octet.slash:
                try Self.checkSegment(dots: dots, others: others)
                (dots, others) = (0, 0)
            case Octet.dot: dots += 1
            default: others += 1
            }
        }
        try Self.checkSegment(dots: dots, others: others)
    }

    private static func checkSegment(dots: Int, others: Int) throws(RequestFault) {
        if others == 0, dots == 1 || dots == 2 { throw RequestFault(.targetDotSegment) }
    }
}
