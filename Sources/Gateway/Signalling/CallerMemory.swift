import AccessPolicy
import ReleaseModel
import Signals

/// What one event loop found out of the callers that it met lately: who comes again is looked up once, and let in,
/// hashed and counted without looking any further.
struct CallerMemory {
    /// The most callers that are remembered; beyond it all are forgotten, so that no list of them has to be kept in
    /// order.
    static let capacity = 4_096

    /// What is known of one. An object: a request that has found it looks no more, and goes on with it though it be
    /// forgotten.
    final class Known {
        /// As what its last request was let in.
        var admission: SettledAdmission?
        /// As what it was counted last.
        var counted: WorkerSignals.Counted?
        /// Under which tag it is counted, in the rollout that it was counted for last.
        fileprivate var tag: (rollout: RolloutID, tag: AccountTag)?
        /// Where rollouts place it.
        var findings = AudienceFindings()

        fileprivate init() {}
    }

    private struct Caller: Hashable {
        let key: KeyID
        let account: String?

        /// Accounts tell nearly all callers apart.
        func hash(into hasher: inout Hasher) {
            if let account { hasher.combine(account) } else { hasher.combine(self.key) }
        }
    }

    private static let sharedAdmissions = 8

    private let key: AccountKey
    private var known: [Caller: Known] = [:]
    private var admissions: [SettledAdmission] = []

    /// - Parameter key: what end users are hashed under, alike on all event loops.
    init(_ key: AccountKey) {
        self.key = key
    }

    /// What is known of a caller; nil of one who was not met yet.
    func known(_ key: KeyID, account: String?) -> Known? {
        self.known[Caller(key: key, account: account)]
    }

    /// Remembers a caller who was not met yet, and whose key is known to be one.
    mutating func add(_ key: KeyID, account: String?) -> Known {
        if self.known.count == Self.capacity { self.forget() }
        let known = Known()
        self.known[Caller(key: key, account: account)] = known
        return known
    }

    /// An admission that says the same, and that others have as well: a thousand end users of an application are let in
    /// in a few ways, which are then near at hand.
    mutating func shared(_ admission: SettledAdmission) -> SettledAdmission {
        if let same = self.admissions.first(where: { $0.isAlike(admission) }) { return same }
        if self.admissions.count == Self.sharedAdmissions { self.admissions.removeFirst() }
        self.admissions.append(admission)
        return admission
    }

    /// Forgets all callers.
    mutating func forget() {
        self.known.removeAll(keepingCapacity: true)
        self.admissions.removeAll(keepingCapacity: true)
    }

    /// The tag of a caller's account; nil without one.
    func tag(of known: Known, _ account: String?, of application: ApplicationID, in rollout: RolloutID) -> AccountTag? {
        guard let account else { return nil }
        if let tag = known.tag, tag.rollout == rollout { return tag.tag }
        let tag = self.key.tag(account, of: application, in: rollout)
        known.tag = (rollout, tag)
        return tag
    }
}
