/// Why a request is refused. After it nothing more is read from the connection: it is answered, and closed.
///
/// A refusal never depends on how the bytes were split over packets.
public struct RequestFault: Error, Hashable, Sendable {
    /// The stable code, as it stands in answers, logs and metrics.
    public var reason: Reason

    /// A fault for this reason.
    public init(_ reason: Reason) {
        self.reason = reason
    }

    /// The status of the answer.
    public var status: Int { self.reason.ruling.status }
    /// The rule that the request breaks, such as `RFC 9112 §6.3`.
    public var clause: String { self.reason.ruling.clause.description }
    /// What was wrong and what is expected, for the caller; it holds nothing of the request.
    public var message: String { self.reason.ruling.message.description }

    /// Every way in which a request can be refused before it is understood. Raw values are never renamed.
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        case emptyLines = "empty_lines"
        case bareCarriageReturn = "bare_carriage_return"
        case bareLineFeed = "bare_line_feed"
        case methodInvalid = "method_invalid"
        case methodUnknown = "method_unknown"
        case methodRefused = "method_refused"
        case requestLineInvalid = "request_line_invalid"
        case requestLineTooLong = "request_line_too_long"
        case versionInvalid = "version_invalid"
        case versionUnsupported = "version_unsupported"
        case targetInvalid = "target_invalid"
        case targetFragment = "target_fragment"
        case targetBackslash = "target_backslash"
        case targetEncodingInvalid = "target_encoding_invalid"
        case targetEncodedControl = "target_encoded_control"
        case targetDotSegment = "target_dot_segment"
        case targetFormRefused = "target_form_refused"
        case targetAuthorityMismatch = "target_authority_mismatch"
        case fieldFolded = "field_folded"
        case fieldSpaceBeforeColon = "field_space_before_colon"
        case fieldNameEmpty = "field_name_empty"
        case fieldNameInvalid = "field_name_invalid"
        case fieldNameUnderscore = "field_name_underscore"
        case fieldValueControl = "field_value_control"
        case fieldValueTab = "field_value_tab"
        case fieldTooLong = "field_too_long"
        case fieldsTooMany = "fields_too_many"
        case fieldRepeated = "field_repeated"
        case headTooLong = "head_too_long"
        case hostMissing = "host_missing"
        case hostRepeated = "host_repeated"
        case hostEmpty = "host_empty"
        case hostInvalid = "host_invalid"
        case hostPortInvalid = "host_port_invalid"
        case connectionInvalid = "connection_invalid"
        case keepAliveRefused = "keep_alive_refused"
        case expectationFailed = "expectation_failed"
        case lengthInvalid = "length_invalid"
        case lengthRepeated = "length_repeated"
        case lengthAndTransferEncoding = "length_and_transfer_encoding"
        case transferEncodingRepeated = "transfer_encoding_repeated"
        case transferEncodingUnsupported = "transfer_encoding_unsupported"
        case transferEncodingRefused = "transfer_encoding_refused"
        case bodyRefused = "body_refused"
        case bodyTooLarge = "body_too_large"
        case chunkSizeInvalid = "chunk_size_invalid"
        case chunkExtensionRefused = "chunk_extension_refused"
        case chunkUnterminated = "chunk_unterminated"
        case trailersRefused = "trailers_refused"
    }
}

extension RequestFault: CustomStringConvertible {
    /// Reason, clause and message in one line, for logs.
    public var description: String { "\(self.reason.rawValue) (\(self.clause)): \(self.message)" }
}
