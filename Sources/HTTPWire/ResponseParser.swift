public import NIOCore

/// A piece of a response, in order: one head, any number of body pieces, one end.
public enum ResponsePart: Sendable {
    /// The status line and the fields of the final response.
    case head(ResponseHead)
    /// Some bytes of the body, never none; they share the storage that was read.
    case body(ByteBuffer)
    /// The response is whole.
    case end
}

/// Reads the responses of one upstream connection (RFC 9112), one for each ``begin(method:)``.
///
/// A pure value, as ``RequestParser`` is. An upstream is not trusted: what is ambiguous is refused, everything has a
/// limit, and nothing that it sends can be taken for the answer to a later request.
public struct ResponseParser: Sendable {
    private enum Phase: Sendable {
        case idle, statusLine, fields, length(Int), chunked, trailers, untilClose, end
        case failed(ResponseFault)
    }

    private let limits: ResponseLimits
    private var buffer = ByteBuffer()
    private var phase = Phase.idle
    private var method = HTTPMethod.get
    private var statusLine: StatusLineScanner
    private var fields: FieldScanner
    private var chunks = ChunkScanner()
    private var interimResponses = 0

    /// A parser for a new connection.
    public init(limits: ResponseLimits = .init()) {
        self.limits = limits
        self.statusLine = StatusLineScanner(limit: limits.fieldBytes)
        self.fields = FieldScanner(bounds: Self.bounds(limits, sectionEnd: limits.headBytes))
    }

    /// Whether no response is awaited and no byte is left over: only then may the connection be used again.
    public var isIdle: Bool {
        guard case .idle = self.phase else { return false }
        return self.buffer.readableBytes == 0
    }

    /// Whether no byte of the awaited response, not even of an interim one, was given yet.
    public var awaitsFirstByte: Bool {
        guard case .statusLine = self.phase else { return false }
        return self.buffer.readableBytes == 0 && self.interimResponses == 0
    }

    /// A request with this method was sent; its response comes next.
    ///
    /// Bytes that came before are no answer to it: the next call of ``next()`` throws then.
    public mutating func begin(method: HTTPMethod) {
        guard case .idle = self.phase else {
            preconditionFailure("a request was sent before the response to the last one had ended")
        }
        guard self.buffer.readableBytes == 0 else {
            self.phase = .failed(ResponseFault(.unsolicited))
            return
        }
        self.method = method
        self.interimResponses = 0
        self.awaitHead()
    }

    /// Gives the parser what was read from the connection. Bytes after a fault are dropped.
    public mutating func append(_ bytes: ByteBuffer) {
        if case .failed = self.phase { return }
        if self.buffer.readableBytes == 0 {
            self.buffer = bytes
        } else {
            self.buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next part, or nil if more bytes are needed or no response is awaited.
    ///
    /// - Throws: ``ResponseFault``, then and at every later call: close the connection.
    public mutating func next() throws(ResponseFault) -> ResponsePart? {
        do throws(ResponseFault) {
            return try self.advance()
        } catch {
            self.fail(error)
            throw error
        }
    }

    /// The upstream closed its side. Call it after ``next()`` has returned nil.
    ///
    /// - Returns: ``ResponsePart/end`` if closing is how this body ends, nil if no response was awaited.
    /// - Throws: ``ResponseFault`` if the response is not whole.
    public mutating func close() throws(ResponseFault) -> ResponsePart? {
        let reason: ResponseFault.Reason
        switch self.phase {
        case .idle: return nil
        case .untilClose, .end:
            self.phase = .idle
            return .end
        case .statusLine: reason = self.awaitsFirstByte ? .closedBeforeHead : .truncatedHead
        case .fields: reason = .truncatedHead
        case .length, .chunked, .trailers: reason = .truncatedBody
        case .failed(let fault): throw fault
        }
        self.fail(ResponseFault(reason))
        throw ResponseFault(reason)
    }

    private mutating func fail(_ fault: ResponseFault) {
        self.phase = .failed(fault)
        self.buffer = ByteBuffer()
    }

    private mutating func awaitHead() {
        self.statusLine = StatusLineScanner(limit: self.limits.fieldBytes)
        self.phase = .statusLine
    }

    /// A span borrows the buffer that it is of, so scanning borrows a copy, which shares the storage.
    private mutating func advance() throws(ResponseFault) -> ResponsePart? {
        while true {
            switch self.phase {
            case .idle:
                return nil
            case .statusLine:
                let buffer = self.buffer
                guard try self.statusLine.scan(buffer.readableBytesUInt8Span) else { return nil }
                self.fields.begin(at: self.statusLine.position)
                self.phase = .fields
            case .fields:
                let buffer = self.buffer
                guard try Self.scan(&self.fields, buffer.readableBytesUInt8Span) else { return nil }
                if let head = try self.finishHead() { return .head(head) }
            case .length(let remaining):
                guard let body = self.buffer.readSlice(length: min(remaining, self.buffer.readableBytes)),
                    body.readableBytes > 0
                else { return nil }
                let left = remaining - body.readableBytes
                self.phase = left == 0 ? .end : .length(left)
                return .body(body)
            case .chunked:
                guard let part = try self.advanceChunked() else {
                    if case .trailers = self.phase { continue }
                    return nil
                }
                return part
            case .trailers:
                guard try self.skipTrailers() else { return nil }
                self.phase = .end
            case .untilClose:
                guard self.buffer.readableBytes > 0 else { return nil }
                let body = self.buffer
                self.buffer = ByteBuffer()
                return .body(body)
            case .end:
                self.phase = .idle
                return .end
            case .failed(let fault):
                throw fault
            }
        }
    }

    private static func scan(_ fields: inout FieldScanner, _ bytes: Span<UInt8>) throws(ResponseFault) -> Bool {
        do throws(FieldFault) {
            return try fields.scan(bytes)
        } catch {
            throw ResponseFault(field: error)
        }
    }

    /// The final head, or nil if this one was interim and is skipped (RFC 9110 §15.2).
    private mutating func finishHead() throws(ResponseFault) -> ResponseHead? {
        let status = self.statusLine.status
        let slots = self.fields.slots
        let buffer = self.buffer
        let meaning = try ResponseMeaning(
            status: status, version: self.statusLine.version, method: self.method, slots: slots,
            bytes: buffer.readableBytesUInt8Span)
        // The scanner has read that many bytes, so the slice is there.
        let bytes = self.buffer.readSlice(length: self.fields.position) ?? ByteBuffer()
        if status < 200 {
            guard status != 101 else { throw ResponseFault(.protocolSwitched) }
            self.interimResponses += 1
            guard self.interimResponses <= self.limits.interimResponses else { throw ResponseFault(.interimTooMany) }
            self.awaitHead()
            return nil
        }
        switch meaning.framing {
        case .none: self.phase = .end
        case .length(let length): self.phase = .length(length)
        case .chunked:
            self.chunks = ChunkScanner()
            self.phase = .chunked
        case .untilClose: self.phase = .untilClose
        }
        return ResponseHead(
            status: status, version: self.statusLine.version, framing: meaning.framing, reusable: meaning.reusable,
            fields: FieldSection(bytes: bytes, slots: slots))
    }

    private mutating func advanceChunked() throws(ResponseFault) -> ResponsePart? {
        let buffer = self.buffer
        var position = 0
        let step: ChunkScanner.Step
        do throws(ChunkFault) {
            step = try self.chunks.scan(buffer.readableBytesUInt8Span, at: &position, allowance: .max)
        } catch {
            throw ResponseFault(chunk: error)
        }
        self.buffer.moveReaderIndex(forwardBy: position)
        switch step {
        case .more: return nil
        case .data(let count): return self.buffer.readSlice(length: count).map { .body($0) }
        case .last:
            self.fields = FieldScanner(bounds: Self.bounds(self.limits, sectionEnd: self.limits.trailerBytes))
            self.fields.begin(at: 0)
            self.phase = .trailers
            return nil
        }
    }

    /// RFC 9112 §7.1.2: trailers are read by the rules of fields, and dropped.
    private mutating func skipTrailers() throws(ResponseFault) -> Bool {
        let buffer = self.buffer
        do throws(FieldFault) {
            guard try self.fields.scan(buffer.readableBytesUInt8Span) else { return false }
        } catch {
            throw error == .headTooLong ? ResponseFault(.trailersTooLong) : ResponseFault(field: error)
        }
        self.buffer.moveReaderIndex(forwardBy: self.fields.position)
        self.fields = FieldScanner(bounds: Self.bounds(self.limits, sectionEnd: self.limits.headBytes))
        return true
    }

    private static func bounds(_ limits: ResponseLimits, sectionEnd: Int) -> FieldScanner.Bounds {
        FieldScanner.Bounds(
            lineBytes: limits.fieldBytes, sectionEnd: sectionEnd, count: limits.fieldCount, refusesAmbiguity: false)
    }
}
