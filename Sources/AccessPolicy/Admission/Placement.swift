public import Arms
public import ReleaseModel
public import StageControl

/// As what a request counts in a rollout.
public struct Placement: Hashable, Sendable {
    /// The rollout.
    public let rollout: RolloutID
    /// What was enforced.
    public let generation: Int
    /// The epoch of evidence.
    public let epoch: Int
    /// The stage, as a place in the plan.
    public let stage: Int
    /// The candidate's share of the caller's cohort, in millionths.
    public let share: Int
    /// The side that serves it.
    public let arm: Arm
    /// Whether the stage has opened only now, so that the request counts for no rate.
    public let isSettling: Bool
    /// Under which terms the candidate serves it; `nil` on the baseline's side.
    public internal(set) var terms: StageTerms?
}

/// Under which terms of a stage the candidate serves a request.
public struct StageTerms: Hashable, Sendable {
    /// The stage whose terms they are, as a place in the plan: the one that opened the caller's cohort, which later
    /// ones may have left as it is.
    public let stage: Int
    /// How much everybody in it may use.
    public let caps: StageCaps
    /// Whether the stage that is open has a budget of exposure.
    public let isMetered: Bool

    /// Whether the request is counted by anything, before the candidate may serve it.
    public var isCounted: Bool { self.isMetered || self.caps.requestsPerDay != nil }
    /// What the request is counted by, before the candidate may serve it.
    public var meters: [ExposureMeter] {
        (self.isMetered ? [.budget] : []) + (self.caps.requestsPerDay == nil ? [] : [.day(stage: self.stage)])
    }
}

/// What a rollout makes of a caller.
enum StageStanding {
    /// The rollout has nothing to do with it, and whatever serves the model serves it.
    case outside
    /// It is of one of the two arms.
    case placed(Placement)
    /// The candidate would serve it if the stage had a place. It goes to the baseline; where there is none, this is
    /// what it is told. Who has not been heard before is to be heard.
    case withheld(Denial, Applicant? = nil)
}

extension LinePlace {
    /// The place as a sentence for whoever waits.
    func sentence(at now: Timestamp) -> String {
        let hours = max(0, self.due.since(now)) / 3_600_000 + 1
        let wait = hours <= 48 ? "\(hours) hours" : "\((hours + 23) / 24) days"
        return "Your place in the line is \(self.place), and your turn comes within \(wait)."
    }
}
