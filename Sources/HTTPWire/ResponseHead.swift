public import NIOCore

/// An upstream's status line and fields, checked (RFC 9112 §4, §5, §6). The reason phrase is dropped.
public struct ResponseHead: Sendable {
    /// The status, from 200 to 599: interim responses are never handed out.
    public let status: Int
    /// The version that the upstream speaks.
    public let version: HTTPVersion
    /// Where the body ends.
    public let framing: BodyFraming
    /// Whether the connection can serve another request when the body has ended as it should (RFC 9112 §9.3).
    public let reusable: Bool
    /// The fields in the order in which they came.
    public let fields: FieldSection

    /// The value of a field, or nil: see ``FieldSection/value(_:)``.
    public func value(_ field: KnownField) -> ByteBufferView? { self.fields.value(field) }

    /// The value of a field as text, or nil: see ``FieldSection/string(_:)``.
    public func string(_ field: KnownField) -> String? { self.fields.string(field) }
}

/// What a whole response head says about its body and its connection.
struct ResponseMeaning: Hashable, Sendable {
    private(set) var framing = BodyFraming.untilClose
    private(set) var reusable = false

    /// RFC 9112 §6.3, in its order, with every ambiguity refused that it lets a client resolve.
    init(
        status: Int, version: HTTPVersion, method: HTTPMethod, slots: [FieldSlot], bytes: Span<UInt8>
    ) throws(ResponseFault) {
        var connection = FieldValue.ConnectionOptions()
        var length: Int?
        var isChunked = false
        var seen: UInt64 = 0
        for slot in slots {
            guard let known = slot.known else { continue }
            let bit: UInt64 = 1 << UInt64(known.rawValue)
            if seen & bit != 0 { try Self.checkRepeated(known) }
            seen |= bit
            switch known {
            case .contentLength:
                length = FieldValue.length(bytes, in: slot.valueRange)
                guard length != nil else { throw ResponseFault(.lengthInvalid) }
            case .transferEncoding:
                guard bytes.equalsFolded("chunked", from: Int(slot.valueStart), length: Int(slot.valueLength)) else {
                    throw ResponseFault(.transferEncodingUnsupported)
                }
                isChunked = true
            case .connection: connection.add(bytes, in: slot.valueRange)
            default: break
            }
        }
        guard !isChunked || length == nil else { throw ResponseFault(.lengthAndTransferEncoding) }
        guard !isChunked || version == .http11 else { throw ResponseFault(.transferEncodingRefused) }
        try self.settle(status: status, method: method, length: length, isChunked: isChunked)
        self.reusable =
            version == .http11 && !connection.close && !connection.isInvalid && self.framing != .untilClose
    }

    private mutating func settle(
        status: Int, method: HTTPMethod, length: Int?, isChunked: Bool
    ) throws(ResponseFault) {
        if status < 200 || status == 204 {
            // RFC 9112 §6.1 and RFC 9110 §8.6: a server does not send either; a zero is harmless and common.
            guard !isChunked else { throw ResponseFault(.transferEncodingRefused) }
            guard length ?? 0 == 0 else { throw ResponseFault(.bodyRefused) }
            self.framing = .none
        } else if status == 304 || method == .head {
            self.framing = .none
        } else if isChunked {
            self.framing = .chunked
        } else if let length {
            self.framing = length == 0 ? .none : .length(length)
        }
    }

    /// Fields that say how the body is read come once; others may be repeated by a server that does not care.
    private static func checkRepeated(_ field: KnownField) throws(ResponseFault) {
        switch field {
        case .contentLength: throw ResponseFault(.lengthRepeated)
        case .transferEncoding: throw ResponseFault(.transferEncodingRepeated)
        case .contentType, .contentEncoding: throw ResponseFault(.fieldRepeated)
        default: break
        }
    }
}
