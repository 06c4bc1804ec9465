import AccessPolicy
import ReleaseModel
import Signals

/// What one event loop found out of the callers that it met lately: who comes again is looked up once, and let in,
/// hashed and counted without looking any further.
struct CallerMemory {
    /// The most callers that are remembered; beyond it all are forgotten, so that no list of them has to be kept in
    /// order.
    static let capacity = 4_096

    /// What is known of one.
    struct Known {
        /// As what its last request was let in.
        var admission: SettledAdmission?
        /// Where rollouts place it.
        var findings = AudienceFindings()
        /// Under which tag it is counted, in the rollout that it was counted for last.
        fileprivate(set) var tag: (rollout: RolloutID, tag: AccountTag)?
        /// Where it was counted last, and what the entry said of it.
        var ticket: WorkerSignals.Ticket?
    }

    private struct Caller: Hashable {
        let key: KeyID
        let account: String?

        /// Accounts tell nearly all callers apart.
        func hash(into hasher: inout Hasher) {
            if let account { hasher.combine(account) } else { hasher.combine(self.key) }
        }
    }

    private let key: AccountKey
    private var places: [Caller: Int] = [:]
    private var known: [Known] = []

    /// - Parameter key: what end users are hashed under, alike on all event loops.
    init(_ key: AccountKey) {
        self.key = key
    }

    /// The place of a caller who was met; it holds until another is added. Nil for others.
    func place(of key: KeyID, account: String?) -> Int? {
        self.places[Caller(key: key, account: account)]
    }

    /// The place of a caller who was not met yet, and whose key is known to be one.
    mutating func add(_ key: KeyID, account: String?) -> Int {
        if self.known.count == Self.capacity { self.forget() }
        self.places[Caller(key: key, account: account)] = self.known.count
        self.known.append(Known())
        return self.known.count - 1
    }

    /// Forgets all callers.
    mutating func forget() {
        self.places.removeAll(keepingCapacity: true)
        self.known.removeAll(keepingCapacity: true)
    }

    /// What is known of the caller at a place.
    subscript(place: Int) -> Known {
        _read { yield self.known[place] }
        _modify { yield &self.known[place] }
    }

    /// The tag of the caller at a place, who is this one; nil without an account.
    mutating func tag(
        at place: Int, _ account: String?, of application: ApplicationID, in rollout: RolloutID
    ) -> AccountTag? {
        guard let account else { return nil }
        if let known = self.known[place].tag, known.rollout == rollout { return known.tag }
        let tag = self.key.tag(account, of: application, in: rollout)
        self.known[place].tag = (rollout, tag)
        return tag
    }
}
