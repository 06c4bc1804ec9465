import AccessPolicy
import Gateway
import HashTreeCollections
import NIOConcurrencyHelpers
import ReleaseModel
import Signals
import StageControl
import Store

/// Stands for a gateway where time is not the system's: it counts what a test says was served, and enforces at once
/// whatever is published.
final class CountingGateway: SignalSource {
    private let rules: Published<Snapshot>
    private let counted = NIOLockedValueBox<[RolloutID: SignalContent]>([:])

    init(_ rules: Published<Snapshot>) {
        self.rules = rules
    }

    func count(_ content: SignalContent, of rollout: RolloutID) {
        self.counted.withLockedValue { $0[rollout, default: SignalContent()].merge(content) }
    }

    func draw(_ rollout: RolloutID, at now: Timestamp) async -> Draught {
        let content = self.counted.withLockedValue { $0.removeValue(forKey: rollout) }
        let release = self.rules.current.release(of: rollout)
        return Draught(content: content ?? SignalContent(), generation: release?.enforcement.generation)
    }

    func confirms(drill: Int) async -> Bool { self.rules.current.drill >= drill }

    func keep(_ rollouts: Set<RolloutID>) async {
        self.counted.withLockedValue { counted in counted = counted.filter { rollouts.contains($0.key) } }
    }
}
