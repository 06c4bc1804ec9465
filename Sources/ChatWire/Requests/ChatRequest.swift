public import NIOCore
public import ReleaseModel
public import StrictJSON

/// What the gateway must know of a request body, found in one forward scan; the body itself stays as it came.
public struct ChatRequest: Hashable, Sendable {
    /// The API whose body this is.
    public let format: WireFormat
    /// The model's name as the caller wrote it.
    public internal(set) var model = ""
    /// Whether the answer is asked for as server-sent events.
    public internal(set) var stream = false
    /// The most tokens that one choice may have: the larger of OpenAI's two fields and of `n_predict`, which llama.cpp
    /// takes for them, or Anthropic's `max_tokens`.
    public internal(set) var maximumOutputTokens: Int?
    /// The field that says so, by its name on the wire.
    public internal(set) var maximumOutputField = "max_tokens"
    /// How many answers are computed: the larger of `n` and `best_of`; 1 if neither is given.
    public internal(set) var choices = 1
    /// Whether the caller asked for the usage chunk of a stream (`stream_options.include_usage`).
    public internal(set) var includesUsage = false
    /// The fields present that need an entitlement.
    public internal(set) var guarded: GuardedFields = []

    /// Where the model's name stands with its quotes, counted from the body's first byte.
    var modelRange = 0..<0
    /// What to change for the upstream to report usage.
    var usagePlace = UsagePlace.absent(afterBrace: 0)

    /// Behind the body's first brace, where members can be added.
    var membersStart = 0
    /// Where a `max_tokens` of null stands.
    var nullMaximum: Range<Int>?

    /// Where `stream_options.include_usage` stands, or would.
    enum UsagePlace: Hashable, Sendable {
        /// No `stream_options`: a member goes behind the body's first brace.
        case absent(afterBrace: Int)
        /// `stream_options` is null: these bytes become an object.
        case null(Range<Int>)
        /// `stream_options` is an object without the member, which goes behind its brace.
        case object(afterBrace: Int, isEmpty: Bool)
        /// The member is there with a value in these bytes.
        case member(Range<Int>)
    }

    init(format: WireFormat) {
        self.format = format
    }

    /// Reads a body in one forward pass, and checks all of its JSON on the way.
    ///
    /// Only top-level fields that matter are looked at, and of each message its role. A field of the wrong type is
    /// refused here, for what an upstream would make of it is not known; so is a key that occurs twice at any depth,
    /// because two parsers would read different requests.
    public static func scan(
        _ body: ByteBuffer, format: WireFormat, limits: JSONLimits = .standard
    ) throws(BodyFault) -> ChatRequest {
        var reader = ChatRequestReader(limits: limits)
        return try reader.read(body, format: format)
    }
}

/// Reads one request body after the other, in memory that is used again and again.
public struct ChatRequestReader: Sendable {
    private var scanner: JSONScanner

    /// A reader before its first body.
    public init(limits: JSONLimits = .standard) {
        self.scanner = JSONScanner(limits: limits)
    }

    /// Scans a body as ``ChatRequest/scan(_:format:limits:)`` does.
    public mutating func read(_ body: ByteBuffer, format: WireFormat) throws(BodyFault) -> ChatRequest {
        self.scanner.restart()
        // The scanner's memory has one owner at a time, or it would be copied.
        var scan = ChatRequestScan(format: format)
        swap(&scan.scanner, &self.scanner)
        defer { swap(&scan.scanner, &self.scanner) }
        return try scan.run(over: body.readableBytesUInt8Span)
    }
}
