/// Reads the request line (RFC 9112 §3), one byte after the other, once; it keeps its place between calls.
struct RequestLineScanner: Sendable {
    private enum Phase: UInt8 {
        case start, emptyLine, method, target, version, done
    }

    private let limit: Int
    private var phase = Phase.start
    /// Where the line begins: 0, or 2 after an empty line that was tolerated.
    private var start = 0
    private var versionStart = 0
    /// The first byte that was not looked at yet; after the line, the first byte of the fields.
    private(set) var position = 0
    private(set) var method = HTTPMethod.get
    private(set) var version = HTTPVersion.http11
    private(set) var target = 0..<0
    /// Whether the target holds a `%`, a `.` or a bracket, so that most targets are not read twice.
    private(set) var targetHasPercent = false
    private(set) var targetHasDot = false
    private(set) var targetHasBracket = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether no byte of a request line was read; an empty line before it is none.
    var isAtStart: Bool { self.phase == .start }

    /// Reads on. True when the line's LF was read; false when more bytes are needed.
    mutating func scan(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        while true {
            switch self.phase {
            case .start:
                guard self.position < bytes.count else { return false }
                try self.begin(with: bytes[self.position])
            case .emptyLine:
                guard self.position < bytes.count else { return false }
                guard bytes[self.position] == Octet.lineFeed else { throw RequestFault(.bareCarriageReturn) }
                self.position += 1
                self.start = self.position
                self.phase = .start
            case .method:
                guard try self.scanMethod(bytes) else { return false }
            case .target:
                guard try self.scanTarget(bytes) else { return false }
            case .version:
                guard try self.scanVersion(bytes) else { return false }
            case .done:
                return true
            }
        }
    }

    /// RFC 9112 §2.2: at least one empty line before a request is ignored; here it is at most one.
    private mutating func begin(with byte: UInt8) throws(RequestFault) {
        switch byte {
        case Octet.carriageReturn:
            guard self.start == 0 else { throw RequestFault(.emptyLines) }
            self.position += 1
            self.phase = .emptyLine
        case Octet.lineFeed: throw RequestFault(.bareLineFeed)
        default: self.phase = .method
        }
    }

    /// RFC 9112 §3.1 and RFC 9110 §9.1: a token, compared with regard to case.
    private mutating func scanMethod(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        while self.position < bytes.count {
            let byte = bytes[self.position]
            if byte == Octet.space {
                let length = self.position - self.start
                guard length > 0 else { throw RequestFault(.methodInvalid) }
                try self.recognizeMethod(bytes, length: length)
                self.position += 1
                self.target = self.position..<self.position
                self.phase = .target
                return true
            }
            guard Octet.isToken(byte) else { throw RequestFault(.methodInvalid) }
            guard self.position - self.start < 24 else { throw RequestFault(.methodUnknown) }
            self.position += 1
        }
        return false
    }

    private mutating func recognizeMethod(_ bytes: Span<UInt8>, length: Int) throws(RequestFault) {
        func isMethod(_ name: StaticString) -> Bool { bytes.equals(name, from: self.start, length: length) }
        if isMethod("POST") {
            self.method = .post
        } else if isMethod("GET") {
            self.method = .get
        } else if isMethod("HEAD") {
            self.method = .head
        } else if isMethod("DELETE") {
            self.method = .delete
        } else if isMethod("OPTIONS") {
            self.method = .options
        } else if isMethod("PUT") {
            self.method = .put
        } else if isMethod("PATCH") {
            self.method = .patch
        } else if isMethod("CONNECT") || isMethod("TRACE") {
            throw RequestFault(.methodRefused)
        } else {
            throw RequestFault(.methodUnknown)
        }
    }

    /// RFC 9112 §3.2 and RFC 3986: only bytes that a URI holds, so exactly one space ends the target.
    private mutating func scanTarget(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        let stop = min(bytes.count, self.start + self.limit)
        var position = self.position
        while position < stop, Octet.isTarget(bytes[position]) {
            if bytes[position] == Octet.percent { self.targetHasPercent = true }
            if bytes[position] == Octet.dot { self.targetHasDot = true }
            position &+= 1
        }
        self.position = position
        guard position < self.start + self.limit else { throw RequestFault(.requestLineTooLong) }
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        if byte == Octet.leftBracket || byte == Octet.rightBracket {
            // Only the authority of an absolute target may hold them, which is known when the target is whole.
            self.targetHasBracket = true
            self.position += 1
            return true
        }
        guard byte == Octet.space else { throw RequestFault(Self.targetFault(byte)) }
        self.target = self.target.lowerBound..<position
        guard !self.target.isEmpty else { throw RequestFault(.requestLineInvalid) }
        self.position += 1
        self.versionStart = self.position
        self.phase = .version
        return true
    }

    private static func targetFault(_ byte: UInt8) -> RequestFault.Reason {
        switch byte {
        case Octet.hash: .targetFragment
        case Octet.backslash: .targetBackslash
        case Octet.lineFeed: .bareLineFeed
        case Octet.carriageReturn: .requestLineInvalid
        default: .targetInvalid
        }
    }

    /// RFC 9112 §2.3: `HTTP/`, one digit, a dot and one digit, in this case; then CRLF.
    private mutating func scanVersion(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        let expected: StaticString = "HTTP/1.1\r\n"
        while self.position < bytes.count {
            guard self.position - self.start < self.limit + 2 else { throw RequestFault(.requestLineTooLong) }
            let byte = bytes[self.position]
            let offset = self.position - self.versionStart
            switch offset {
            case 5:
                guard Octet.isDigit(byte) else { throw RequestFault(.versionInvalid) }
                guard byte == expected.octet(at: offset) else { throw RequestFault(.versionUnsupported) }
            case 7:
                guard Octet.isDigit(byte) else { throw RequestFault(.versionInvalid) }
                guard byte <= expected.octet(at: offset) else { throw RequestFault(.versionUnsupported) }
                self.version = byte == Octet.zero ? .http10 : .http11
            default:
                guard byte == expected.octet(at: offset) else {
                    throw RequestFault(Self.versionFault(byte, at: offset))
                }
            }
            self.position += 1
            if offset == 9 {
                self.phase = .done
                return true
            }
        }
        return false
    }

    private static func versionFault(_ byte: UInt8, at offset: Int) -> RequestFault.Reason {
        switch (byte, offset) {
        case (_, 9): .bareCarriageReturn
        case (Octet.lineFeed, _): .bareLineFeed
        case (Octet.space, _): .requestLineInvalid
        default: .versionInvalid
        }
    }
}
