import ReleaseModel

/// Something that people are asked to sign for where the rollout stands, or have begun to.
public struct AskedMotion: Hashable, Sendable {
    /// For what.
    public let motion: Motion
    /// Who must sign.
    public let requirement: ApprovalRequirement
    /// The signatures that stand.
    public let approvals: [Approval]
    /// Whether they suffice.
    public let isSigned: Bool
}

extension Rollout {
    /// What people have signed for, and behind it what they are asked to sign for besides.
    public var asked: [AskedMotion] {
        let begun = self.ballots.map(\.motion)
        return (begun + self.due.filter { !begun.contains($0) }).map { motion in
            AskedMotion(
                motion: motion, requirement: self.requirement(for: motion),
                approvals: self.ballots.first { $0.motion == motion }?.approvals ?? [],
                isSigned: self.isSigned(motion))
        }
    }

    /// What does not go on without people.
    private var due: [Motion] {
        switch self.standing {
        case .inReview: return [.openPlan]
        case .rolledBack: return self.restart == .nobody ? [.resume] : []
        case .active, .watching:
            let isHeld = self.heldBy != nil || !self.latchedHolds.isEmpty
            let next = self.stage.map { $0 + 1 }.flatMap { self.spec.stages.indices.contains($0) ? $0 : nil }
            let opening = next.flatMap { self.asksForPeople($0) ? Motion.openStage($0) : nil }
            return (isHeld ? [.resume] : []) + [opening].compactMap(\.self)
        case .draft, .approved, .scheduled, .rollingBack, .completed, .aborted, .superseded: return []
        }
    }
}

extension Motion {
    /// What is signed for, as a sentence for people without its full stop.
    public func sentence(in plan: ReleasePlan.Spec) -> String {
        switch self {
        case .openPlan: "the plan may be carried out"
        case .openStage(let stage):
            "the stage \(plan.stages.indices.contains(stage) ? plan.stages[stage].name.text : "?") may open"
        case .resume: "it goes on"
        case .override: "the next stage opens against the rules"
        case .supersede(let rollout): "\(rollout) takes over"
        case .restore(let unit): "\(unit) is let in again"
        }
    }
}
