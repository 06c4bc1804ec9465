import ReleaseModel
import Signals

/// The tags of the end users that one event loop met lately: hashing one costs more than all else that a rollout asks
/// of a request.
struct AccountTags {
    /// The most end users that are remembered; beyond it all are forgotten, so that no list of them has to be kept in
    /// order.
    static let capacity = 4_096

    private struct Account: Hashable {
        let rollout: RolloutID
        let application: ApplicationID
        let name: String
    }

    private let key: AccountKey
    private var known: [Account: AccountTag] = [:]

    init(_ key: AccountKey) {
        self.key = key
    }

    /// The tag of an end user of an application in a rollout.
    mutating func tag(_ name: String, of application: ApplicationID, in rollout: RolloutID) -> AccountTag {
        let account = Account(rollout: rollout, application: application, name: name)
        if let tag = self.known[account] { return tag }
        let tag = self.key.tag(name, of: application, in: rollout)
        if self.known.count == Self.capacity { self.known.removeAll(keepingCapacity: true) }
        self.known[account] = tag
        return tag
    }
}
