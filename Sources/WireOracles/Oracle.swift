/// A question that the wire rooms must answer in one way, whatever bytes it is asked about.
///
/// That nothing crashes is the least of it. Each oracle has a second way to its answer, slower or by another road, and
/// a contradiction between the two is a fault. `make fuzz` looks for one with libFuzzer; tests ask about all that was
/// ever found, and about what a seed makes of it.
public enum Oracle: String, CaseIterable, Sendable {
    /// Requests are the same in one piece, in two and byte by byte; what is read, written and read again is the same.
    case requests
    /// The same of an upstream's response. The first byte says to which method, and whether the upstream then closes.
    case responses
    /// Chunks are read as by a reader that looks at the whole body at once.
    case chunks
    /// The scan, the passing over, the tree and a reader by recursion agree on what is JSON; canonical text stays.
    case json
    /// A request to a model says what its JSON says; rewriting and stripping change what they should and nothing else.
    /// The first byte chooses the call.
    case chat
    /// A stream says the same however it is cut, loses no byte, and ends where a reader by lines sees its end. The
    /// first byte chooses the call, and whether usage is hidden.
    case events
    /// A plain answer says what its JSON says, whatever was read before it, and the same with outward names. The first
    /// byte chooses the call.
    case answers

    /// What contradicts itself over these bytes; nil if nothing does.
    public func contradiction(over bytes: [UInt8]) -> String? {
        switch self {
        case .requests: RequestOracle.contradiction(over: bytes)
        case .responses: ResponseOracle.contradiction(over: bytes)
        case .chunks: ChunkOracle.contradiction(over: bytes)
        case .json: JSONOracle.contradiction(over: bytes)
        case .chat: ChatOracle.contradiction(over: bytes)
        case .events: EventOracle.contradiction(over: bytes)
        case .answers: AnswerOracle.contradiction(over: bytes)
        }
    }
}

/// The ways to cut bytes that come in pieces.
enum Cutting {
    /// Byte by byte, and in two: at every place if there are few, else at one that the bytes choose.
    static func ways(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
        let single = bytes.indices.map { bytes[$0...$0] }
        let places =
            bytes.count <= 96
            ? Array(0...bytes.count)
            : [bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFFF } % bytes.count]
        return [single] + places.map { [bytes[..<$0], bytes[$0...]] }
    }
}
