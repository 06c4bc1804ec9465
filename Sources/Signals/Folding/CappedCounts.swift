import Arms
import ReleaseModel
import StageControl

/// Somebody in a window of time, on one side.
struct ActorWindow: Hashable, Sendable {
    var application: ApplicationID
    /// Nil where applications are the actors, and for an end user who is not named.
    var account: AccountTag?
    var window: Int64
    var arm: Arm
    /// The share within which is counted; nil is over all.
    var share: Int?

    init(_ key: SignalKey, per unit: PlanBucketing.Unit, window: Int64, share: Int? = nil) {
        self.application = key.application
        self.account = unit == .account ? key.account : nil
        self.window = window
        self.arm = key.arm
        self.share = share
    }
}

/// How many actors and windows may still be told apart, of all metrics together.
struct ActorRoom: Hashable, Sendable {
    var used = 0
    /// How many times there was none left.
    var refused = 0
    let most: Int

    mutating func take() -> Bool {
        guard self.used < self.most else {
            self.refused = self.refused.saturatingAdding(1)
            return false
        }
        self.used += 1
        return true
    }
}

/// Counts of actors, each up to a cap. The sum depends on what each actor did, not on the order or the parts in which
/// it was told: min(c, min(c, a) + b) = min(c, a + b).
struct CappedCounts: Hashable, Sendable {
    private var counts: [ActorWindow: Int] = [:]

    /// Adds to an actor's count; gives how much more counts.
    mutating func add(_ more: Int, to actor: ActorWindow, cap: Int, room: inout ActorRoom) -> Int {
        guard more > 0 else { return 0 }
        let before = self.counts[actor]
        guard before != nil || room.take() else { return 0 }
        let after = min(cap, (before ?? 0).saturatingAdding(more))
        self.counts[actor] = after
        return after - (before ?? 0)
    }

    /// Forgets the windows before one, whose counts are final.
    mutating func forget(before window: Int64, room: inout ActorRoom) {
        let kept = self.counts.filter { $0.key.window >= window }
        room.used -= self.counts.count - kept.count
        self.counts = kept
    }

    /// How many actors and windows are told apart.
    var actorCount: Int { self.counts.count }
}
