public import ReleaseModel

/// A decision of people against the rules, as long as it holds.
public struct ActiveOverride: Codable, Hashable, Sendable {
    /// Who signed, when and why.
    public let approvals: [Approval]
    /// Until when it holds.
    public let expires: Timestamp
    /// The evidence that they saw.
    public let evidence: ContentDigest

    /// Who signed.
    public var people: [PersonID] { self.approvals.map(\.person).sorted() }
}

/// That something opened against the rules. The mark stays for the rest of the rollout, whatever is shown later.
public struct OverrideMark: Codable, Hashable, Sendable {
    /// The stage that opened, as a place in the plan.
    public let stage: Int
    /// When.
    public let at: Timestamp
    /// Who signed, when and why.
    public let approvals: [Approval]
    /// What was not shown, or not yet due.
    public let waived: [Obstacle]
}

extension Rollout {
    /// The stages that opened against the rules.
    public var overriddenStages: [Int] { self.overrideMarks.map(\.stage) }

    /// What people waive of these obstacles.
    func waived(_ obstacles: [Obstacle], at now: Timestamp) -> [Obstacle] {
        guard let override, now < override.expires else { return [] }
        return obstacles.filter(\.isWaivable)
    }

    /// Makes a mark if something opens only because people waived these obstacles.
    mutating func mark(_ stage: Int, _ obstacles: [Obstacle], at now: Timestamp) {
        let waived = self.waived(obstacles, at: now)
        guard let override, !waived.isEmpty else { return }
        self.overrideMarks.append(OverrideMark(stage: stage, at: now, approvals: override.approvals, waived: waived))
    }
}
