public import ReleaseModel

/// Why a batch cannot be what it says.
public enum BatchFault: Hashable, Sendable {
    /// It is of another rollout.
    case anotherRollout(RolloutID)
    /// It was counted by the layout of another plan.
    case anotherPlan(ContentDigest)
    /// Nobody said that this gateway serves the rollout.
    case unknownGateway(Name)
    /// It does not end after it begins.
    case noTime
    /// It ends so many milliseconds ahead of now, which is more than ``SignalLimits/clockTolerance``.
    case fromFuture(milliseconds: Int64)
    /// It overlaps the batches around it, or leaves time out; expected a batch from here on.
    case notContiguous(expected: Timestamp)
    /// More than ``SignalLimits/ahead`` batches wait for the one with this number.
    case tooFarAhead(missing: Int)
    /// This stage was not open in this epoch.
    case unknownStage(epoch: Int, stage: Int)
    /// Requests are counted for a stage in a slot that was over when it opened.
    case beforeStage(epoch: Int, stage: Int, slot: Int64)
    /// A slot begins after the batch, or was over before it and has admissions: only what ended may be of such a one.
    case slotOutside(slot: Int64)
    /// A number is below 0 or beyond ``SignalLimits/count``.
    case impossibleCount(field: String)
    /// Two numbers contradict each other.
    case contradiction(String)
}

extension BatchFault: CustomStringConvertible {
    /// The fault with what was expected, for people.
    public var description: String {
        switch self {
        case .anotherRollout(let rollout): "rollout: is \(rollout); send it to that rollout's ledger"
        case .anotherPlan(let plan): "plan: is \(plan); count by the plan of the rollout"
        case .unknownGateway(let name): "gateway: \(name) does not serve this rollout; let it join first"
        case .noTime: "to: is not after from"
        case .fromFuture(let ahead):
            "to: is \(ahead) ms ahead; expected at most \(SignalLimits.clockTolerance), set the gateway's clock"
        case .notContiguous(let expected): "from: expected \(expected.milliseconds), where the next batch borders on it"
        case .tooFarAhead(let missing): "sequence: \(SignalLimits.ahead) batches wait for number \(missing); send that"
        case .unknownStage(let epoch, let stage): "stage: \(stage) is not open in epoch \(epoch)"
        case .beforeStage(let epoch, let stage, let slot):
            "slot: \(slot) was over when stage \(stage) of epoch \(epoch) opened"
        case .slotOutside(let slot): "slot: \(slot) lies outside of the batch's time; only what ended may be of before"
        case .impossibleCount(let field): "\(field): expected 0 to \(SignalLimits.count)"
        case .contradiction(let text): text
        }
    }
}

/// Everything that is wrong with a batch; never empty.
public struct BatchFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults, each once; of more than ``DocumentFaults/most``, the first.
    public let faults: [BatchFault]

    /// All of them in one line.
    public var description: String { self.faults.map(\.description).joined(separator: "; ") }
}

/// What became of a batch that has no fault.
public enum BatchReceipt: Hashable, Sendable {
    /// It was counted.
    case counted
    /// It was counted, and the watermark waits for what is missing before it.
    case ahead(missing: MissingStretch)
    /// It had been counted before; nothing changed.
    case known
}

/// A time of which a gateway's counts have not come.
public struct MissingStretch: Hashable, Sendable {
    /// The gateway.
    public var gateway: Name
    /// From when on.
    public var from: Timestamp
    /// Until when.
    public var to: Timestamp

    /// A stretch with all its fields.
    public init(gateway: Name, from: Timestamp, to: Timestamp) {
        self.gateway = gateway
        self.from = from
        self.to = to
    }
}
