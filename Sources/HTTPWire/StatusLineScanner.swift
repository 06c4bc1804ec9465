/// Reads a status line (RFC 9112 §4), one byte after the other, once; it keeps its place between calls.
struct StatusLineScanner: Sendable {
    private let limit: Int
    private var isInReason = false
    private var sawCarriageReturn = false
    /// The first byte that was not looked at yet; after the line, the first byte of the fields.
    private(set) var position = 0
    private(set) var version = HTTPVersion.http11
    private(set) var status = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Reads on. True when the line's LF was read; false when more bytes are needed.
    mutating func scan(_ bytes: Span<UInt8>) throws(ResponseFault) -> Bool {
        while !self.isInReason {
            guard self.position < bytes.count else { return false }
            try self.readFixed(bytes[self.position])
            self.position += 1
        }
        while true {
            let stop = min(bytes.count, self.limit)
            if !self.sawCarriageReturn { self.position += bytes.plainBytes(from: self.position, to: stop) }
            guard self.position < self.limit else { throw ResponseFault(.statusLineTooLong) }
            guard self.position < bytes.count else { return false }
            let byte = bytes[self.position]
            self.position += 1
            if self.sawCarriageReturn {
                guard byte == Octet.lineFeed else { throw ResponseFault(.bareCarriageReturn) }
                return true
            }
            switch byte {
            case Octet.carriageReturn: self.sawCarriageReturn = true
            case Octet.tab: break
            case Octet.lineFeed: throw ResponseFault(.bareLineFeed)
            default: throw ResponseFault(.statusLineInvalid)
            }
        }
    }

    /// `HTTP/1.1 200 `: the thirteen bytes that stand before the reason, which may be empty.
    private mutating func readFixed(_ byte: UInt8) throws(ResponseFault) {
        let expected: StaticString = "HTTP/1.1 ... "
        switch self.position {
        case 5:
            guard Octet.isDigit(byte) else { throw ResponseFault(.statusLineInvalid) }
            guard byte == expected.octet(at: 5) else { throw ResponseFault(.versionUnsupported) }
        case 7:
            guard Octet.isDigit(byte) else { throw ResponseFault(.statusLineInvalid) }
            guard byte <= expected.octet(at: 7) else { throw ResponseFault(.versionUnsupported) }
            self.version = byte == Octet.zero ? .http10 : .http11
        case 9, 10, 11:
            guard Octet.isDigit(byte) else { throw ResponseFault(.statusLineInvalid) }
            self.status = self.status * 10 + Int(byte - Octet.zero)
        case let offset:
            guard byte == expected.octet(at: offset) else {
                throw ResponseFault(byte == Octet.lineFeed ? .bareLineFeed : .statusLineInvalid)
            }
            guard offset == 12 else { return }
            guard (100...599).contains(self.status) else { throw ResponseFault(.statusInvalid) }
            self.isInReason = true
        }
    }
}
