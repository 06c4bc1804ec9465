public import NIOCore

/// Writes heads and chunks (RFC 9112) into a buffer that the caller sends.
///
/// What comes from outside cannot end a line: control bytes in a value are replaced by a space (RFC 9110 §5.5). Names
/// are literals. A head is a status or request line, fields, and ``endOfHead(to:)``; the caller decides which fields.
public enum HeadWriter {
    /// Writes a status line with the reason phrase of RFC 9110 §15, or none for a status that it does not name.
    public static func status(_ code: Int, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 ")
        Self.decimal(code, to: &buffer)
        buffer.writeStaticString(" ")
        buffer.writeStaticString(Self.reason(code))
        buffer.writeStaticString("\r\n")
    }

    /// Writes a request line. Bytes of `target` that a target cannot hold are replaced by `_`.
    public static func request(_ method: HTTPMethod, target: String, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(method.name)
        buffer.writeStaticString(" ")
        let start = buffer.writerIndex
        buffer.writeString(target)
        Self.replace(in: &buffer, from: start, with: Octet.underscore) { !Octet.isTarget($0) }
        buffer.writeStaticString(" HTTP/1.1\r\n")
    }

    /// Writes a field whose value is a literal.
    public static func field(_ name: StaticString, _ value: StaticString, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        buffer.writeStaticString(value)
        buffer.writeStaticString("\r\n")
    }

    /// Writes a field whose value is a number.
    public static func field(_ name: StaticString, _ value: Int, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        Self.decimal(value, to: &buffer)
        buffer.writeStaticString("\r\n")
    }

    /// Writes a field whose value is text.
    @_disfavoredOverload
    public static func field(_ name: StaticString, _ value: some StringProtocol, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        let start = buffer.writerIndex
        buffer.writeString(String(value))
        Self.replaceControls(in: &buffer, from: start)
        buffer.writeStaticString("\r\n")
    }

    /// Writes a field whose value is bytes, such as one that ``FieldSection`` gave.
    public static func field(_ name: StaticString, _ value: ByteBufferView, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        let start = buffer.writerIndex
        buffer.writeBytes(value)
        Self.replaceControls(in: &buffer, from: start)
        buffer.writeStaticString("\r\n")
    }

    /// Writes a field of another message as it was read: a name that a parser has accepted is a token.
    public static func field(_ field: FieldSection.Field, to buffer: inout ByteBuffer) {
        buffer.writeBytes(field.name)
        buffer.writeStaticString(": ")
        buffer.writeBytes(field.value)
        buffer.writeStaticString("\r\n")
    }

    /// Writes the empty line that ends a head.
    public static func endOfHead(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("\r\n")
    }

    /// Writes one chunk (RFC 9112 §7.1) with a copy of its data; nothing if there is none, which would end the body.
    public static func writeChunk(_ data: ByteBuffer, to buffer: inout ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        Self.writeChunkStart(data.readableBytes, to: &buffer)
        buffer.writeImmutableBuffer(data)
        Self.writeChunkEnd(to: &buffer)
    }

    /// Writes what stands before the `size` bytes of a chunk's data, which the caller sends itself.
    public static func writeChunkStart(_ size: Int, to buffer: inout ByteBuffer) {
        precondition(size > 0, "a chunk of no bytes ends the body")
        var shift = (Int.bitWidth - size.leadingZeroBitCount - 1) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: size >> shift) & 15
            buffer.writeInteger(digit < 10 ? Octet.zero + digit : Octet.a + digit - 10)
            shift -= 4
        }
        buffer.writeStaticString("\r\n")
    }

    /// Writes what stands after a chunk's data.
    public static func writeChunkEnd(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("\r\n")
    }

    /// Writes the last chunk and an empty trailer section: the body's end.
    public static func writeLastChunk(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("0\r\n\r\n")
    }

    /// Writes a number in decimal digits without making a string.
    public static func decimal(_ value: Int, to buffer: inout ByteBuffer) {
        if value < 0 { buffer.writeInteger(Octet.hyphen) }
        // The last digit comes first, and a number of 64 bits has at most 20.
        var digits = InlineArray<20, UInt8>(repeating: Octet.zero)
        var rest = value.magnitude
        var first = digits.count
        repeat {
            first -= 1
            digits[first] = Octet.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        unsafe digits.span.bytes.withUnsafeBytes { bytes in
            _ = unsafe buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[first...]))
        }
    }

    /// Replaces control bytes from `start` to the end; a value has none, which eight bytes at a time tell.
    private static func replaceControls(in buffer: inout ByteBuffer, from start: Int) {
        let (offset, count) = (start - buffer.readerIndex, buffer.writerIndex - start)
        if buffer.readableBytesUInt8Span.plainBytes(from: offset, to: offset + count) == count { return }
        Self.replace(in: &buffer, from: start, with: Octet.space, where: Octet.isControl)
    }

    private static func replace(
        in buffer: inout ByteBuffer, from start: Int, with replacement: UInt8, where isRefused: (UInt8) -> Bool
    ) {
        for index in start..<buffer.writerIndex {
            guard let byte = buffer.getInteger(at: index, as: UInt8.self), isRefused(byte) else { continue }
            buffer.setInteger(replacement, at: index)
        }
    }

    private static func reason(_ code: Int) -> StaticString {
        switch code {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

extension HTTPMethod {
    /// The name as it stands in a request line.
    var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .patch: "PATCH"
        case .options: "OPTIONS"
        }
    }
}
