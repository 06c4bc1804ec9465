import NIOCore

/// Why the head of a request over HTTP/2 is not taken.
public enum HTTP2HeadFault: Error, Hashable, Sendable {
    /// It is malformed (RFC 9113 §8.1.1): its stream is reset with PROTOCOL_ERROR, and nothing is answered.
    case malformed(Malformation)
    /// It is well formed and asks for what HTTP/1.1 is refused too: it is answered.
    case refused(RequestFault)

    /// What makes a head malformed. Each is a sentence of RFC 9113.
    public enum Malformation: String, CaseIterable, Hashable, Sendable {
        /// §8.3: a pseudo-header field after a field, or one that is not of requests.
        case pseudoHeaderMisplaced, pseudoHeaderUnknown
        /// §8.3.1: each of `:method`, `:scheme` and `:path` once, `:authority` at most once, none empty.
        case pseudoHeaderRepeated, pseudoHeaderMissing, pseudoHeaderInvalid
        /// §8.2.1: a name is a token in lower case; a value has no CR, LF or NUL, nor whitespace at its ends.
        case nameInvalid, valueInvalid
        /// §8.2.2: a field that speaks of a connection.
        case connectionField
        /// §8.3.1: `host` names another authority than `:authority`.
        case hostDiffers
        /// §8.1.1: a length is declared, and the stream ends without content.
        case lengthWithoutContent
    }
}

extension RequestHead {
    /// The head of a request over HTTP/2, from its field lines in their order.
    ///
    /// What is particular to HTTP/2 is checked here. The rest is written as HTTP/1.1 has it and read by the scanners of
    /// that: so target, authority and fields pass one set of rules, whichever version they came by.
    ///
    /// - Parameter endsStream: whether the request has no content.
    public init(
        lines: some Sequence<(name: String, value: String)>, endsStream: Bool, limits: HTTPLimits
    ) throws(HTTP2HeadFault) {
        var text = HTTP2HeadText()
        for (name, value) in lines { try text.add(name: name, value: value) }
        let bytes = try text.written()
        do throws(RequestFault) {
            try self.init(of: bytes, endsStream: endsStream, limits: limits)
        } catch {
            throw .refused(error)
        }
        if endsStream, case .length = self.framing { throw .malformed(.lengthWithoutContent) }
    }

    private init(of bytes: ByteBuffer, endsStream: Bool, limits: HTTPLimits) throws(RequestFault) {
        var line = RequestLineScanner(limit: limits.requestLineBytes)
        var fields = FieldScanner(
            bounds: .init(
                lineBytes: limits.fieldBytes, sectionEnd: limits.headBytes, count: limits.fieldCount,
                refusesAmbiguity: true))
        let span = bytes.readableBytesUInt8Span
        guard try line.scan(span) else { throw RequestFault(.requestLineInvalid) }
        fields.begin(at: line.position)
        let isWhole: Bool
        do throws(FieldFault) {
            isWhole = try fields.scan(span)
        } catch {
            throw RequestFault(field: error)
        }
        guard isWhole else { throw RequestFault(.headTooLong) }
        let target = try RequestTarget(of: line, in: span)
        let slots = fields.slots
        let meaning = try RequestMeaning(line: line, target: target, slots: slots, bytes: span)
        var framing = meaning.framing
        if !endsStream, framing == .none {
            // A stream ends where its last frame says so: a body of unknown length, as chunks are.
            guard line.method.allowsBody else { throw RequestFault(.bodyRefused) }
            framing = .chunked
        }
        self.init(
            line: line, target: target, fields: FieldSection(bytes: bytes, slots: slots), meaning: meaning,
            version: .http2, framing: framing)
    }
}

/// Gathers the lines of a head and writes them as HTTP/1.1 would have them.
private struct HTTP2HeadText {
    private var method: String?
    private var scheme: String?
    private var path: String?
    private var authority: String?
    private var host: String?
    private var cookie: String?
    private var fields = WireText()
    private var hasFields = false

    mutating func add(name: String, value: String) throws(HTTP2HeadFault) {
        guard Self.isValue(value) else { throw .malformed(.valueInvalid) }
        if name.utf8.first == Octet.colon {
            guard !self.hasFields else { throw .malformed(.pseudoHeaderMisplaced) }
            switch name {
            case ":method": try Self.keep(value, in: &self.method, where: Octet.isToken)
            case ":scheme": try Self.keep(value, in: &self.scheme, where: Octet.isToken)
            case ":path": try Self.keep(value, in: &self.path) { $0 > Octet.space && $0 < 0x7F }
            case ":authority": try Self.keep(value, in: &self.authority) { $0 > Octet.space && $0 < 0x7F }
            default: throw .malformed(.pseudoHeaderUnknown)
            }
            return
        }
        self.hasFields = true
        guard !name.isEmpty, name.utf8.allSatisfy({ Octet.isToken($0) && Octet.lowercased($0) == $0 }) else {
            throw .malformed(.nameInvalid)
        }
        switch name {
        case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade":
            throw .malformed(.connectionField)
        case "te" where value != "trailers": throw .malformed(.connectionField)
        case "host" where self.host == nil: self.host = value
        // §8.2.3: crumbs of one cookie.
        case "cookie": self.cookie = self.cookie.map { "\($0); \(value)" } ?? value
        default: Self.write(name, value, to: &self.fields)
        }
    }

    /// The whole head.
    func written() throws(HTTP2HeadFault) -> ByteBuffer {
        guard let method, let scheme, let path else { throw .malformed(.pseudoHeaderMissing) }
        guard path.utf8.first == Octet.slash || path == "*" else { throw .malformed(.pseudoHeaderInvalid) }
        guard ["http", "https"].contains(scheme.lowercased()) else { throw .refused(RequestFault(.targetFormRefused)) }
        if let authority, let host, authority.lowercased() != host.lowercased() { throw .malformed(.hostDiffers) }
        var head = WireText(capacity: 128 + self.fields.count)
        head.text(method)
        head.literal(" ")
        head.text(path)
        head.literal(" HTTP/1.1\r\n")
        if let authority = self.authority ?? self.host { Self.write("host", authority, to: &head) }
        head.append(self.fields)
        if let cookie { Self.write("cookie", cookie, to: &head) }
        head.literal("\r\n")
        return ByteBuffer(head)
    }

    private static func keep(
        _ value: String, in place: inout String?, where isAllowed: (UInt8) -> Bool
    ) throws(HTTP2HeadFault) {
        guard place == nil else { throw .malformed(.pseudoHeaderRepeated) }
        guard !value.isEmpty, value.utf8.allSatisfy(isAllowed) else { throw .malformed(.pseudoHeaderInvalid) }
        place = value
    }

    private static func write(_ name: String, _ value: String, to text: inout WireText) {
        text.text(name)
        text.literal(": ")
        text.text(value)
        text.literal("\r\n")
    }

    private static func isValue(_ value: String) -> Bool {
        let bytes = value.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        return !Octet.isWhitespace(first) && !Octet.isWhitespace(last)
            && !bytes.contains { $0 == 0 || $0 == Octet.carriageReturn || $0 == Octet.lineFeed }
    }
}
