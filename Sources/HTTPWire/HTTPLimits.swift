/// How much of a request is read before it is refused. Every bound is in bytes unless its name says otherwise.
///
/// The defaults are those of the edge proxies that publish theirs, made smaller where a client of an inference API
/// has no use for more. RFC 9112 §3 asks for at least 8,000 bytes of request line.
public struct HTTPLimits: Hashable, Sendable {
    /// The largest request line, without its CRLF. Longer ones are answered 414 (RFC 9110 §15.5.15).
    public var requestLineBytes: Int
    /// The largest head: request line and fields with all line ends. Larger ones are answered 431 (RFC 6585 §5).
    ///
    /// At most ``largestHeadBytes``, since a field is remembered by two-byte offsets.
    public var headBytes: Int
    /// The largest field line, without its CRLF. Larger ones are answered 431.
    public var fieldBytes: Int
    /// The most field lines of a head. More are answered 431.
    public var fieldCount: Int
    /// The largest body, whether declared or sent in chunks. Larger ones are answered 413 (RFC 9110 §15.5.14).
    public var bodyBytes: Int

    /// The most that ``headBytes`` can be.
    public static let largestHeadBytes = 65_535

    /// Limits of which every one can be left at its default.
    public init(
        requestLineBytes: Int = 8192,
        headBytes: Int = 32 * 1024,
        fieldBytes: Int = 16 * 1024,
        fieldCount: Int = 100,
        bodyBytes: Int = 10 * 1024 * 1024
    ) {
        precondition(headBytes <= Self.largestHeadBytes, "a head is at most 65,535 bytes")
        precondition(requestLineBytes > 0 && fieldBytes > 0 && fieldCount > 0 && bodyBytes >= 0)
        self.requestLineBytes = requestLineBytes
        self.headBytes = headBytes
        self.fieldBytes = fieldBytes
        self.fieldCount = fieldCount
        self.bodyBytes = bodyBytes
    }
}

/// How much of an upstream's response head is read before the upstream is given up. Bounds are in bytes.
///
/// There is no bound on a response's body here: it is passed on as it comes and never collected.
public struct ResponseLimits: Hashable, Sendable {
    /// The largest head: status line and fields with all line ends.
    public var headBytes: Int
    /// The largest field line, without its CRLF.
    public var fieldBytes: Int
    /// The most field lines of a head.
    public var fieldCount: Int
    /// The largest trailer section, which is read and dropped (RFC 9112 §7.1.2).
    public var trailerBytes: Int
    /// How many interim (1xx) responses are skipped before the final one (RFC 9110 §15.2).
    public var interimResponses: Int

    /// Limits of which every one can be left at its default.
    public init(
        headBytes: Int = 48 * 1024,
        fieldBytes: Int = 16 * 1024,
        fieldCount: Int = 200,
        trailerBytes: Int = 8 * 1024,
        interimResponses: Int = 8
    ) {
        precondition(headBytes <= HTTPLimits.largestHeadBytes, "a head is at most 65,535 bytes")
        precondition(fieldBytes > 0 && fieldCount > 0 && trailerBytes > 0 && interimResponses >= 0)
        self.headBytes = headBytes
        self.fieldBytes = fieldBytes
        self.fieldCount = fieldCount
        self.trailerBytes = trailerBytes
        self.interimResponses = interimResponses
    }
}
