import NIOConcurrencyHelpers
import ReleaseModel
public import StageControl

/// What a gateway has of one budget of exposure, for all its event loops: one short lock for each request to a
/// candidate whose exposure is counted, and for no other.
final class ExposurePurse: Sendable {
    /// What is asked for at least, so that the first requests of a stage find something.
    static let least = 16
    /// How long a block has to last yet to count as a store: a block that ends sooner is replaced in time.
    static let reserve: Int64 = 2_000

    private struct Content {
        var holder: ExposureHolder
        /// Requests since the last question.
        var demand = 0
        var isExhausted = false
    }

    private let content: NIOLockedValueBox<Content>

    init(gateway: Name) {
        self.content = NIOLockedValueBox(Content(holder: ExposureHolder(gateway: gateway)))
    }

    /// What became of a request's question.
    enum Taking {
        case taken(ExposureLeaseID)
        /// Nothing is left of the whole budget.
        case exhausted
        /// Nothing is here at the moment.
        case missing
    }

    /// Takes one request's exposure; without it the candidate must not serve the request.
    func take(at now: Timestamp) -> Taking {
        self.content.withLockedValue { content in
            content.demand += 1
            if let block = content.holder.take(at: now) { return .taken(block) }
            return content.isExhausted ? .exhausted : .missing
        }
    }

    /// Gives back what was taken for a request that the candidate did not serve.
    func putBack(_ block: ExposureLeaseID) {
        self.content.withLockedValue { $0.holder.putBack(block) }
    }

    /// What is given back, and what is asked for if less is left than twice what was used since the last time.
    func ask(at now: Timestamp, endsAll: Bool) -> ExposureAsk {
        self.content.withLockedValue { content in
            if endsAll { content.holder.giveBackAll() } else { content.holder.giveBack(at: now) }
            let wanted = max(Self.least, 2 * content.demand)
            content.demand = 0
            let left = content.holder.left(at: now.advanced(milliseconds: Self.reserve))
            let id = endsAll || left >= wanted ? nil : content.holder.ask(at: now)
            return ExposureAsk(returned: content.holder.returns, block: id, size: wanted)
        }
    }

    /// Takes the answer in.
    func hear(_ reply: ExposureReply) {
        self.content.withLockedValue { content in
            for id in reply.arrived { content.holder.arrived(id) }
            switch reply.answer {
            case .granted(let lease, _)?:
                content.holder.receive(lease)
                content.isExhausted = false
            case .refused(let refusal)?:
                if let id = reply.asked { content.holder.refused(id) }
                content.isExhausted = refusal == .exhausted
            case nil: break
            }
        }
    }
}

/// What a gateway says and asks of one budget of exposure.
public struct ExposureAsk: Sendable {
    /// Blocks that it gives back, until it hears that they have arrived.
    public var returned: [ExposureReturn]
    /// The block that it asks for, if any.
    public var block: ExposureLeaseID?
    /// Of which size.
    public var size: Int
}

/// What it is told.
public struct ExposureReply: Sendable {
    /// Returns that have arrived.
    public var arrived: [ExposureLeaseID]
    /// The block that it asked for.
    public var asked: ExposureLeaseID?
    /// The block, or why there is none; nil if it asked for none.
    public var answer: ExposureAnswer?

    /// A reply with all its parts.
    public init(arrived: [ExposureLeaseID], asked: ExposureLeaseID?, answer: ExposureAnswer?) {
        self.arrived = arrived
        self.asked = asked
        self.answer = answer
    }
}
