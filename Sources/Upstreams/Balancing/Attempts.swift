/// How a request may be sent once more after a try that failed.
enum Repetition: Hashable, Sendable {
    /// To the same endpoint, on a connection that is made for it.
    case onFreshConnection
    /// To an endpoint that was not tried yet.
    case onAnotherEndpoint
}

extension UpstreamFault {
    /// How the request may be repeated; nil if it must not be, since the upstream may have begun to work for it.
    ///
    /// A request for a model is not idempotent: done twice it costs twice, and one that brings a server down would
    /// bring down the next. So it is repeated only where the upstream cannot have had it.
    var repetition: Repetition? {
        switch self {
        case .connectFailed, .connectTimedOut, .tlsFailed, .addressRefused, .poolExhausted: .onAnotherEndpoint
        case .staleConnection: .onFreshConnection
        case .firstByteTimedOut, .stalled, .totalTimedOut, .closedBeforeHead, .truncated, .badResponse: nil
        }
    }

    /// What it says of the endpoint.
    var result: TryResult {
        switch self {
        case .connectFailed, .connectTimedOut, .tlsFailed, .addressRefused: .unreachable
        case .staleConnection, .poolExhausted: .unknown
        case .firstByteTimedOut, .stalled, .totalTimedOut, .closedBeforeHead, .truncated, .badResponse: .failed
        }
    }
}

/// The tries of one request: how many there were, and at which endpoints.
public struct Attempts: Hashable, Sendable {
    /// Tries of one request at the most.
    public static let most = 3

    /// How many there were.
    public private(set) var count = 0
    private(set) var tried = EndpointSet()
    /// Whether the repetition on a fresh connection is used up: there is one for a request.
    private(set) var hasHadFresh = false
    /// Whether all of them go to one endpoint, since no other has what is asked for.
    private(set) var isBound = false

    /// No try yet.
    public init() {}

    mutating func note(_ endpoint: Int) {
        self.count += 1
        self.tried.insert(endpoint)
    }

    mutating func noteFresh() {
        self.hasHadFresh = true
    }

    /// The first try goes to an endpoint that all others go to as well.
    mutating func bind(to endpoint: Int) {
        self.isBound = true
        self.note(endpoint)
    }

    /// Whether there may be one more of this kind.
    func allows(_ repetition: Repetition) -> Bool {
        guard self.count < Self.most else { return false }
        return switch repetition {
        case .onAnotherEndpoint: !self.isBound
        case .onFreshConnection: !self.hasHadFresh
        }
    }
}

/// How many requests may be sent once more: one for ten that come, and ten to begin with.
///
/// So an outage is never more than a tenth worse by repetition. What a connection needs that had been given up is not
/// counted: there is one such for each answer at the most that came over the connection before.
struct RepetitionBudget: Hashable, Sendable {
    /// What is saved up at the most, in tenths.
    static let most = 100

    private(set) var tenths = Self.most

    /// A request came.
    mutating func deposit() {
        self.tenths = min(Self.most, self.tenths + 1)
    }

    /// Takes one repetition, if there is one.
    mutating func withdraw() -> Bool {
        guard self.tenths >= 10 else { return false }
        self.tenths -= 10
        return true
    }
}
