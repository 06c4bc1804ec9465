public import ReleaseModel

/// Where a rollout stands, for people. It follows from the state; nothing is decided by it.
public enum RolloutPhase: Hashable, Sendable {
    /// Being written.
    case draft
    /// Before those who approve.
    case inReview
    /// Signed by enough people; the plan does not change any more.
    case approved
    /// To be opened by the machine.
    case scheduled(notBefore: Timestamp)
    /// A stage is open.
    case active(stage: Int, StageActivity)
    /// A person has said stop; what is open stays.
    case paused(stage: Int?)
    /// Everything is open and watched for drift.
    case watching(stage: Int)
    /// Something is being closed.
    case rollingBack(to: Int?)
    /// It is closed.
    case rolledBack(stage: Int?)
    /// Over, and open.
    case completed
    /// Over, and closed.
    case aborted
    /// Another rollout took over.
    case superseded(by: RolloutID)
}

/// What an open stage does.
public enum StageActivity: Hashable, Sendable {
    /// Gateways confirm it.
    case preparing
    /// It has not run long enough.
    case baking
    /// It has, and the evidence does not suffice.
    case undecided
    /// Nothing is in the way but a change window, a gate or a drill.
    case ready
    /// Nothing is in the way but people.
    case awaitingApproval
    /// Everything stays as it is.
    case held([HoldCause])
}

/// The part of the phase that is stored.
enum Standing: Hashable, Sendable {
    case draft, inReview, approved
    case scheduled(notBefore: Timestamp)
    case active, watching
    case rollingBack, rolledBack
    case completed, aborted
    case superseded(by: RolloutID)

    /// Whether the candidate may be serving.
    var isLive: Bool {
        switch self {
        case .active, .watching, .rollingBack, .rolledBack: true
        default: false
        }
    }

    /// Whether a stage runs.
    var isRunning: Bool { self == .active || self == .watching }
}
