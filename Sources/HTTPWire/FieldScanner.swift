/// Why a field section is refused. Requests and responses name it in their own errors.
enum FieldFault: Error, Hashable {
    case bareCarriageReturn, bareLineFeed, folded, spaceBeforeColon
    case nameEmpty, nameInvalid, nameUnderscore, valueControl, valueTab
    case lineTooLong, tooMany, headTooLong
}

/// Reads the field lines of a head or of a trailer section (RFC 9112 §5), one byte after the other, once.
///
/// It keeps its place between calls: bytes that were looked at are never looked at again, so a peer that sends a
/// head byte by byte costs no more than one that sends it whole, and every split of the same bytes ends the same.
struct FieldScanner: Sendable {
    struct Bounds: Sendable {
        var lineBytes: Int
        var sectionEnd: Int
        var count: Int
        /// Whether what servers read in two ways is refused: `_` in a name, which those cannot tell from `-` that put
        /// fields in an environment; and a tab beside a value, which some take for a part of it.
        var refusesAmbiguity: Bool
    }

    private enum Phase: UInt8 {
        case lineStart, name, beforeValue, value, lineEnd, sectionEnd
    }

    private let bounds: Bounds
    private var phase = Phase.lineStart
    private var lineStart = 0
    private var nameLength = 0
    private var valueStart = 0
    private var valueLength = 0
    private var known: KnownField?
    /// The first byte that was not looked at yet; after the section, the first byte after it.
    private(set) var position = 0
    private(set) var slots: [FieldSlot] = []

    init(bounds: Bounds) {
        self.bounds = bounds
    }

    /// Starts a section whose first byte is at `position`.
    mutating func begin(at position: Int) {
        self.phase = .lineStart
        self.position = position
        self.lineStart = position
        self.slots = []
    }

    /// Reads on. True when the empty line that ends the section was read; false when more bytes are needed.
    mutating func scan(_ bytes: Span<UInt8>) throws(FieldFault) -> Bool {
        while true {
            switch self.phase {
            case .lineStart:
                guard try self.scanLineStart(bytes) else { return false }
            case .name:
                guard try self.scanName(bytes) else { return false }
            case .beforeValue:
                guard try self.skipWhitespace(bytes) else { return false }
            case .value:
                guard try self.scanValue(bytes) else { return false }
            case .lineEnd:
                guard let byte = try self.peek(bytes) else { return false }
                guard byte == Octet.lineFeed else { throw .bareCarriageReturn }
                self.position += 1
                try self.keepField()
            case .sectionEnd:
                guard let byte = try self.peek(bytes) else { return false }
                guard byte == Octet.lineFeed else { throw .bareCarriageReturn }
                self.position += 1
                return true
            }
        }
    }

    /// RFC 9112 §2.2 (line ends) and §5.2 (no line begins with whitespace).
    private mutating func scanLineStart(_ bytes: Span<UInt8>) throws(FieldFault) -> Bool {
        guard let byte = try self.peek(bytes) else { return false }
        switch byte {
        case Octet.carriageReturn:
            self.position += 1
            self.phase = .sectionEnd
        case Octet.lineFeed: throw .bareLineFeed
        case Octet.space, Octet.tab: throw .folded
        case Octet.colon: throw .nameEmpty
        default:
            guard self.slots.count < self.bounds.count else { throw .tooMany }
            self.phase = .name
        }
        return true
    }

    /// RFC 9110 §5.1 (names are tokens) and RFC 9112 §5.1 (no whitespace before the colon).
    private mutating func scanName(_ bytes: Span<UInt8>) throws(FieldFault) -> Bool {
        let stop = self.stop(bytes)
        // A name that is known is a token, so only the others are looked at byte by byte.
        if let colon = bytes.firstColon(from: self.position, to: stop),
            let known = KnownField.recognize(bytes, at: self.lineStart, length: colon &- self.lineStart)
        {
            self.endName(at: colon, known)
            return true
        }
        var position = self.position
        while position < stop, Octet.isToken(bytes[position]) {
            if bytes[position] == Octet.underscore, self.bounds.refusesAmbiguity { throw .nameUnderscore }
            position &+= 1
        }
        self.position = position
        guard let byte = try self.peek(bytes) else { return false }
        switch byte {
        case Octet.colon: break
        case Octet.space, Octet.tab: throw .spaceBeforeColon
        default: throw .nameInvalid
        }
        self.endName(at: position, nil)
        return true
    }

    @inline(__always)
    private mutating func endName(at colon: Int, _ known: KnownField?) {
        self.nameLength = colon &- self.lineStart
        self.known = known
        self.position = colon &+ 1
        self.phase = .beforeValue
    }

    private mutating func skipWhitespace(_ bytes: Span<UInt8>) throws(FieldFault) -> Bool {
        while let byte = try self.peek(bytes) {
            guard Octet.isWhitespace(byte) else {
                self.valueStart = self.position
                self.phase = .value
                return true
            }
            guard byte == Octet.space || !self.bounds.refusesAmbiguity else { throw .valueTab }
            self.position += 1
        }
        return false
    }

    /// RFC 9110 §5.5: CR, LF, NUL and other controls do not stand in a value.
    private mutating func scanValue(_ bytes: Span<UInt8>) throws(FieldFault) -> Bool {
        while true {
            self.position += bytes.plainBytes(from: self.position, to: self.stop(bytes))
            guard let byte = try self.peek(bytes) else { return false }
            switch byte {
            case Octet.carriageReturn:
                var end = self.position
                while end > self.valueStart, Octet.isWhitespace(bytes[end - 1]) {
                    end -= 1
                    guard bytes[end] == Octet.space || !self.bounds.refusesAmbiguity else { throw .valueTab }
                }
                self.valueLength = end - self.valueStart
                self.position += 1
                self.phase = .lineEnd
                return true
            case Octet.tab: self.position += 1
            case Octet.lineFeed: throw .bareLineFeed
            default: throw .valueControl
            }
        }
    }

    private mutating func keepField() throws(FieldFault) {
        if self.slots.isEmpty { self.slots.reserveCapacity(16) }
        // Bounds.sectionEnd is at most 65,535, so no conversion here can fail.
        self.slots.append(
            FieldSlot(
                nameStart: UInt16(truncatingIfNeeded: self.lineStart),
                nameLength: UInt16(truncatingIfNeeded: self.nameLength),
                valueStart: UInt16(truncatingIfNeeded: self.valueStart),
                valueLength: UInt16(truncatingIfNeeded: self.valueLength),
                known: self.known))
        self.lineStart = self.position
        self.phase = .lineStart
    }

    /// Where scanning must stop: at the end of what was read, or at a bound, whichever comes first.
    @inline(__always)
    private func stop(_ bytes: Span<UInt8>) -> Int {
        // A line's CRLF is not counted in its bytes.
        min(bytes.count, min(self.lineStart &+ self.bounds.lineBytes &+ 2, self.bounds.sectionEnd))
    }

    /// The byte at the current place; nil if it was not read yet; a fault if a bound forbids it, read or not.
    @inline(__always)
    private func peek(_ bytes: Span<UInt8>) throws(FieldFault) -> UInt8? {
        if self.position >= self.bounds.sectionEnd { throw .headTooLong }
        if self.position >= self.lineStart &+ self.bounds.lineBytes &+ 2 { throw .lineTooLong }
        return self.position < bytes.count ? bytes[self.position] : nil
    }
}
