import ReleaseModel
import StageControl
import Store

/// What counts as used of each rollout's exposure budget: from whoever lends it, who alone writes it, to whoever looks
/// at the rollout.
final class LentExposure: Sendable {
    private struct Used {
        let begins: Timestamp
        let requests: Int
    }

    private let used = Published<[RolloutID: Used]>([:])

    /// Takes in what was stored last. Said right after gateways gave back what they are through with: so what is over
    /// then is of gateways that do not answer any more.
    func note(_ leases: ExposureLeases?, of rollout: RolloutID, at now: Timestamp) {
        var used = self.used.current
        used[rollout] = leases.map { Used(begins: $0.term.begins, requests: $0.used(at: now)) }
        self.used.replace(with: used)
    }

    /// Forgets all other rollouts.
    func keep(_ rollouts: Set<RolloutID>) {
        self.used.replace(with: self.used.current.filter { rollouts.contains($0.key) })
    }

    /// What counts as used of the budget of the stage that is open; nil while nobody says.
    func used(of rollout: Rollout) -> Int? {
        self.used.current[rollout.id].flatMap { $0.begins == rollout.stageOpened ? $0.requests : nil }
    }
}
