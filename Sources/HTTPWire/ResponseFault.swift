/// Why an upstream's response is given up. After it nothing more is read from the connection, which is closed.
public struct ResponseFault: Error, Hashable, Sendable {
    /// The stable code, as it stands in logs and metrics.
    public var reason: Reason

    /// A fault for this reason.
    public init(_ reason: Reason) {
        self.reason = reason
    }

    /// The rule that the response breaks, such as `RFC 9112 §6.3`.
    public var clause: String { self.reason.ruling.clause.description }
    /// What was wrong and what to look for, for the operator; it holds nothing of the response.
    public var message: String { self.reason.ruling.message.description }

    /// Every way in which a response can be refused. Raw values are never renamed.
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        case statusLineInvalid = "status_line_invalid"
        case statusLineTooLong = "status_line_too_long"
        case versionUnsupported = "version_unsupported"
        case statusInvalid = "status_invalid"
        case protocolSwitched = "protocol_switched"
        case interimTooMany = "interim_too_many"
        case bareCarriageReturn = "bare_carriage_return"
        case bareLineFeed = "bare_line_feed"
        case fieldFolded = "field_folded"
        case fieldNameInvalid = "field_name_invalid"
        case fieldValueControl = "field_value_control"
        case fieldTooLong = "field_too_long"
        case fieldsTooMany = "fields_too_many"
        case fieldRepeated = "field_repeated"
        case headTooLong = "head_too_long"
        case lengthInvalid = "length_invalid"
        case lengthRepeated = "length_repeated"
        case lengthAndTransferEncoding = "length_and_transfer_encoding"
        case transferEncodingRepeated = "transfer_encoding_repeated"
        case transferEncodingUnsupported = "transfer_encoding_unsupported"
        case transferEncodingRefused = "transfer_encoding_refused"
        case bodyRefused = "body_refused"
        case chunkSizeInvalid = "chunk_size_invalid"
        case chunkExtensionRefused = "chunk_extension_refused"
        case chunkUnterminated = "chunk_unterminated"
        case trailersTooLong = "trailers_too_long"
        case unsolicited = "unsolicited"
        case closedBeforeHead = "closed_before_head"
        case truncatedHead = "truncated_head"
        case truncatedBody = "truncated_body"
    }
}

extension ResponseFault: CustomStringConvertible {
    /// Reason, clause and message in one line, for logs.
    public var description: String { "\(self.reason.rawValue) (\(self.clause)): \(self.message)" }
}

extension ResponseFault.Reason {
    /// The table that ties every reason to its clause and its words.
    var ruling: (clause: StaticString, message: StaticString) {
        switch self {
        case .statusLineInvalid, .statusLineTooLong, .versionUnsupported, .statusInvalid, .protocolSwitched,
            .interimTooMany, .unsolicited, .closedBeforeHead, .truncatedHead, .truncatedBody:
            self.exchangeRuling
        case .bareCarriageReturn, .bareLineFeed, .fieldFolded, .fieldNameInvalid, .fieldValueControl, .fieldTooLong,
            .fieldsTooMany, .fieldRepeated, .headTooLong:
            self.fieldRuling
        case .lengthInvalid, .lengthRepeated, .lengthAndTransferEncoding, .transferEncodingRepeated,
            .transferEncodingUnsupported, .transferEncodingRefused, .bodyRefused, .chunkSizeInvalid,
            .chunkExtensionRefused, .chunkUnterminated, .trailersTooLong:
            self.framingRuling
        }
    }

    private var exchangeRuling: (clause: StaticString, message: StaticString) {
        switch self {
        case .statusLineInvalid: ("RFC 9112 §4", "the answer does not begin with a status line; is it HTTP at all?")
        case .statusLineTooLong: ("RFC 9112 §4", "the status line is too long")
        case .versionUnsupported: ("RFC 9112 §2.3", "the upstream speaks neither HTTP/1.1 nor HTTP/1.0")
        case .statusInvalid: ("RFC 9110 §15", "the status is not from 100 to 599")
        case .protocolSwitched: ("RFC 9110 §15.2.2", "the upstream switched protocols, which was not asked for")
        case .interimTooMany: ("RFC 9110 §15.2", "too many interim responses before the final one")
        case .unsolicited: ("RFC 9112 §6.3", "the upstream sent bytes that answer no request")
        case .closedBeforeHead: ("RFC 9112 §8", "the upstream closed the connection without an answer")
        case .truncatedHead: ("RFC 9112 §8", "the upstream closed the connection within the head")
        default: ("RFC 9112 §8", "the upstream closed the connection before the body's end")
        }
    }

    private var fieldRuling: (clause: StaticString, message: StaticString) {
        switch self {
        case .bareCarriageReturn: ("RFC 9112 §2.2", "a CR that no LF follows")
        case .bareLineFeed: ("RFC 9112 §2.2", "an LF that no CR precedes")
        case .fieldFolded: ("RFC 9112 §5.2", "a line begins with whitespace")
        case .fieldNameInvalid: ("RFC 9112 §5.1", "a field name is no token, or whitespace stands before its colon")
        case .fieldValueControl: ("RFC 9110 §5.5", "a field value holds a control byte")
        case .fieldTooLong: ("RFC 9112 §5", "a field is too long")
        case .fieldsTooMany: ("RFC 9112 §5", "there are too many fields")
        case .fieldRepeated: ("RFC 9110 §5.3", "a field that says how to read the body was sent twice")
        default: ("RFC 9112 §5", "the head is too long")
        }
    }

    private var framingRuling: (clause: StaticString, message: StaticString) {
        switch self {
        case .lengthInvalid: ("RFC 9110 §8.6", "Content-Length is not a plain decimal number")
        case .lengthRepeated: ("RFC 9112 §6.3", "Content-Length was sent twice")
        case .lengthAndTransferEncoding: ("RFC 9112 §6.3", "Content-Length and Transfer-Encoding in one response")
        case .transferEncodingRepeated: ("RFC 9112 §6.1", "Transfer-Encoding was sent twice")
        case .transferEncodingUnsupported: ("RFC 9112 §6.1", "the only Transfer-Encoding that is read is chunked")
        case .transferEncodingRefused: ("RFC 9112 §6.1", "Transfer-Encoding where the version or status forbids it")
        case .bodyRefused: ("RFC 9110 §8.6", "Content-Length with a status that has no body")
        case .chunkSizeInvalid: ("RFC 9112 §7.1", "a chunk does not begin with its size in hexadecimal digits")
        case .chunkExtensionRefused: ("RFC 9112 §7.1.1", "chunk extensions are not read")
        case .chunkUnterminated: ("RFC 9112 §7.1", "a chunk's data does not end with CR and LF where its size says")
        default: ("RFC 9112 §7.1.2", "the trailer section is too long")
        }
    }
}

extension ResponseFault {
    /// The same fault in the words of responses.
    init(field fault: FieldFault) {
        switch fault {
        case .bareCarriageReturn: self.init(.bareCarriageReturn)
        case .bareLineFeed: self.init(.bareLineFeed)
        case .folded: self.init(.fieldFolded)
        case .spaceBeforeColon, .nameEmpty, .nameInvalid, .nameUnderscore: self.init(.fieldNameInvalid)
        case .valueControl, .valueTab: self.init(.fieldValueControl)
        case .lineTooLong: self.init(.fieldTooLong)
        case .tooMany: self.init(.fieldsTooMany)
        case .headTooLong: self.init(.headTooLong)
        }
    }

    /// The same fault in the words of responses.
    init(chunk fault: ChunkFault) {
        switch fault {
        case .sizeInvalid, .sizeTooLarge: self.init(.chunkSizeInvalid)
        case .extensionRefused: self.init(.chunkExtensionRefused)
        case .unterminated: self.init(.chunkUnterminated)
        case .bareCarriageReturn: self.init(.bareCarriageReturn)
        case .bareLineFeed: self.init(.bareLineFeed)
        }
    }
}
