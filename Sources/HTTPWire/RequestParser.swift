public import NIOCore

/// A piece of a request, in order: one head, any number of body pieces, one end.
public enum RequestPart: Sendable {
    /// The request line and the fields.
    case head(RequestHead)
    /// Some bytes of the body, never none; they share the storage that was read.
    case body(ByteBuffer)
    /// The request is whole.
    case end
}

/// Reads requests from the bytes of one connection (RFC 9112), and refuses whatever two readers could read in two ways.
///
/// A pure value: bytes go in by ``append(_:)``, parts come out of ``next()``. It knows no channel and no clock. The
/// parts and the fault are the same however the bytes are split. After a fault it yields nothing but that fault.
public struct RequestParser: Sendable {
    private enum Phase: Sendable {
        case line, fields, length(Int), chunked, end
        case failed(RequestFault)
    }

    private let limits: HTTPLimits
    private var buffer = ByteBuffer()
    private var phase = Phase.line
    private var line: RequestLineScanner
    private var fields: FieldScanner
    private var chunks = ChunkScanner()
    private var bodyBytes = 0

    /// The head of a request that was refused for its declared body (413), so that the answer can be in the shape that
    /// its path asks for. Nil otherwise.
    public private(set) var refusedHead: RequestHead?

    /// The method of the request that was read last, as soon as its line is: an answer to HEAD has no content.
    public var method: HTTPMethod { self.line.method }

    /// A parser for a new connection.
    public init(limits: HTTPLimits = .init()) {
        self.limits = limits
        self.line = RequestLineScanner(limit: limits.requestLineBytes)
        self.fields = FieldScanner(bounds: Self.bounds(limits))
    }

    /// How many bytes were given and not yet handed out in a part.
    public var bufferedBytes: Int { self.buffer.readableBytes }

    /// Whether no byte of a request was read since the last one ended, so that the connection may be closed.
    public var isIdle: Bool {
        guard case .line = self.phase, self.line.isAtStart else { return false }
        return self.buffer.readableBytes == self.line.position
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

    /// The next part, or nil if more bytes are needed.
    ///
    /// - Throws: ``RequestFault``, then and at every later call: answer it and close the connection.
    public mutating func next() throws(RequestFault) -> RequestPart? {
        do throws(RequestFault) {
            return try self.advance()
        } catch {
            self.phase = .failed(error)
            self.buffer = ByteBuffer()
            throw error
        }
    }

    /// A span borrows the buffer that it is of, so scanning borrows a copy, which shares the storage.
    private mutating func advance() throws(RequestFault) -> RequestPart? {
        while true {
            switch self.phase {
            case .line:
                let buffer = self.buffer
                guard try self.line.scan(buffer.readableBytesUInt8Span) else { return nil }
                self.fields.begin(at: self.line.position)
                self.phase = .fields
            case .fields:
                let buffer = self.buffer
                guard try Self.scan(&self.fields, buffer.readableBytesUInt8Span) else { return nil }
                return .head(try self.finishHead())
            case .length(let remaining):
                guard let body = self.buffer.readSlice(length: min(remaining, self.buffer.readableBytes)),
                    body.readableBytes > 0
                else { return nil }
                let left = remaining - body.readableBytes
                self.phase = left == 0 ? .end : .length(left)
                return .body(body)
            case .chunked:
                guard let part = try self.advanceChunked() else { return nil }
                return part
            case .end:
                self.restart()
                return .end
            case .failed(let fault):
                throw fault
            }
        }
    }

    private static func scan(_ fields: inout FieldScanner, _ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        do throws(FieldFault) {
            return try fields.scan(bytes)
        } catch {
            throw RequestFault(field: error)
        }
    }

    private mutating func finishHead() throws(RequestFault) -> RequestHead {
        let buffer = self.buffer
        let bytes = buffer.readableBytesUInt8Span
        let target = try RequestTarget(of: self.line, in: bytes)
        let slots = self.fields.slots
        let meaning = try RequestMeaning(line: self.line, target: target, slots: slots, bytes: bytes)
        let length = self.fields.position
        // The scanner has read that many bytes, so the slice is there.
        let head = RequestHead(
            line: self.line, target: target,
            fields: FieldSection(bytes: self.buffer.readSlice(length: length) ?? ByteBuffer(), slots: slots),
            meaning: meaning)
        switch meaning.framing {
        case .none, .untilClose: self.phase = .end
        case .chunked: self.phase = .chunked
        case .length(let length):
            guard length <= self.limits.bodyBytes else {
                self.refusedHead = head
                throw RequestFault(.bodyTooLarge)
            }
            self.phase = .length(length)
        }
        return head
    }

    private mutating func advanceChunked() throws(RequestFault) -> RequestPart? {
        let buffer = self.buffer
        var position = 0
        let step: ChunkScanner.Step
        do throws(ChunkFault) {
            step = try self.chunks.scan(
                buffer.readableBytesUInt8Span, at: &position, allowance: self.limits.bodyBytes - self.bodyBytes)
        } catch {
            throw RequestFault(chunk: error)
        }
        self.buffer.moveReaderIndex(forwardBy: position)
        switch step {
        case .more: return nil
        case .data(let count):
            self.bodyBytes += count
            return self.buffer.readSlice(length: count).map { .body($0) }
        case .last:
            return try self.finishChunks() ? .end : nil
        }
    }

    /// RFC 9112 §7.1.2: the trailer section must be empty here. Nobody downstream reads it, and merging it is the way
    /// to smuggle a field past the head's checks.
    private mutating func finishChunks() throws(RequestFault) -> Bool {
        let buffer = self.buffer
        let bytes = buffer.readableBytesUInt8Span
        guard bytes.count > 0 else { return false }
        guard bytes[0] == Octet.carriageReturn else {
            throw RequestFault(bytes[0] == Octet.lineFeed ? .bareLineFeed : .trailersRefused)
        }
        guard bytes.count > 1 else { return false }
        guard bytes[1] == Octet.lineFeed else { throw RequestFault(.bareCarriageReturn) }
        self.buffer.moveReaderIndex(forwardBy: 2)
        self.restart()
        return true
    }

    private mutating func restart() {
        self.phase = .line
        self.line = RequestLineScanner(limit: self.limits.requestLineBytes)
        self.chunks = ChunkScanner()
        self.bodyBytes = 0
    }

    private static func bounds(_ limits: HTTPLimits) -> FieldScanner.Bounds {
        FieldScanner.Bounds(
            lineBytes: limits.fieldBytes, sectionEnd: limits.headBytes, count: limits.fieldCount,
            refusesAmbiguity: true)
    }
}
