/// What a whole head says about its connection and its body: the rules that need more than one field at once.
struct RequestMeaning: Hashable, Sendable {
    private(set) var framing = BodyFraming.none
    private(set) var keepsAlive = true
    private(set) var expectsContinue = false

    private var host: Range<Int>?
    private var length: Int?
    private var isChunked = false

    /// Reads the fields in order and then checks them together.
    ///
    /// The fault is the same for the same head, whatever it came with: fields first, in their order; then what is
    /// missing or contradicts.
    init(
        line: RequestLineScanner, target: RequestTarget, slots: [FieldSlot], bytes: Span<UInt8>
    ) throws(RequestFault) {
        var connection = FieldValue.ConnectionOptions()
        var seen: UInt64 = 0
        var expects = false
        for slot in slots {
            guard let known = slot.known else { continue }
            let bit: UInt64 = 1 << UInt64(known.rawValue)
            guard seen & bit == 0 || !known.isSingleton else { throw RequestFault(Self.repeated(known)) }
            seen |= bit
            switch known {
            case .host: try self.readHost(slot.valueRange, bytes)
            case .contentLength:
                guard let length = FieldValue.length(bytes, in: slot.valueRange) else {
                    throw RequestFault(.lengthInvalid)
                }
                self.length = length
            case .transferEncoding:
                // RFC 9112 §6.1: chunked once and nothing else, so that nobody applies a list in another order.
                guard bytes.equalsFolded("chunked", from: Int(slot.valueStart), length: Int(slot.valueLength)) else {
                    throw RequestFault(.transferEncodingUnsupported)
                }
                self.isChunked = true
            case .connection: connection.add(bytes, in: slot.valueRange)
            case .expect:
                // RFC 9110 §10.1.1: any other expectation is answered 417.
                guard bytes.equalsFolded("100-continue", from: Int(slot.valueStart), length: Int(slot.valueLength))
                else { throw RequestFault(.expectationFailed) }
                expects = true
            default: break
            }
        }
        try self.checkHost(line, target, bytes)
        try self.settleConnection(connection, version: line.version)
        try self.settleFraming(line)
        self.expectsContinue = expects && line.version == .http11 && self.framing != .none
    }

    private static func repeated(_ field: KnownField) -> RequestFault.Reason {
        switch field {
        case .host: .hostRepeated
        case .contentLength: .lengthRepeated
        case .transferEncoding: .transferEncodingRepeated
        default: .fieldRepeated
        }
    }

    private mutating func readHost(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(RequestFault) {
        try Self.checkAuthority(range, bytes)
        self.host = range
    }

    private static func checkAuthority(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(RequestFault) {
        do throws(Authority.Fault) {
            try Authority.check(bytes, in: range)
        } catch {
            switch error {
            case .empty: throw RequestFault(.hostEmpty)
            case .invalid: throw RequestFault(.hostInvalid)
            case .portInvalid: throw RequestFault(.hostPortInvalid)
            }
        }
    }

    /// RFC 9112 §3.2 (Host in every HTTP/1.1 request) and §3.2.2 (it is the authority of an absolute target).
    private func checkHost(
        _ line: RequestLineScanner, _ target: RequestTarget, _ bytes: Span<UInt8>
    ) throws(RequestFault) {
        guard let host = self.host else {
            guard line.version == .http10, target.authority == nil else { throw RequestFault(.hostMissing) }
            return
        }
        if let authority = target.authority, !Authority.areEqual(bytes, authority, host) {
            throw RequestFault(.targetAuthorityMismatch)
        }
    }

    /// RFC 9112 §9.3. HTTP/1.0 is served and closed; a client that asks to keep it alive would wait for nothing.
    private mutating func settleConnection(
        _ options: FieldValue.ConnectionOptions, version: HTTPVersion
    ) throws(RequestFault) {
        guard !options.isInvalid else { throw RequestFault(.connectionInvalid) }
        if version == .http10, options.keepAlive { throw RequestFault(.keepAliveRefused) }
        self.keepsAlive = version == .http11 && !options.close
    }

    /// RFC 9112 §6.3, with every ambiguity refused that it lets a server resolve.
    private mutating func settleFraming(_ line: RequestLineScanner) throws(RequestFault) {
        if self.isChunked {
            guard self.length == nil else { throw RequestFault(.lengthAndTransferEncoding) }
            guard line.version == .http11 else { throw RequestFault(.transferEncodingRefused) }
            self.framing = .chunked
        } else if let length = self.length, length > 0 {
            self.framing = .length(length)
        }
        guard self.framing == .none || line.method.allowsBody else { throw RequestFault(.bodyRefused) }
    }
}
