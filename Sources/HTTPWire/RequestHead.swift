public import NIOCore

/// A request's line and fields, checked (RFC 9112 §3, §5, §6).
///
/// It holds the bytes as they came and ranges in them; text is made when it is asked for and not before.
public struct RequestHead: Sendable {
    /// What is asked for.
    public let method: HTTPMethod
    /// The version that the client speaks.
    public let version: HTTPVersion
    /// Where the body ends. Never ``BodyFraming/untilClose``.
    public let framing: BodyFraming
    /// Whether the connection serves another request after this one (RFC 9112 §9.3).
    public let keepsAlive: Bool
    /// Whether the client waits for 100 (Continue) before it sends the body (RFC 9110 §10.1.1).
    public let expectsContinue: Bool
    /// The fields in the order in which they came.
    public let fields: FieldSection

    private let targetRange: Range<UInt16>
    private let pathRange: Range<UInt16>
    private let queryRange: Range<UInt16>?

    /// - Parameters:
    ///   - version: the version, if it is not the line's.
    ///   - framing: where the body ends, if the fields do not say it.
    init(
        line: RequestLineScanner, target: RequestTarget, fields: FieldSection, meaning: RequestMeaning,
        version: HTTPVersion? = nil, framing: BodyFraming? = nil
    ) {
        self.method = line.method
        self.version = version ?? line.version
        self.framing = framing ?? meaning.framing
        self.keepsAlive = meaning.keepsAlive
        self.expectsContinue = meaning.expectsContinue
        self.fields = fields
        self.targetRange = Self.narrow(line.target)
        self.pathRange = Self.narrow(target.path)
        self.queryRange = target.query.map(Self.narrow)
    }

    /// The target as it was sent.
    public var target: ByteBufferView { self.fields.view(Self.widen(self.targetRange)) }

    /// The path as it was sent: percent-encoded, without the query; `/` for an absolute target without path.
    ///
    /// It makes a string; to route, use ``pathEquals(_:)`` and ``hasPathPrefix(_:)``.
    public var path: String {
        self.pathRange.isEmpty ? "/" : self.text(self.pathRange)
    }

    /// What follows the first `?`, as it was sent; nil if there is none.
    public var query: String? { self.queryRange.map(self.text) }

    /// Whether the path is exactly `literal`, byte for byte. Makes no string.
    public func pathEquals(_ literal: StaticString) -> Bool {
        if self.pathRange.isEmpty { return literal.utf8CodeUnitCount == 1 && literal.octet(at: 0) == Octet.slash }
        return self.fields.bytes.readableBytesUInt8Span
            .equals(literal, from: Int(self.pathRange.lowerBound), length: self.pathRange.count)
    }

    /// Whether the path begins with `literal`, byte for byte. Makes no string.
    public func hasPathPrefix(_ literal: StaticString) -> Bool {
        guard self.pathRange.count >= literal.utf8CodeUnitCount else { return false }
        return self.fields.bytes.readableBytesUInt8Span
            .equals(literal, from: Int(self.pathRange.lowerBound), length: literal.utf8CodeUnitCount)
    }

    /// What the path holds after `prefix`, percent-decoded; nil if it does not begin so, or is not UTF-8 then.
    ///
    /// Encoded control bytes, backslashes and dot segments were refused before, so what is decoded holds none. It may
    /// hold a `/` that was encoded, as the names of models do.
    public func pathSuffix(after prefix: StaticString) -> String? {
        guard self.hasPathPrefix(prefix) else { return nil }
        let span = self.fields.bytes.readableBytesUInt8Span
        var decoded: [UInt8] = []
        var index = Int(self.pathRange.lowerBound) + prefix.utf8CodeUnitCount
        while index < Int(self.pathRange.upperBound) {
            if span[index] == Octet.percent, let high = Octet.hexadecimal(span[index + 1]),
                let low = Octet.hexadecimal(span[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(span[index])
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// The value of a field, or nil: see ``FieldSection/value(_:)``.
    public func value(_ field: KnownField) -> ByteBufferView? { self.fields.value(field) }

    /// The value of a field as text, or nil: see ``FieldSection/string(_:)``.
    public func string(_ field: KnownField) -> String? { self.fields.string(field) }

    private func text(_ range: Range<UInt16>) -> String {
        self.fields.bytes.getString(at: Int(range.lowerBound), length: range.count) ?? ""
    }

    private static func narrow(_ range: Range<Int>) -> Range<UInt16> {
        // A head is at most 65,535 bytes.
        UInt16(truncatingIfNeeded: range.lowerBound)..<UInt16(truncatingIfNeeded: range.upperBound)
    }

    private static func widen(_ range: Range<UInt16>) -> Range<Int> { Int(range.lowerBound)..<Int(range.upperBound) }
}
