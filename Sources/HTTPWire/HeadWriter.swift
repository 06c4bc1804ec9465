public import NIOCore

/// Writes heads (RFC 9112) into a text that the caller sends.
///
/// What comes from outside cannot end a line: control bytes in a value are replaced by a space (RFC 9110 §5.5). Names
/// are literals. A head is a status or request line, fields, and ``endOfHead(to:)``; the caller decides which fields.
public enum HeadWriter {
    /// Writes a status line with the reason phrase of RFC 9110 §15, or none for a status that it does not name.
    public static func status(_ code: Int, to text: inout WireText) {
        text.literal("HTTP/1.1 ")
        text.decimal(code)
        text.literal(" ")
        text.literal(Self.reason(code))
        text.literal("\r\n")
    }

    /// Writes a request line. Bytes of `target` that a target cannot hold are replaced by `_`.
    public static func request(_ method: HTTPMethod, target: String, to text: inout WireText) {
        text.literal(method.name)
        text.literal(" ")
        let start = text.count
        text.text(target)
        text.replace(from: start, with: Octet.underscore) { !Octet.isTarget($0) }
        text.literal(" HTTP/1.1\r\n")
    }

    /// Writes a field whose value is a literal.
    public static func field(_ name: StaticString, _ value: StaticString, to text: inout WireText) {
        text.literal(name)
        text.literal(": ")
        text.literal(value)
        text.literal("\r\n")
    }

    /// Writes a field whose value is a number.
    public static func field(_ name: StaticString, _ value: Int, to text: inout WireText) {
        text.literal(name)
        text.literal(": ")
        text.decimal(value)
        text.literal("\r\n")
    }

    /// Writes a field whose value is text.
    @_disfavoredOverload
    public static func field(_ name: StaticString, _ value: some StringProtocol, to text: inout WireText) {
        text.literal(name)
        text.literal(": ")
        let start = text.count
        text.text(String(value))
        text.replaceControls(from: start)
        text.literal("\r\n")
    }

    /// Writes a field whose value is bytes, such as one that ``FieldSection`` gave.
    public static func field(_ name: StaticString, _ value: ByteBufferView, to text: inout WireText) {
        text.literal(name)
        text.literal(": ")
        let start = text.count
        text.view(value)
        text.replaceControls(from: start)
        text.literal("\r\n")
    }

    /// Writes fields of another message as they were read: a name that a parser has accepted is a token.
    public static func fields(
        of section: FieldSection, where isWanted: (KnownField) -> Bool, to text: inout WireText
    ) {
        let bytes = section.bytes.readableBytesUInt8Span
        for slot in section.slots {
            guard let known = slot.known, isWanted(known) else { continue }
            text.span(bytes.extracting(slot.nameRange))
            text.literal(": ")
            text.span(bytes.extracting(slot.valueRange))
            text.literal("\r\n")
        }
    }

    /// Writes the empty line that ends a head.
    public static func endOfHead(to text: inout WireText) {
        text.literal("\r\n")
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
