/// A strict forward scan over JSON text (RFC 8259): each call answers with the next token, and nothing is built.
///
/// The bytes are not kept but handed to each call, always the same ones; so a scanner is a plain value that can be
/// stored, and the bytes stay where they are. Besides the grammar it refuses what two parsers could read differently:
/// keys that occur twice in an object (compared without their escapes), encodings other than UTF-8, byte order marks
/// and half surrogate pairs.
///
///     var scanner = JSONScanner()
///     while try scanner.next(in: bytes) != .end { … scanner.literal … }
public struct JSONScanner: Sendable {
    /// What may come next.
    private enum Expectation: UInt8 {
        case start, value, valueOrEnd, keyOrEnd, separatorOrEnd, nothing
    }

    private let limits: JSONLimits
    private var expectation = Expectation.start
    private var seenKeys = SeenKeys()
    /// Whether keys are only read, and neither told apart nor remembered.
    private var isPassingOver = false
    /// One bit for each open container, the innermost lowest: 1 for an object.
    private var containers: UInt64 = 0
    /// The place of the next byte to read.
    var position = 0

    /// How many objects and arrays are open.
    public private(set) var depth = 0
    /// The bytes of the last token as they are written; of a string or key, the bytes between its quotes.
    public internal(set) var lowerBound = 0
    /// The end of ``lowerBound``'s bytes.
    public internal(set) var upperBound = 0
    /// The place behind the last token, the closing quote of a string included.
    public var end: Int { self.position }
    /// Whether the last string or key contains an escape, so that its bytes are not yet its text.
    public internal(set) var hasEscapes = false
    /// Whether the last number has neither fraction nor exponent.
    public internal(set) var isWhole = false
    /// The hash of the last key's text: equal texts have equal hashes, however they are escaped.
    public private(set) var keyHash: UInt64 = 0

    /// A scanner before the first byte of a text.
    public init(limits: JSONLimits = .standard) {
        self.limits = limits
    }

    /// Makes ready for another text; the memory that the scan has grown to stays.
    public mutating func restart() {
        self.expectation = .start
        self.seenKeys.removeAll()
        self.containers = 0
        self.position = 0
        self.depth = 0
    }

    /// Reads the next token; after the value that is the whole text, ``JSONToken/end`` and nothing else.
    public mutating func next(in bytes: Span<UInt8>) throws(JSONFault) -> JSONToken {
        switch self.expectation {
        case .separatorOrEnd: return try self.afterValue(in: bytes)
        case .value: return try self.value(self.skipSpace(in: bytes), in: bytes)
        case .keyOrEnd:
            let byte = self.skipSpace(in: bytes)
            return byte == UInt8(ascii: "}") ? self.close(.objectEnd) : try self.key(byte, in: bytes)
        case .valueOrEnd:
            let byte = self.skipSpace(in: bytes)
            return byte == UInt8(ascii: "]") ? self.close(.arrayEnd) : try self.value(byte, in: bytes)
        case .start:
            try self.checkEncoding(of: bytes)
            return try self.value(self.skipSpace(in: bytes), in: bytes)
        case .nothing:
            _ = self.skipSpace(in: bytes)
            guard self.position == bytes.count else { throw JSONFault(.trailingData, at: self.position) }
            return .end
        }
    }

    /// Reads to the end of the value whose first token was just read; a string or number has already ended.
    public mutating func skip(_ first: JSONToken, in bytes: Span<UInt8>) throws(JSONFault) {
        guard first == .objectStart || first == .arrayStart else { return }
        let outside = self.depth - 1
        self.isPassingOver = self.limits.allowsRepeatedKeys
        defer { self.isPassingOver = false }
        while self.depth > outside { _ = try self.next(in: bytes) }
    }

    /// RFC 8259 §8.1: UTF-8, without a byte order mark. A NUL among the first two bytes is UTF-16 or UTF-32.
    private func checkEncoding(of bytes: Span<UInt8>) throws(JSONFault) {
        guard bytes.count <= self.limits.maximumBytes else { throw JSONFault(.tooLarge, at: self.limits.maximumBytes) }
        guard bytes.count >= 2 else { return }
        if bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF {
            throw JSONFault(.byteOrderMark, at: 0)
        }
        let isSixteenBits = (bytes[0] == 0xFE && bytes[1] == 0xFF) || (bytes[0] == 0xFF && bytes[1] == 0xFE)
        if isSixteenBits || bytes[0] == 0 || bytes[1] == 0 { throw JSONFault(.notUTF8Encoding, at: 0) }
    }

    private mutating func afterValue(in bytes: Span<UInt8>) throws(JSONFault) -> JSONToken {
        let byte = self.skipSpace(in: bytes)
        let isObject = self.containers & 1 == 1
        let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if byte == UInt8(ascii: ",") {
            let comma = self.position
            self.position += 1
            let following = self.skipSpace(in: bytes)
            if following == end { throw JSONFault(.trailingComma, at: comma) }
            return isObject ? try self.key(following, in: bytes) : try self.value(following, in: bytes)
        }
        guard byte == end else { throw self.unexpected(in: bytes) }
        return self.close(isObject ? .objectEnd : .arrayEnd)
    }

    private mutating func value(_ byte: UInt8, in bytes: Span<UInt8>) throws(JSONFault) -> JSONToken {
        switch byte {
        case UInt8(ascii: "\""):
            try self.scanString(in: bytes)
            self.valueEnded()
            return .string
        case UInt8(ascii: "{"): return try self.open(.objectStart)
        case UInt8(ascii: "["): return try self.open(.arrayStart)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try self.scanNumber(in: bytes)
            self.valueEnded()
            return .number
        case UInt8(ascii: "t"): return try self.word("true", .true, in: bytes)
        case UInt8(ascii: "f"): return try self.word("false", .false, in: bytes)
        case UInt8(ascii: "n"): return try self.word("null", .null, in: bytes)
        default: throw self.unexpected(in: bytes)
        }
    }

    private mutating func key(_ byte: UInt8, in bytes: Span<UInt8>) throws(JSONFault) -> JSONToken {
        guard byte == UInt8(ascii: "\"") else { throw self.unexpected(in: bytes) }
        try self.scanString(in: bytes)
        if !self.isPassingOver {
            self.keyHash = self.textHash(in: bytes)
            guard self.seenKeys.insert(self.keyHash) else { throw JSONFault(.duplicateKey, at: self.lowerBound - 1) }
        }
        guard self.skipSpace(in: bytes) == UInt8(ascii: ":") else { throw self.unexpected(in: bytes) }
        self.position += 1
        self.expectation = .value
        return .key
    }

    private mutating func word(
        _ word: StaticString, _ token: JSONToken, in bytes: Span<UInt8>
    ) throws(JSONFault) -> JSONToken {
        self.lowerBound = self.position
        for place in 0..<word.utf8CodeUnitCount {
            // A literal lives as long as the process, and the loop stays within its count.
            guard self.position < bytes.count, unsafe bytes[self.position] == word.utf8Start[place] else {
                throw self.unexpected(in: bytes)
            }
            self.position += 1
        }
        self.upperBound = self.position
        self.valueEnded()
        return token
    }

    private mutating func open(_ token: JSONToken) throws(JSONFault) -> JSONToken {
        guard self.depth < self.limits.maximumDepth else { throw JSONFault(.depthExceeded, at: self.position) }
        self.lowerBound = self.position
        self.position += 1
        self.upperBound = self.position
        self.depth += 1
        let isObject = token == .objectStart
        self.containers = self.containers << 1 | (isObject ? 1 : 0)
        if isObject { self.seenKeys.openObject() }
        self.expectation = isObject ? .keyOrEnd : .valueOrEnd
        return token
    }

    private mutating func close(_ token: JSONToken) -> JSONToken {
        self.lowerBound = self.position
        self.position += 1
        self.upperBound = self.position
        if token == .objectEnd { self.seenKeys.closeObject() }
        self.depth -= 1
        self.containers >>= 1
        self.valueEnded()
        return token
    }

    private mutating func valueEnded() {
        self.expectation = self.depth == 0 ? .nothing : .separatorOrEnd
    }

    /// Goes to the next byte that is not white space and answers it; 0, which no token starts with, at the end.
    @inline(__always)
    private mutating func skipSpace(in bytes: Span<UInt8>) -> UInt8 {
        var index = self.position
        while index < bytes.count {
            let byte = bytes[index]
            if byte > 0x20 || (byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09) {
                self.position = index
                return byte
            }
            index += 1
        }
        self.position = index
        return 0
    }

    private func unexpected(in bytes: Span<UInt8>) -> JSONFault {
        JSONFault(self.position < bytes.count ? .unexpectedByte : .unexpectedEnd, at: self.position)
    }
}
