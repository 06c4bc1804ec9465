public import ReleaseModel

/// A time in which a rollout had the same stage open to the same cohorts.
public struct Staging: Hashable, Sendable {
    /// The stage.
    public let stage: Name
    /// The cohorts of which somebody was served by the candidate.
    public let cohorts: [Name]
    /// Since when.
    public let from: Timestamp
    /// Until before when; nil if it is open.
    public internal(set) var until: Timestamp?
}

extension RolloutBook.Page {
    /// Takes note of what is open since an entry. What completes is open by other means: its candidate is current.
    mutating func noteStaging(at moment: Timestamp) {
        let openings = self.rollout.isLive ? self.rollout.enforcement.openings : []
        let cohorts = openings.filter { $0.weight > 0 }.map(\.cohort)
        let stage = self.rollout.stage.map { self.rollout.spec.stages[$0].name }
        if let last = self.stagings.last, last.until == nil {
            if last.cohorts == cohorts, last.stage == stage { return }
            self.stagings[self.stagings.count - 1].until = moment
        }
        guard !cohorts.isEmpty, let stage else { return }
        self.stagings.append(Staging(stage: stage, cohorts: cohorts, from: moment, until: nil))
    }
}
