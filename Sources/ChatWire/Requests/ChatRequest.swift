public import NIOCore
public import ReleaseModel
public import StrictJSON

/// What the gateway must know of a request body, found in one forward scan; the body itself stays as it came.
public struct ChatRequest: Hashable, Sendable {
    /// What the model is asked for.
    public let call: ModelCall
    /// The model's name as the caller wrote it.
    public internal(set) var model = ""
    /// Whether the answer is asked for as server-sent events.
    public internal(set) var stream = false
    /// The most tokens that one choice may have: the largest of the call's fields for it, with `n_predict`, which
    /// llama.cpp takes for them.
    public internal(set) var maximumOutputTokens: Int?
    /// The field that says so, by its name on the wire.
    public internal(set) var maximumOutputField = "max_tokens"
    /// How many answers are computed: the larger of `n` and `best_of`, for each prompt; 1 if none of them is given.
    public internal(set) var choices = 1
    /// Whether the caller asked for the usage chunk of a stream (`stream_options.include_usage`).
    public internal(set) var includesUsage = false
    /// The fields present that need an entitlement.
    public internal(set) var guarded: GuardedFields = []
    /// Those of them that can be taken out of the body without changing what is asked.
    public internal(set) var removable: GuardedFields = []
    /// The answer that the request goes on from, by the name that the caller has for it.
    public internal(set) var previous: String?

    /// Where the model's name stands with its quotes, counted from the body's first byte.
    var modelRange = 0..<0
    /// Where the name of the answer before stands, with its quotes.
    var previousRange = 0..<0
    /// What to change for the upstream to report usage.
    var usagePlace = UsagePlace.absent(afterBrace: 0)

    /// Behind the body's first brace, where members can be added.
    var membersStart = 0
    /// Where the call's bound stands, if it is null.
    var nullMaximum: Range<Int>?
    /// The members that can be taken out; most bodies have none.
    var guardedMembers: [GuardedMember] = []

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

    /// A member of the body that needs a right and can be taken out.
    struct GuardedMember: Hashable, Sendable {
        var field: GuardedField
        /// The end of what stands before: the value of another member, or the body's first brace.
        var previousEnd: Int
        /// From the key's opening quote to the end of the value.
        var range: Range<Int>
        /// Where the next key begins; nil if the member is the last.
        var nextKey: Int?
    }

    init(call: ModelCall) {
        self.call = call
        if call == .responses { self.maximumOutputField = "max_output_tokens" }
    }

    /// Reads a body in one forward pass, and checks all of its JSON on the way.
    ///
    /// Only top-level fields that matter are looked at, and of each message its role. A field of the wrong type is
    /// refused here, for what an upstream would make of it is not known; so is a key that occurs twice at any depth,
    /// because two parsers would read different requests.
    public static func scan(
        _ body: ByteBuffer, call: ModelCall, limits: JSONLimits = .standard
    ) throws(BodyFault) -> ChatRequest {
        var reader = ChatRequestReader(limits: limits)
        return try reader.read(body, call: call)
    }
}

/// Reads one request body after the other, in memory that is used again and again.
public struct ChatRequestReader: Sendable {
    private var scanner: JSONScanner

    /// A reader before its first body.
    public init(limits: JSONLimits = .standard) {
        self.scanner = JSONScanner(limits: limits)
    }

    /// Scans a body as ``ChatRequest/scan(_:call:limits:)`` does.
    public mutating func read(_ body: ByteBuffer, call: ModelCall) throws(BodyFault) -> ChatRequest {
        self.scanner.restart()
        // The scanner's memory has one owner at a time, or it would be copied.
        var scan = ChatRequestScan(call: call)
        swap(&scan.scanner, &self.scanner)
        defer { swap(&scan.scanner, &self.scanner) }
        return try scan.run(over: body.readableBytesUInt8Span)
    }
}
