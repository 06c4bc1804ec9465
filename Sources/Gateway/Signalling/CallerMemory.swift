import AccessPolicy
import ReleaseModel
import Signals
import StrictJSON

/// What one event loop found out of the callers that it met lately: who comes again is looked up once, and let in,
/// hashed and counted without looking any further.
///
/// A hash table of its own, because it is asked for the bytes of a header: no text is made of a name that is known.
struct CallerMemory {
    /// The most callers that are remembered; beyond it all are forgotten, so that no list of them has to be kept in
    /// order.
    static let capacity = 4_096

    /// What is known of one. An object: a request that has found it looks no more, and goes on with it though it be
    /// forgotten.
    final class Known {
        let key: KeyID
        /// The end user, as the application names them; nil if it names none.
        let account: String?
        /// As what its last request was let in.
        var admission: SettledAdmission?
        /// As what it was counted last.
        var counted: WorkerSignals.Ticket?
        /// Under which tag it is counted, in the rollout that it was counted for last.
        fileprivate var tag: (rollout: RolloutID, tag: AccountTag)?
        /// Where rollouts place it.
        var findings = AudienceFindings()

        init(_ key: KeyID, account: String?) {
            self.key = key
            self.account = account
        }
    }

    private static let sharedAdmissions = 8

    private let key: AccountKey
    /// Unknown to those who choose the names, so that they cannot choose ones that stand in each other's way.
    private let seed = UInt64.random(in: .min ... .max)
    private var callers: [Known] = []
    /// Where callers stand, by their hashes, each at the next place that is free, and never more than half full: the
    /// places are numbered from 1, and 0 is free. Small, so that it stays at hand while callers come by the thousand.
    private var places = [UInt16](repeating: 0, count: 2 * Self.capacity)
    private var admissions: [SettledAdmission] = []

    /// - Parameter key: what end users are hashed under, alike on all event loops.
    init(_ key: AccountKey) {
        self.key = key
    }

    // Asking changes nothing. It is `mutating` so that whoever keeps the memory in an object does not make a copy of it
    // to ask, which takes longer than the answer.

    /// What is known of a caller who names no end user; nil of one who was not met yet.
    mutating func known(_ key: KeyID) -> Known? { self.find(key).known }

    /// What is known of a caller who names an end user in these bytes; nil of one who was not met yet.
    mutating func known(_ key: KeyID, account: Span<UInt8>) -> Known? { self.find(key, account).known }

    /// What is known of a caller whose key is known to be one: it is remembered from now on.
    mutating func add(_ key: KeyID, account: String?) -> Known {
        let found = account.map { self.find(key, $0.utf8.span) } ?? self.find(key)
        if let known = found.known { return known }
        if self.callers.count == Self.capacity {
            self.forget()
            return self.add(key, account: account)
        }
        let known = Known(key, account: account)
        self.callers.append(known)
        self.places[found.place] = UInt16(self.callers.count)
        return known
    }

    /// Where a caller stands, or would, and what is known of it.
    private func find(_ key: KeyID) -> (place: Int, known: Known?) {
        self.find(from: key.packed ^ self.seed) { $0.key == key && $0.account == nil }
    }

    private func find(_ key: KeyID, _ account: Span<UInt8>) -> (place: Int, known: Known?) {
        // Accounts tell nearly all callers apart.
        self.find(from: TextHash.of(account, from: 0, to: account.count, seed: self.seed)) {
            $0.key == key && $0.account.map { account.equals($0.utf8.span) } ?? false
        }
    }

    @inline(__always)
    private func find(from hash: UInt64, where isIt: (Known) -> Bool) -> (place: Int, known: Known?) {
        var place = Int(truncatingIfNeeded: hash) & (self.places.count - 1)
        while self.places[place] > 0 {
            let known = self.callers[Int(self.places[place]) - 1]
            if isIt(known) { return (place, known) }
            place = (place + 1) & (self.places.count - 1)
        }
        return (place, nil)
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
        self.callers.removeAll(keepingCapacity: true)
        for place in self.places.indices { self.places[place] = 0 }
        self.admissions.removeAll(keepingCapacity: true)
    }

    /// The tag of a caller's account; nil without one.
    func tag(of known: Known, of application: ApplicationID, in rollout: RolloutID) -> AccountTag? {
        guard let account = known.account else { return nil }
        if let tag = known.tag, tag.rollout == rollout { return tag.tag }
        let tag = self.key.tag(account, of: application, in: rollout)
        known.tag = (rollout, tag)
        return tag
    }
}
